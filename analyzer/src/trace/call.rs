//! Calls: API operations, casts, callbacks through classes, and functions walked in place.

use super::event::{Event, OpaqueCall};
use super::inert::Harm;
use super::overwrite::written;
use super::{Frame, Place, Root, Tracer, Typed, Value};
use crate::lifecycle::Phase;
use crate::model::{Expr, ExprKind, FileId, Function, Location, Name, StmtKind, TypeRef, UnaryOp};
use crate::syntax::c::scan::{ItemKind, NameHash};
use crate::tree::ItemId;
use crate::vocabulary::{ApiCall, CastYield, Op};

/// Calls nested deeper than this are not followed.
const MAX_DEPTH: usize = 40;
/// A function longer than this, in bytes, is no getter.
const MAX_GETTER: u32 = 800;

impl Tracer<'_, '_> {
    pub(super) fn eval_call(
        &mut self,
        frame: &mut Frame,
        whole: &Expr,
        callee: &Expr,
        args: &[Expr],
    ) -> Typed {
        self.unfailing = false;
        let ExprKind::Name(name) = &callee.kind else {
            let callee = self.eval(frame, callee);
            let args = self.eval_all(frame, args);
            return self.call_value(whole, callee.value, args);
        };
        if let Some(positions) = self.tree.words.container_macro(name) {
            return self.eval_container(frame, args, positions);
        }
        self.free_of_local(frame, whole, name, args);
        let values = self.eval_all(frame, args);
        if let Some(cast) = self.objects.casts.get(name) {
            return cast_value(cast.yields, &cast.record, values.into_iter().next());
        }
        if let Some(call) = self.tree.words.call(name) {
            self.event(whole, call.clone(), args, &values);
            return Typed::unknown();
        }
        if let Some(list) = self.tree.words.list_call(name) {
            return self.list_call(list, &values);
        }
        if let Some(variable) = frame.variables.get(name) {
            let callee = variable.value.clone();
            return self.call_value(whole, callee, values);
        }
        self.run_arguments(whole, name, &values);
        let failures = self.failures.len();
        let value = self.call_named(whole, name, self.file(), values);
        if args.iter().any(|arg| self.is_fatal(arg)) {
            self.failures.truncate(failures);
        }
        value
    }

    /// `&error_abort`: the call returns only if it succeeds.
    fn is_fatal(&self, argument: &Expr) -> bool {
        matches!(&argument.kind, ExprKind::Unary(UnaryOp::AddressOf, inner)
            if matches!(&inner.kind, ExprKind::Name(name) if self.tree.words.is_fatal(name)))
    }

    /// `g_clear_pointer(&p, g_free)` frees what the local `p` points to.
    fn free_of_local(&mut self, frame: &Frame, whole: &Expr, name: &str, args: &[Expr]) {
        let Some(call) = self.tree.words.call(name).filter(|call| call.op == Op::Free) else {
            return;
        };
        if let Some(ExprKind::Unary(UnaryOp::AddressOf, inner)) =
            args.get(call.region).map(|arg| &arg.kind)
            && let ExprKind::Name(variable) = &inner.kind
            && let Some(variable) = frame.variables.get(variable)
        {
            let location = self.location(whole);
            self.push_event(Op::Free, location, variable.value.clone());
        }
    }

    fn eval_all(&mut self, frame: &mut Frame, args: &[Expr]) -> Vec<Typed> {
        args.iter().map(|arg| self.eval(frame, arg)).collect()
    }

    fn eval_container(
        &mut self,
        frame: &mut Frame,
        args: &[Expr],
        positions: crate::vocabulary::ContainerMacro,
    ) -> Typed {
        let word = |at: usize| match args.get(at).map(|arg| &arg.kind) {
            Some(ExprKind::Name(name)) => Some(name.clone()),
            _ => None,
        };
        let pointer = args.get(positions.pointer).map(|arg| self.eval(frame, arg));
        match (pointer, word(positions.record), word(positions.field)) {
            (Some(pointer), Some(record), Some(field)) => self.container(pointer, &record, &field),
            _ => Typed::unknown(),
        }
    }

    /// The file of the function being walked.
    pub(super) fn file(&self) -> FileId {
        self.active.last().map_or(FileId(0), |&id| self.tree.file_of(id))
    }

    fn location(&self, expr: &Expr) -> Location {
        Location::new(self.file(), expr.span)
    }

    /// Reading some fields of a region tells whether it is in a container, or what it contains.
    pub(super) fn observe(&mut self, field: &str, region: &Place) {
        if self.tears_down() && self.tree.words.core.observed_fields.iter().any(|one| one == field)
        {
            let location = self.here();
            let region = Value::Address(region.clone());
            self.push_event(Op::Query, location, region);
        }
    }

