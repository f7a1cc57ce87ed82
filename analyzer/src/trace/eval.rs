//! Expressions: what they are worth, and which place they name.

use super::call::cast_value;
use super::event::Followed;
use super::list::loop_arguments;
use super::{Frame, Index, Place, Root, Tracer, Typed, Value};
use crate::model::{BinaryOp, Expr, ExprKind, Location, Name, TypeRef, UnaryOp};
use crate::objects::element;
use crate::syntax::c::scan::NameHash;

/// A place and the type of what is stored there.
struct Lvalue {
    place: Place,
    ty: TypeRef,
}

impl Tracer<'_, '_> {
    /// Evaluates an expression, with its effects.
    pub(super) fn eval(&mut self, frame: &mut Frame, expr: &Expr) -> Typed {
        match &expr.kind {
            ExprKind::Name(name) => self.eval_name(frame, name),
            ExprKind::Call { callee, args } => self.eval_call(frame, expr, callee, args),
            ExprKind::Member { base, name, through_pointer: true } => {
                self.eval_arrow(frame, base, name)
            }
            ExprKind::Member { base, name, .. } => self.eval_member(frame, expr, base, name),
            ExprKind::Index { .. } => self.eval_place(frame, expr),
            ExprKind::Unary(op, operand) => self.eval_unary(frame, *op, operand),
            ExprKind::Binary(op, left, right) => self.eval_binary(frame, *op, left, right),
            ExprKind::Assign { target, value: from, compound } => {
                let element = loop_arguments(from)
                    .and_then(|(span, arguments)| self.each_element(frame, span, arguments));
                let value = match element {
                    Some(element) => element,
                    None => self.eval(frame, from),
                };
                if !compound {
                    self.assign(frame, target, from, value.clone());
                }
                value
            }
            ExprKind::Cast(ty, inner) => {
                let inner = self.eval(frame, inner);
                Typed { value: inner.value, ty: ty.clone() }
            }
            ExprKind::Conditional(condition, then, otherwise) => {
                self.eval_conditional(frame, condition, then.as_deref(), otherwise)
            }
            ExprKind::Aggregate(aggregate) => {
                for (_, value) in &aggregate.items {
                    self.eval(frame, value);
                }
                Typed::unknown()
            }
            ExprKind::Unknown(parts) => {
                for part in parts {
                    self.eval(frame, part);
                }
                Typed::unknown()
            }
            ExprKind::Literal => self.literal(expr),
            ExprKind::SizeOf | ExprKind::Closure { .. } => Typed::unknown(),
        }
    }

    fn eval_arrow(&mut self, frame: &mut Frame, base: &Expr, name: &Name) -> Typed {
        let base = self.eval_followed(frame, base);
        let lvalue = match base.value {
            Value::Class(class) => {
                let value = self.slot_value(&class, &base.ty.name, name);
                return Typed { value, ty: TypeRef::default() };
            }
            Value::Address(place) | Value::Maybe(place) => {
                self.observe(name, &place);
                self.member(place, &base.ty.name, name)
            }
            _ => None,
        };
        lvalue.map_or_else(Typed::unknown, |lvalue| self.follow(lvalue))
    }

    /// What is stored at a place; in teardown it is noted what was relied on.
    fn follow(&mut self, lvalue: Lvalue) -> Typed {
        let pointer = lvalue.place.clone();
        let loaded = self.load(lvalue);
        let stored = self.tears_down() && !loaded.value.places().is_empty();
        if stored && loaded.ty.pointers > 0 && self.stored(&pointer).is_some() {
            let (value, stack) = (loaded.value.clone(), self.stack.clone());
            let followed = Followed { pointer, value, stack };
            if !self.trace.followed.contains(&followed) {
                self.trace.followed.push(followed);
            }
        }
        loaded
    }

    fn eval_member(&mut self, frame: &mut Frame, whole: &Expr, base: &Expr, name: &Name) -> Typed {
        match self.parent_class(frame, base) {
            Some((class, record)) => {
                Typed { value: self.slot_value(&class, &record, name), ty: TypeRef::default() }
            }
            None => self.eval_place(frame, whole),
        }
    }

    fn eval_place(&mut self, frame: &mut Frame, expr: &Expr) -> Typed {
        self.lvalue(frame, expr).map_or_else(Typed::unknown, |lvalue| self.follow(lvalue))
    }

