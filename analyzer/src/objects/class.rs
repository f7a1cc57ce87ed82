//! What `class_init` functions put into class slots.

use super::casts::Casts;
use super::scope::Scope;
use crate::model::{Expr, ExprKind, Function, Location, Name, Stmt, StmtKind, UnaryOp};
use crate::tree::{ItemId, Tree};
use rustc_hash::FxHashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// One assignment to a class slot, as a class function makes it.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    /// The class structure.
    pub(crate) record: Name,
    /// The field, or the path of fields joined with dots.
    pub(crate) field: Name,
    /// The function assigned; `None` for `NULL` and for anything that is no function.
    pub(crate) function: Option<Name>,
    /// The value, for slots that hold flags.
    pub(crate) value: Name,
    /// The assignment.
    pub(crate) location: Location,
    /// The field that receives what the slot held before.
    pub(crate) saves_to: Option<(Name, Name)>,
    /// The slot whose value is assigned: `xc->parent_realize = dc->realize`.
    pub(crate) copies: Option<(Name, Name)>,
    /// Whether it is assigned under a condition.
    pub(crate) conditional: bool,
}

/// What a slot of a type holds.
#[derive(Clone, Debug)]
pub(crate) struct SlotValue {
    /// The class structure.
    pub(crate) record: Name,
    /// The field, or the path of fields joined with dots.
    pub(crate) field: Name,
    /// The function; `None` if it is empty or no function.
    pub(crate) function: Option<Name>,
    /// The value, for slots that hold flags.
    pub(crate) value: Name,
    /// The assignment.
    pub(crate) location: Location,
    /// Whether it holds this on a condition only.
    pub(crate) uncertain: bool,
}

/// Runs one class function's assignments on top of what the parent's left.
pub(super) fn run(slots: &[Slot], values: &mut Vec<SlotValue>) {
    for slot in slots {
        if let Some(to) = &slot.saves_to {
            copy(values, (&slot.record, &slot.field), (&to.0, &to.1));
        }
        if let Some(from) = &slot.copies {
            copy(values, (&from.0, &from.1), (&slot.record, &slot.field));
            continue;
        }
        put(
            values,
            SlotValue {
                record: slot.record.clone(),
                field: slot.field.clone(),
                function: slot.function.clone(),
                value: slot.value.clone(),
                location: slot.location,
                uncertain: slot.conditional,
            },
        );
    }
}

/// Copies what one slot holds to another.
fn copy(values: &mut Vec<SlotValue>, from: (&Name, &Name), to: (&Name, &Name)) {
    let held = values.iter().find(|value| (&value.record, &value.field) == from).cloned();
    if let Some(held) = held {
        put(values, SlotValue { record: to.0.clone(), field: to.1.clone(), ..held });
    }
}

/// Puts what a type fills without a function on top of what the parent's class holds.
pub(super) fn fill(slots: &[SlotValue], values: &mut Vec<SlotValue>) {
    for slot in slots {
        put(values, slot.clone());
    }
}

fn put(values: &mut Vec<SlotValue>, value: SlotValue) {
    let same = values.iter_mut().find(|old| old.record == value.record && old.field == value.field);
    match same {
        // Which of two functions it holds depends on a condition.
        Some(old) if value.uncertain => {
            let uncertain = old.function != value.function;
            *old = SlotValue { uncertain, ..value };
        }
        Some(old) => *old = value,
        None => values.push(value),
    }
}

/// The assignments of every class function, read when first asked for.
#[derive(Default)]
pub(super) struct ClassFunctions {
    read: RwLock<FxHashMap<ItemId, Arc<[Slot]>>>,
}

/// How deep class functions may call each other.
const MAX_DEPTH: u32 = 4;

impl ClassFunctions {
    pub(super) fn slots(&self, tree: &Tree<'_>, casts: &Casts, function: ItemId) -> Arc<[Slot]> {
        let read = self.read.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(slots) = read.get(&function) {
            return Arc::clone(slots);
        }
        drop(read);
        let mut reader = ClassReader { tree, casts, slots: Vec::new(), conditions: 0 };
        reader.read(function, MAX_DEPTH);
        let slots: Arc<[Slot]> = reader.slots.into();
        let mut read = self.read.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(read.entry(function).or_insert(slots))
    }
}

/// Reads the assignments of a class function.
struct ClassReader<'r, 'a> {
    tree: &'r Tree<'a>,
    casts: &'r Casts,
    slots: Vec<Slot>,
    /// How many conditions the statement being read stands under.
    conditions: u32,
}

impl ClassReader<'_, '_> {
    fn read(&mut self, id: ItemId, depth: u32) {
        let function = self.tree.function(id);
        let scope = Scope::new(self.tree, self.casts, function);
        for stmt in &function.body {
            self.statement(function, &scope, stmt, depth);
        }
    }