    /// An event that is not a call of its own.
    pub(super) fn push_event(&mut self, op: Op, location: Location, region: Value) {
        let guards = self.guards_in_force();
        self.trace.events.push(Event {
            op,
            phase: self.phase,
            location,
            region,
            owner: Value::Unknown,
            owner_location: location,
            container: Value::Unknown,
            target: Value::Unknown,
            ty: Name::default(),
            kind: None,
            rollback: self.rollback,
            leaving: self.leaving,
            guards,
            stack: self.stack.clone(),
        });
    }

    fn event(&mut self, whole: &Expr, call: ApiCall, args: &[Expr], values: &[Typed]) {
        let value = |at: Option<usize>| {
            at.and_then(|at| values.get(at)).map_or(Value::Unknown, |typed| typed.value.clone())
        };
        let location = self.location(whole);
        let owner_location = call.owner.and_then(|at| args.get(at)).map(|arg| self.location(arg));
        let guards = self.guards_in_force();
        let ty = call.ty.and_then(|at| args.get(at)).map(|arg| self.type_named(arg));
        let region = value(Some(call.region));
        let region = match call.op {
            Op::Overwrite => written(region, call.size.and_then(|at| args.get(at))),
            _ => region,
        };
        self.trace.events.push(Event {
            op: call.op,
            phase: self.phase,
            location,
            region,
            owner: value(call.owner),
            owner_location: owner_location.unwrap_or(location),
            container: value(call.container),
            target: value(call.target),
            ty: ty.unwrap_or_default(),
            kind: call.kind,
            rollback: self.rollback,
            leaving: self.leaving,
            guards,
            stack: self.stack.clone(),
        });
    }

    /// The type that an argument names: a string, or a macro for one.
    fn type_named(&self, argument: &Expr) -> Name {
        let spelled = self.objects.spelled(&self.tree.source(self.location(argument)));
        if self.objects.named(&spelled).is_some() { spelled } else { Name::default() }
    }

    /// A function that runs one of its arguments: that function is walked with unknown arguments.
    fn run_arguments(&mut self, whole: &Expr, name: &str, values: &[Typed]) {
        for (position, value) in values.iter().enumerate() {
            if let Value::Function(function, file) = &value.value
                && self.tree.words.runs_argument(name, position)
            {
                self.call_named(whole, function, *file, Vec::new());
                // What it does to each thing that it is run for cannot be told apart.
                self.opaque(whole, values);
                if let Some(call) = self.trace.opaque.last_mut() {
                    call.is_macro = true;
                }
            }
        }
    }

    fn call_value(&mut self, whole: &Expr, callee: Value, args: Vec<Typed>) -> Typed {
        match callee {
            Value::Function(name, file) => {
                let value = self.call_named(whole, &name, file, args);
                self.unfailing = self.can_fail() && self.never_fails(&name, file);
                value
            }
            _ => {
                if let Some(result) = self.call_table(whole, &callee, &args) {
                    return result;
                }
                self.opaque(whole, &args);
                Typed::unknown()
            }
        }
    }

    /// Whether a function leaves the error that it is handed alone.
    fn never_fails(&self, name: &Name, file: FileId) -> bool {
        let Some(id) = self.tree.function_named(name, file) else { return false };
        let function = self.tree.function(id);
        let ty = &self.tree.words.error_type;
        let mut errors = function.parameters.iter().filter(|one| one.ty.name == *ty);
        let Some(error) = errors.next().filter(|_| function.is_whole()) else { return false };
        let mut names = false;
        function.each_statement(&mut |stmt| {
            stmt.each_expression(&mut |expr| {
                expr.each(&mut |expr| {
                    names |= matches!(&expr.kind, ExprKind::Name(name) if *name == error.name);
                });
            });
        });
        !names
    }

    fn opaque(&mut self, whole: &Expr, args: &[Typed]) {
        let handed = args.iter().filter_map(|arg| arg.value.place().cloned()).collect();
        self.trace.opaque.push(OpaqueCall {
            phase: self.phase,
            callee: Name::new(
                self.tree.source(self.location(whole)).split('(').next().unwrap_or_default(),
            ),
            handed,
            is_macro: self.is_region_macro(whole),
            tears_down: self.tears_down(),
            after: self.trace.events.len(),
        });
    }

    /// A function that is not followed might still look at what it is handed; one that is not in
    /// sight might do anything with it.
    fn handed_over(&mut self, whole: &Expr, name: &str, args: &[Typed], unseen: bool) {
        let words = self.tree.words;
        let harmless = words.is_pure(name) || words.is_harmless(name);
        if !harmless && (unseen || self.tears_down()) && args.iter().any(is_handle) {
            self.opaque(whole, args);
        }
    }