    /// `class->parent_class`: the class of the same object, as its parent type sees it.
    fn parent_class(&self, frame: &Frame, expr: &Expr) -> Option<(Place, Name)> {
        let ExprKind::Member { base, name, through_pointer } = &expr.kind else { return None };
        let (class, record) = if *through_pointer {
            let base = self.peek(frame, base)?;
            let Value::Class(class) = base.value else { return None };
            (class, base.ty.name)
        } else {
            self.parent_class(frame, base)?
        };
        let first = self.tree.record(&record)?.fields.first()?;
        (first.name == *name).then(|| (class, first.ty.name.clone()))
    }

    /// Which element an index names: numbers and constants are told apart.
    fn index(&self, frame: &Frame, index: &Expr) -> Index {
        let text = self.tree.source(Location::new(self.file(), index.span));
        match &index.kind {
            ExprKind::Name(name) if !frame.variables.contains_key(name) => {
                Index::Constant(name.clone())
            }
            ExprKind::Literal => text.parse().map_or(Index::Any, Index::Number),
            _ => Index::Any,
        }
    }

    fn literal(&self, expr: &Expr) -> Typed {
        let zero = &self.tree.text(self.file())[expr.span.range()] == b"0";
        Typed { value: if zero { Value::Null } else { Value::Unknown }, ty: TypeRef::default() }
    }

    fn eval_name(&self, frame: &Frame, name: &Name) -> Typed {
        if let Some(variable) = frame.variables.get(name) {
            return match &variable.value {
                Value::Unknown if variable.ty.array => {
                    let first = Index::Number(0);
                    let place = Place::of(Root::Local(self.here(), name.clone())).index(&first);
                    Typed { value: address(place), ty: decayed(variable.ty.clone()) }
                }
                _ => variable.clone(),
            };
        }
        if name == "NULL" {
            return Typed { value: Value::Null, ty: TypeRef::default() };
        }
        let hash = NameHash::of(name.as_bytes());
        let file = self.file();
        if !self.tree.functions_named(hash, file).is_empty() {
            return Typed { value: Value::Function(name.clone(), file), ty: TypeRef::default() };
        }
        let place = Place::of(Root::Global(name.clone())).deref();
        Typed { value: address(place), ty: TypeRef::default() }
    }

    /// The call that entered the function being walked.
    pub(super) fn here(&self) -> Location {
        self.stack.last().copied().unwrap_or_else(|| {
            let id = self.active.last().copied().unwrap_or_default();
            self.tree.name_location(id)
        })
    }

    fn eval_unary(&mut self, frame: &mut Frame, op: UnaryOp, operand: &Expr) -> Typed {
        match op {
            UnaryOp::AddressOf => match self.lvalue(frame, operand) {
                Some(Lvalue { place, ty }) => {
                    forget_escaped(frame, operand);
                    let ty = TypeRef { pointers: ty.pointers + 1, array: false, ..ty };
                    Typed { value: Value::Address(place), ty }
                }
                None => self.eval_function(frame, operand),
            },
            UnaryOp::Dereference => match self.eval(frame, operand) {
                Typed { value: Value::Address(place) | Value::Maybe(place), ty } => {
                    self.load(Lvalue { place, ty: element(ty) })
                }
                typed @ Typed { value: Value::Function(..), .. } => typed,
                _ => Typed::unknown(),
            },
            UnaryOp::Step => {
                let old = self.eval(frame, operand);
                let stepped = step(old.clone(), &Index::Any);
                self.assign(frame, operand, operand, stepped);
                old
            }
            UnaryOp::Not | UnaryOp::Arithmetic => {
                self.eval(frame, operand);
                Typed::unknown()
            }
        }
    }

    fn eval_function(&mut self, frame: &mut Frame, operand: &Expr) -> Typed {
        match self.eval(frame, operand) {
            typed @ Typed { value: Value::Function(..), .. } => typed,
            _ => Typed::unknown(),
        }
    }