    fn statement(&mut self, function: &Function, scope: &Scope<'_, '_>, stmt: &Stmt, depth: u32) {
        match &stmt.kind {
            StmtKind::Expr(expr) => self.expression(function, scope, expr, depth),
            StmtKind::If { then, otherwise, .. } => {
                self.conditions += 1;
                self.statement(function, scope, then, depth);
                if let Some(otherwise) = otherwise {
                    self.statement(function, scope, otherwise, depth);
                }
                self.conditions -= 1;
            }
            StmtKind::Block(body) => {
                for stmt in body {
                    self.statement(function, scope, stmt, depth);
                }
            }
            StmtKind::Loop { body, .. } | StmtKind::Switch { body, .. } => {
                self.statement(function, scope, body, depth);
            }
            _ => {}
        }
    }

    fn expression(&mut self, function: &Function, scope: &Scope<'_, '_>, expr: &Expr, depth: u32) {
        match &expr.kind {
            ExprKind::Assign { target, value, .. } => {
                self.assignment(function, scope, expr, target, value);
            }
            ExprKind::Call { callee, args } => {
                let ExprKind::Name(name) = &callee.kind else { return };
                if !self.setter(function, scope, expr, name, args) {
                    self.follow(function, scope, name, args, depth);
                }
            }
            _ => {}
        }
    }

    fn assignment(
        &mut self,
        function: &Function,
        scope: &Scope<'_, '_>,
        whole: &Expr,
        target: &Expr,
        value: &Expr,
    ) {
        let Some((record, field)) = slot(scope, target) else { return };
        // `a->x = b->x = f` fills both.
        let value = match &value.kind {
            ExprKind::Assign { target, value: inner, .. } => {
                self.assignment(function, scope, whole, target, inner);
                inner
            }
            _ => value,
        };
        let text = self.tree.source(Location::new(function.location.file, value.span));
        self.slots.push(Slot {
            record,
            field,
            function: self.function_named(value, function),
            value: Name::new(text),
            location: Location::new(function.location.file, whole.span),
            saves_to: None,
            copies: slot(scope, value),
            conditional: self.conditions > 0,
        });
    }

    fn function_named(&self, value: &Expr, function: &Function) -> Option<Name> {
        let name = match &value.kind {
            ExprKind::Name(name) => name,
            ExprKind::Unary(UnaryOp::AddressOf, inner) => match &inner.kind {
                ExprKind::Name(name) => name,
                _ => return None,
            },
            ExprKind::Cast(_, inner) => return self.function_named(inner, function),
            _ => return None,
        };
        let hash = crate::syntax::c::scan::NameHash::of(name.as_bytes());
        let known = !self.tree.functions_named(hash, function.location.file).is_empty();
        known.then(|| name.clone())
    }

    /// `device_class_set_parent_realize(dc, f, &xc->parent_realize)`
    fn setter(
        &mut self,
        function: &Function,
        scope: &Scope<'_, '_>,
        whole: &Expr,
        name: &str,
        args: &[Expr],
    ) -> bool {
        let setters = self.tree.words.setters(name);
        for setter in setters {
            let Some(callback) = args.get(setter.function) else { continue };
            let parent = setter.parent.and_then(|at| args.get(at));
            let saves_to = parent.and_then(|parent| match &parent.kind {
                ExprKind::Unary(UnaryOp::AddressOf, target) => slot(scope, target),
                _ => None,
            });
            self.slots.push(Slot {
                record: setter.record.clone(),
                field: setter.field.clone(),
                function: self.function_named(callback, function),
                value: Name::default(),
                location: Location::new(function.location.file, whole.span),
                saves_to,
                copies: None,
                conditional: self.conditions > 0,
            });
        }
        !setters.is_empty()
    }

    /// A class function may leave part of its work to another one.
    fn follow(
        &mut self,
        function: &Function,
        scope: &Scope<'_, '_>,
        name: &str,
        args: &[Expr],
        depth: u32,
    ) {
        if depth == 0 || !args.iter().any(|arg| self.is_class(scope, arg)) {
            return;
        }
        if let Some(callee) = self.tree.function_named(name, function.location.file) {
            self.read(callee, depth - 1);
        }
    }

    fn is_class(&self, scope: &Scope<'_, '_>, arg: &Expr) -> bool {
        scope.type_of(arg).name.ends_with("Class")
    }
}

/// A slot whose structure is known.
fn slot(scope: &Scope<'_, '_>, target: &Expr) -> Option<(Name, Name)> {
    scope.slot_of(target).filter(|(record, _)| !record.is_empty())
}