    pub(super) fn call_named(
        &mut self,
        whole: &Expr,
        name: &Name,
        file: FileId,
        args: Vec<Typed>,
    ) -> Typed {
        let words = self.tree.words;
        let location = self.location(whole);
        if words.allocates(name) {
            self.allocations += 1;
            return pointer(Root::Heap(self.allocations));
        }
        if words.is_unowned(name) {
            return pointer(Root::Unowned(name.clone()));
        }
        if words.gets_owner(name)
            && let Some(owner) = self.owner_of(args.first())
        {
            return Typed { value: owner, ty: TypeRef::default() };
        }
        let hash = NameHash::of(name.as_bytes());
        let candidates = self.tree.functions_named(hash, file);
        let relevant: Vec<ItemId> =
            candidates.iter().copied().filter(|&id| self.is_worth_walking(id)).collect();
        match relevant[..] {
            [one] => {
                if candidates.len() > 1 {
                    self.trace.chosen.push(name.clone());
                }
                self.enter(one, location, args)
            }
            [] if candidates.iter().any(|&id| self.is_closed(id)) => {
                self.opaque(whole, &args);
                result_of(name, &args, &self.tree.source(location))
            }
            [] => self.call_irrelevant(whole, name, &candidates, args),
            _ => {
                self.trace.ambiguous.push(name.clone());
                self.opaque(whole, &args);
                result_of(name, &args, &self.tree.source(location))
            }
        }
    }

    /// A call of a function that can't reach an operation on a region: what it may free, or look at.
    fn call_irrelevant(
        &mut self,
        whole: &Expr,
        name: &Name,
        candidates: &[ItemId],
        args: Vec<Typed>,
    ) -> Typed {
        let location = self.location(whole);
        let handed = self.tears_down() && args.iter().any(is_handle);
        match candidates {
            &[one] if handed => match self.harm(one) {
                Harm::None => {}
                Harm::Frees => return self.enter(one, location, args),
                Harm::Unknown => self.handed_over(whole, name, &args, false),
            },
            _ => self.handed_over(whole, name, &args, candidates.is_empty()),
        }
        match *candidates {
            [one] => self.getter(one, name, location, args),
            _ => result_of(name, &args, &self.tree.source(location)),
        }
    }

    /// The owner that the last initialisation of a region has named.
    fn owner_of(&self, region: Option<&Typed>) -> Option<Value> {
        let place = region?.value.place()?;
        let mut events = self.trace.events.iter().rev();
        let init = events
            .find(|event| event.op == Op::Init && event.region.place() == Some(place))
            .filter(|init| !place.is_one_of_many() && init.owner != Value::Unknown);
        init.map(|init| init.owner.clone())
    }

    /// Whether the function matters but is not walked: it serves everybody, or it is a macro.
    fn is_closed(&self, id: ItemId) -> bool {
        self.relevance.is_hub(id) || self.relevance.contains(id)
    }

    fn is_region_macro(&self, whole: &Expr) -> bool {
        let ExprKind::Call { callee, .. } = &whole.kind else { return false };
        let ExprKind::Name(name) = &callee.kind else { return false };
        let is_macro = |id: &ItemId| {
            self.tree.item(*id).kind == ItemKind::Define && self.relevance.contains(*id)
        };
        self.tree.definitions(name).iter().any(is_macro)
    }

    fn is_worth_walking(&self, id: ItemId) -> bool {
        let matters = self.relevance.contains(id) || self.callbacks.contains(&id);
        matters && self.tree.item(id).kind == ItemKind::Function
    }

    /// Whether the function itself allocates memory: what it returns may be new.
    fn allocates(&self, id: ItemId) -> bool {
        let names: Vec<NameHash> =
            self.tree.words.allocators().map(|name| NameHash::of(name.as_bytes())).collect();
        self.tree.mentions(id).iter().any(|mention| names.contains(&mention.name()))
    }

    /// A short function whose body is one `return`, or that makes something: its value is what it
    /// returns.
    fn getter(&mut self, id: ItemId, name: &Name, location: Location, args: Vec<Typed>) -> Typed {
        let item = self.tree.item(id);
        if item.kind != ItemKind::Function || item.span.len() > MAX_GETTER {
            return result_of(name, &args, &self.tree.source(location));
        }
        let function = self.tree.function(id);
        let only = function
            .body
            .iter()
            .all(|stmt| matches!(stmt.kind, StmtKind::Declaration(_) | StmtKind::Return(Some(_))));
        let makes = function.result.pointers > 0 && self.allocates(id);
        if !function.is_whole() || !(only || makes) || function.body.is_empty() {
            return result_of(name, &args, &self.tree.source(location));
        }
        let value = self.enter(id, location, args.clone());
        if value.value == Value::Unknown {
            result_of(name, &args, &self.tree.source(location))
        } else {
            value
        }
    }