    fn eval_binary(&mut self, frame: &mut Frame, op: BinaryOp, left: &Expr, right: &Expr) -> Typed {
        let first = self.eval(frame, left);
        let second = match op {
            BinaryOp::And | BinaryOp::Or => {
                return self.eval_short_circuit(frame, (left, op == BinaryOp::And), right);
            }
            _ => self.eval(frame, right),
        };
        match op {
            BinaryOp::Add if first.value.place().is_some() => {
                step(first, &self.index(frame, right))
            }
            BinaryOp::Add if second.value.place().is_some() => {
                step(second, &self.index(frame, left))
            }
            BinaryOp::Subtract => step(first, &Index::Any),
            BinaryOp::Comma => second,
            _ => Typed::unknown(),
        }
    }

    /// The right side of `&&` and `||` may not run.
    fn eval_short_circuit(
        &mut self,
        frame: &mut Frame,
        (left, holds): (&Expr, bool),
        right: &Expr,
    ) -> Typed {
        let before = frame.clone();
        // The way on which it does not run stores nothing.
        let fork = self.stores.fork();
        let guarded = self.guards.len();
        let guards = self.guards_of(frame, left, holds);
        self.guard(guards);
        self.eval(frame, right);
        self.unguard(guarded);
        frame.join(&before);
        self.stores.join(fork);
        Typed::unknown()
    }

    fn eval_conditional(
        &mut self,
        frame: &mut Frame,
        condition: &Expr,
        then: Option<&Expr>,
        otherwise: &Expr,
    ) -> Typed {
        let value = self.eval(frame, condition);
        let guarded = self.guards.len();
        let first = match then {
            Some(then) => {
                self.guard(self.guards_of(frame, condition, true));
                self.eval(frame, then)
            }
            None => value,
        };
        self.unguard(guarded);
        self.guard(self.guards_of(frame, condition, false));
        let second = self.eval(frame, otherwise);
        self.unguard(guarded);
        Typed { value: first.value.or(second.value), ty: first.ty }
    }

    /// The value of a pointer that is followed: from here on it is not null.
    fn eval_followed(&mut self, frame: &mut Frame, pointer: &Expr) -> Typed {
        let value = self.eval(frame, pointer);
        not_null(frame, pointer);
        value
    }

    /// The place that an expression names; without effects of their own beyond those of its parts.
    fn lvalue(&mut self, frame: &mut Frame, expr: &Expr) -> Option<Lvalue> {
        match &expr.kind {
            ExprKind::Name(name) => Some(self.variable(frame, name)),
            ExprKind::Member { base, name, through_pointer: true } => {
                let base = self.eval_followed(frame, base);
                let place = base.value.place()?.clone();
                self.observe(name, &place);
                self.member(place, &base.ty.name, name)
            }
            ExprKind::Member { base, name, .. } => {
                let base = self.lvalue(frame, base)?;
                self.observe(name, &base.place);
                self.member(base.place, &base.ty.name, name)
            }
            ExprKind::Index { base, index } => {
                self.eval(frame, index);
                let index = self.index(frame, index);
                let base = self.eval_array(frame, base)?;
                Some(Lvalue { place: base.place.index(&index)?, ty: base.ty })
            }
            ExprKind::Unary(UnaryOp::Dereference, inner) => {
                let inner = self.eval(frame, inner);
                let ty = element(inner.ty);
                Some(Lvalue { place: inner.value.place()?.clone(), ty })
            }
            ExprKind::Cast(_, inner) => self.lvalue(frame, inner),
            _ => {
                self.eval(frame, expr);
                None
            }
        }
    }

    /// The first element of what is indexed: an array stands for itself, a pointer for its target.
    fn eval_array(&mut self, frame: &mut Frame, base: &Expr) -> Option<Lvalue> {
        if !matches!(base.kind, ExprKind::Member { .. } | ExprKind::Index { .. }) {
            let base = self.eval(frame, base);
            let ty = element(base.ty);
            return Some(Lvalue { place: base.value.place()?.clone(), ty });
        }
        let lvalue = self.lvalue(frame, base)?;
        if lvalue.ty.array || lvalue.ty.pointers == 0 {
            return Some(Lvalue { place: lvalue.place, ty: TypeRef { array: false, ..lvalue.ty } });
        }
        let loaded = self.load(lvalue);
        let ty = element(loaded.ty);
        Some(Lvalue { place: loaded.value.place()?.clone(), ty })
    }

