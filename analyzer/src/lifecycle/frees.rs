//! Who frees the memory behind a pointer: a call that is not followed can only end a region on the
//! heap by leading to one of those functions.

use super::Phase;
use super::detect::each_call;
use crate::contexts::{ContextTable, Entry};
use crate::model::{Expr, ExprKind, Function, Name, UnaryOp};
use crate::objects::{Objects, Scope, field_type};
use crate::syntax::c::scan::ItemKind;
use crate::trace::{Place, Step};
use crate::tree::{ItemId, Tree};
use crate::vocabulary::Op;

/// A pointer field, and the structure that it points to.
pub(super) struct Pointer {
    pub(super) record: Name,
    pub(super) field: Name,
    pub(super) target: Name,
}

/// Finds the functions that free what pointer fields point to.
pub(super) struct Frees<'f, 'a> {
    pub(super) tree: &'f Tree<'a>,
    pub(super) objects: &'f Objects<'f, 'a>,
    pub(super) contexts: &'f ContextTable<'f, 'a>,
}

impl Frees<'_, '_> {
    /// Whether a call of `callee` in teardown may free the memory that a place lies in.
    pub(super) fn may_free(&self, callee: &Name, place: &Place) -> bool {
        let definitions = self.tree.definitions(callee);
        let is_function = |id: &ItemId| self.tree.item(*id).kind == ItemKind::Function;
        // What a macro does, it does on the spot.
        if definitions.is_empty() || !definitions.iter().all(is_function) {
            return true;
        }
        let Some(pointers) = self.pointers(place) else { return true };
        pointers.iter().any(|pointer| {
            let mut freeing = self.freeing(pointer).into_iter();
            freeing.any(|function| self.may_lead_to(callee, function))
        })
    }

    /// The pointers on the way to a place; `None` if one of them is not known.
    pub(super) fn pointers(&self, place: &Place) -> Option<Vec<Pointer>> {
        let mut pointers = Vec::new();
        let mut record = Name::default();
        let mut last: Option<(Name, Name)> = None;
        for step in &place.path {
            match step {
                Step::Field(start, name) => {
                    let holder = if start.is_empty() { record } else { start.clone() };
                    record = field_type(self.tree, &holder, name)?.name;
                    last = Some((holder, name.clone()));
                }
                Step::Deref => {
                    let (record, field) = last.take()?;
                    let target = field_type(self.tree, &record, &field)?.name;
                    pointers.push(Pointer { record, field, target });
                }
                Step::Index(_) => {}
            }
        }
        Some(pointers)
    }

    /// The functions that free what the pointer points to, be it through a variable.
    fn freeing(&self, pointer: &Pointer) -> Vec<ItemId> {
        let names = self.tree.words.calls_of(Op::Free);
        let users = names.into_iter().flat_map(|name| self.tree.users_of_name(name));
        let mut functions: Vec<ItemId> = users
            .map(|user| user.by)
            .filter(|&id| !self.tree.is_core(id) && self.mentions(id, pointer))
            .collect();
        functions.sort_unstable();
        functions.dedup();
        functions.retain(|&id| self.frees(id, pointer));
        functions
    }

    /// Whether a function names the field of something, or what it points to.
    fn mentions(&self, id: ItemId, pointer: &Pointer) -> bool {
        let field = &pointer.field;
        let written = [format!("->{field}"), format!(".{field}"), pointer.target.to_string()];
        written.iter().any(|text| self.tree.mentions_text(id, text))
    }

    fn frees(&self, id: ItemId, pointer: &Pointer) -> bool {
        match self.tree.item(id).kind {
            ItemKind::Function => {}
            kind => return kind == ItemKind::Define,
        }
        let function = self.tree.function(id);
        let scope = Scope::new(self.tree, &self.objects.casts, function);
        let mut frees = !function.is_whole();
        each_call(function, &mut |name, args, _| {
            let Some(call) = self.tree.words.call(name).filter(|call| call.op == Op::Free) else {
                return;
            };
            if let Some(argument) = args.get(call.region) {
                frees |= self.is_pointer(function, &scope, argument, pointer);
            }
        });
        frees
    }

    /// Whether an expression may be the pointer, or a copy of it.
    fn is_pointer(
        &self,
        function: &Function,
        scope: &Scope<'_, '_>,
        expr: &Expr,
        pointer: &Pointer,
    ) -> bool {
        let expr = self.objects.casts.uncast(expr);
        match &expr.kind {
            ExprKind::Unary(UnaryOp::AddressOf, inner) => {
                self.is_pointer(function, scope, inner, pointer)
            }
            ExprKind::Member { .. } => self.is_field(scope, expr, pointer),
            ExprKind::Name(name) => {
                let target = scope.type_of(expr).name;
                let same = !target.is_empty() && scope.is_same_record(&target, &pointer.target);
                same && self.may_hold(function, scope, name, pointer)
            }
            _ => false,
        }
    }

    fn is_field(&self, scope: &Scope<'_, '_>, expr: &Expr, pointer: &Pointer) -> bool {
        let ExprKind::Member { base, name, .. } = &expr.kind else { return false };
        let record = scope.type_of(base).name;
        *name == pointer.field
            && (record.is_empty() || scope.is_same_record(&record, &pointer.record))
    }

    /// Whether a variable may hold the pointer: not if all that it is ever set to is other fields,
    /// and memory of its own.
    fn may_hold(
        &self,
        function: &Function,
        scope: &Scope<'_, '_>,
        variable: &Name,
        pointer: &Pointer,
    ) -> bool {
        if function.parameters.iter().any(|parameter| parameter.name == *variable) {
            return true;
        }
        function.values_of(variable).into_iter().any(|value| {
            let value = self.objects.casts.uncast(value);
            match &value.kind {
                ExprKind::Member { .. } => self.is_field(scope, value, pointer),
                ExprKind::Call { callee, .. } => {
                    !matches!(&callee.kind, ExprKind::Name(name) if self.tree.words.allocates(name))
                }
                ExprKind::Literal => false,
                ExprKind::Name(name) => name != "NULL",
                _ => true,
            }
        })
    }

    /// Whether a call of `callee` may come to a function. What only teardown enters does not run
    /// again inside of it.
    fn may_lead_to(&self, callee: &Name, function: ItemId) -> bool {
        let own = [
            Phase::ClassInit,
            Phase::Init,
            Phase::Realize,
            Phase::Unrealize,
            Phase::Unparent,
            Phase::Finalize,
        ];
        let contexts = self.contexts.of(function);
        let open = |entry: &Entry| !own.contains(&entry.phase) && !entry.is_closed;
        contexts.entries.iter().chain(&contexts.remote).any(open)
            || self.tree.name(function) == *callee
            || contexts.callers().any(|caller| self.tree.name(caller) == *callee)
    }
}