    /// Walks a callback of the traced type, with the object as its first parameter.
    pub(super) fn enter_callback(&mut self, id: ItemId) {
        let record = self.tree.function(id).parameters.first().map(|first| first.ty.clone());
        let object =
            Typed { value: Value::Address(Place::object()), ty: record.unwrap_or_default() };
        self.walk_function(id, self.tree.name_location(id), vec![object]);
    }

    fn enter(&mut self, id: ItemId, location: Location, args: Vec<Typed>) -> Typed {
        if self.active.len() >= MAX_DEPTH {
            self.trace.truncated = true;
            return Typed::unknown();
        }
        if self.active.contains(&id) {
            return Typed::unknown();
        }
        self.stack.push(location);
        let value = self.walk_function(id, location, args);
        self.stack.pop();
        value
    }

    fn walk_function(&mut self, id: ItemId, entered: Location, args: Vec<Typed>) -> Typed {
        let function = self.tree.function(id);
        self.visited.insert(id);
        if !function.is_whole() {
            let handed = args.iter().filter_map(|arg| arg.value.place().cloned()).collect();
            let (phase, after) = (self.phase, self.trace.events.len());
            let callee = function.name.clone();
            let tears_down = self.tears_down();
            let is_macro = false;
            self.trace.opaque.push(OpaqueCall {
                phase,
                callee,
                handed,
                is_macro,
                tears_down,
                after,
            });
        }
        if function.opaque {
            return Typed::unknown();
        }
        let mut frame = bind(function, entered, args);
        self.active.push(id);
        let guarded = self.guards.len();
        let value = self.walk_body(&mut frame, function);
        self.unguard(guarded);
        self.active.pop();
        value
    }

    /// The function in a class slot of the traced object.
    pub(super) fn slot_value(&self, class: &Place, record: &str, field: &Name) -> Value {
        if !class.is_object() {
            return Value::Unknown;
        }
        let slot = self.ty.and_then(|ty| self.objects.slot(ty, record, field));
        match slot {
            Some(slot) if slot.uncertain => Value::Unknown,
            Some(slot) => match &slot.function {
                Some(function) => Value::Function(function.clone(), slot.location.file),
                None => Value::Null,
            },
            None => Value::Unknown,
        }
    }

    pub(super) fn tears_down(&self) -> bool {
        self.rollback || !matches!(self.phase, Phase::Init | Phase::Realize)
    }

    /// Whether the current phase can fail and undo what it did.
    pub(super) fn can_fail(&self) -> bool {
        self.phase == Phase::Realize
    }
}

/// Whether the traced object, or something of it, can be reached through an argument.
fn is_handle(argument: &Typed) -> bool {
    let place = argument.value.place();
    place.is_some_and(|place| matches!(place.root, Root::Object | Root::Heap(_)))
}

fn bind(function: &Function, entered: Location, args: Vec<Typed>) -> Frame {
    let mut frame = Frame { entered: Some(entered), ..Frame::default() };
    let mut args = args.into_iter();
    for parameter in &function.parameters {
        let ty = parameter.ty.clone();
        let value = match args.next() {
            Some(argument) => argument.value,
            None if ty.pointers > 0 => Value::Address(Place::of(Root::Parameter(ty.name.clone()))),
            None => Value::Unknown,
        };
        frame.set(parameter.name.clone(), Typed { value, ty });
    }
    frame
}

pub(super) fn cast_value(yields: CastYield, record: &Name, argument: Option<Typed>) -> Typed {
    let ty = TypeRef { name: record.clone(), pointers: 1, array: false };
    let value = match (yields, argument.map(|argument| argument.value)) {
        (CastYield::Instance, Some(value)) => value,
        (CastYield::GetClass, Some(Value::Address(place) | Value::Maybe(place))) => {
            Value::Class(place)
        }
        (CastYield::Class, Some(class @ Value::Class(_))) => class,
        _ => Value::Unknown,
    };
    Typed { value, ty }
}

fn pointer(root: Root) -> Typed {
    Typed { value: Value::Address(Place::of(root)), ty: TypeRef::default() }
}

/// The unknown result of a call, under a name that equal calls share.
fn result_of(name: &Name, args: &[Typed], whole: &str) -> Typed {
    let first = args.first().and_then(|arg| arg.value.place().cloned()).map(Box::new);
    let others = whole.split_once(',').map(|(_, others)| others).unwrap_or_default();
    pointer(Root::Result(name.clone(), first, Name::new(others)))
}