    /// The value of an expression that has no effects; of others, nothing.
    pub(super) fn peek(&self, frame: &Frame, expr: &Expr) -> Option<Typed> {
        match &expr.kind {
            ExprKind::Name(name) => Some(self.eval_name(frame, name)),
            ExprKind::Cast(ty, inner) => {
                Some(Typed { value: self.peek(frame, inner)?.value, ty: ty.clone() })
            }
            ExprKind::Call { callee, args } => {
                let ExprKind::Name(name) = &callee.kind else { return None };
                let cast = self.objects.casts.get(name)?;
                Some(cast_value(cast.yields, &cast.record, self.peek(frame, args.first()?)))
            }
            ExprKind::Unary(UnaryOp::AddressOf, inner) => {
                let Lvalue { place, ty } = self.peek_lvalue(frame, inner)?;
                let ty = TypeRef { pointers: ty.pointers + 1, array: false, ..ty };
                Some(Typed { value: Value::Address(place), ty })
            }
            ExprKind::Member { .. } | ExprKind::Index { .. } => {
                Some(self.load(self.peek_lvalue(frame, expr)?))
            }
            _ => None,
        }
    }

    /// The place that an expression without effects names.
    pub(super) fn peek_place(&self, frame: &Frame, expr: &Expr) -> Option<Place> {
        self.peek_lvalue(frame, expr).map(|lvalue| lvalue.place)
    }

    fn peek_lvalue(&self, frame: &Frame, expr: &Expr) -> Option<Lvalue> {
        match &expr.kind {
            ExprKind::Name(name) => Some(self.variable(frame, name)),
            ExprKind::Member { base, name, through_pointer: true } => {
                let base = self.peek(frame, base)?;
                self.member(base.value.place()?.clone(), &base.ty.name, name)
            }
            ExprKind::Member { base, name, .. } => {
                let base = self.peek_lvalue(frame, base)?;
                self.member(base.place, &base.ty.name, name)
            }
            ExprKind::Index { base, index } => {
                let base = self.peek_lvalue(frame, base)?;
                let index = self.index(frame, index);
                base.ty.array.then_some(())?;
                let ty = TypeRef { array: false, ..base.ty };
                Some(Lvalue { place: base.place.index(&index)?, ty })
            }
            _ => None,
        }
    }

    fn variable(&self, frame: &Frame, name: &Name) -> Lvalue {
        let local = frame.variables.get(name);
        let root = match local {
            Some(_) => Root::Local(frame.entered.unwrap_or_else(|| self.here()), name.clone()),
            None => Root::Global(name.clone()),
        };
        Lvalue {
            place: Place::of(root),
            ty: local.map(|local| local.ty.clone()).unwrap_or_default(),
        }
    }

    /// The field `name` of the `record` at `base`. The first field of an object's structure is the
    /// object itself, seen as its parent.
    fn member(&self, base: Place, record: &Name, name: &Name) -> Option<Lvalue> {
        let layout = self.tree.record(record);
        let fields = layout.map_or(&[][..], |layout| &layout.fields);
        let field = fields.iter().find(|field| field.name == *name);
        let ty = field.map(|field| field.ty.clone()).unwrap_or_default();
        let first = fields.first();
        let embedded = ty.pointers == 0 && !ty.array && !ty.name.is_empty();
        // What is at the start of an object is its parent, but a region is a part like others.
        let is_region = |record: &Name| self.objects.is_region_record(record);
        let embedded = embedded && (!is_region(&ty.name) || is_region(record));
        let object = base.path.is_empty() && !matches!(base.root, Root::Heap(_));
        if object && embedded && first.is_some_and(|field| field.name == *name) {
            return Some(Lvalue { place: base, ty });
        }
        // A structure may go by several names.
        let record = layout.map_or(record, |layout| &layout.name);
        Some(Lvalue { place: base.field(record, name)?, ty })
    }

    /// The member pointed to by `pointer`, back to the aggregate that contains it.
    pub(super) fn container(&self, pointer: Typed, record: &Name, field: &Name) -> Typed {
        let ty = TypeRef { name: record.clone(), pointers: 1, array: false };
        let Value::Address(place) = pointer.value else {
            return Typed { value: Value::Unknown, ty };
        };
        let first = self.tree.record(record).and_then(|layout| layout.fields.first());
        let value = if place.path.is_empty() {
            match first {
                Some(first) if first.name == *field => Value::Address(place),
                _ => Value::Unknown,
            }
        } else {
            place.container_of(field).map_or(Value::Unknown, Value::Address)
        };
        Typed { value, ty }
    }

    /// What is stored at a place.
    fn load(&self, lvalue: Lvalue) -> Typed {
        let Lvalue { place, ty } = lvalue;
        if ty.array {
            return Typed { value: address(place.index(&Index::Number(0))), ty: decayed(ty) };
        }
        if let Some(stored) = self.stored(&place) {
            return Typed { value: stored, ty };
        }
        if ty.pointers == 0 && !ty.name.is_empty() {
            // A structure or a number by value.
            return Typed { value: Value::Unknown, ty };
        }
        Typed { value: address(place.deref()), ty }
    }

    /// What the walk has stored at a place, if it has.
    fn stored(&self, place: &Place) -> Option<Value> {
        if let Some(stored) = self.stores.get(place) {
            return Some(stored.clone());
        }
        if !place.is_element() {
            return None;
        }
        let may = self.stores.iter().filter(|(stored, _)| stored.may_be(place));
        let mut may: Vec<(&Place, &Value)> = may.collect();
        may.sort_unstable_by_key(|(stored, _)| *stored);
        let mut values: Vec<&Value> = may.into_iter().map(|(_, value)| value).collect();
        values.dedup();
        let (first, rest) = values.split_first()?;
        match rest {
            [] if place.is_one_of_many() => Some((*first).clone()),
            _ if place.is_one_of_many() => {
                Some(rest.iter().fold((*first).clone(), |one, &other| one.or(other.clone())))
            }
            _ => Some(Value::Unknown),
        }
    }

    /// Writes `value` to what `target` names.
    pub(super) fn assign(&mut self, frame: &mut Frame, target: &Expr, from: &Expr, value: Typed) {
        if let ExprKind::Name(name) = &target.kind
            && let Some(variable) = frame.variables.get(name)
        {
            let ty = if variable.ty.name.is_empty() { value.ty } else { variable.ty.clone() };
            frame.set(name.clone(), Typed { value: value.value, ty });
            self.note_number(frame, name, Some(from));
            return;
        }
        if let Some(lvalue) = self.lvalue(frame, target) {
            self.note_copy(&lvalue.place, &lvalue.ty);
            self.store(lvalue.place, value.value);
        }
    }

    fn store(&mut self, place: Place, mut value: Value) {
        if let Value::Address(target) = &value
            && let Root::Heap(at) = target.root
            && target.path.is_empty()
            && let Some(home) = place.clone().deref()
        {
            let is_home = *self.homes.entry(at).or_insert_with(|| home.clone()) == home;
            if is_home && !place.is_element() {
                // What was stored there before is gone.
                self.stores.remove(&place);
                return;
            }
            if is_home {
                // Other elements may hold what was stored before.
                value = Value::Address(home);
            }
        }
        let known = self.stores.get(&place).cloned();
        let value = match known {
            // What an array holds in one element says nothing of the others.
            Some(known) if place.is_one_of_many() => known.or(value),
            _ => value,
        };
        self.stores.insert(place, value);
    }
}

fn address(place: Option<Place>) -> Value {
    place.map_or(Value::Unknown, Value::Address)
}

/// A variable that is followed, or was compared with null, is not null.
pub(super) fn not_null(frame: &mut Frame, pointer: &Expr) {
    if let ExprKind::Name(name) = &pointer.kind
        && let Some(variable) = frame.variables.get(name)
        && let Value::Maybe(place) = &variable.value
    {
        let place = place.clone();
        frame.set_value(name, Value::Address(place));
    }
}

/// Whoever has the address of a variable may change what it points to.
fn forget_escaped(frame: &mut Frame, operand: &Expr) {
    if let ExprKind::Name(name) = &operand.kind {
        frame.set_value(name, Value::Unknown);
    }
}

/// The type of the pointer to which an array decays.
fn decayed(ty: TypeRef) -> TypeRef {
    TypeRef { pointers: ty.pointers + 1, array: false, ..ty }
}

/// A pointer moved by some elements.
fn step(pointer: Typed, by: &Index) -> Typed {
    let value = match pointer.value.place() {
        Some(place) => address(place.clone().index(by)),
        None => Value::Unknown,
    };
    Typed { value, ty: pointer.ty }
}
