//! Functions that reach no operation on a region: what they may do to what they are handed.

use super::Tracer;
use crate::model::{Expr, ExprKind, Name, StmtKind};
use crate::objects::Scope;
use crate::syntax::c::scan::{ItemKind, NameHash};
use crate::tree::ItemId;
use crate::vocabulary::Op;

/// How many functions may be looked at to find one harmless.
const MAX_FUNCTIONS: usize = 24;

/// What a function and everything that it calls may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Harm {
    /// Nothing to memory or regions.
    None,
    /// It frees something, or writes over it: a walk through it tells what.
    Frees,
    /// It calls through a pointer, or something that is not in sight.
    Unknown,
}

/// The functions that one leads to, as far as they are found.
struct Reach {
    functions: Vec<ItemId>,
    frees: bool,
}

impl Tracer<'_, '_> {
    /// What the function may do, by all the calls that it leads to.
    pub(super) fn harm(&self, function: ItemId) -> Harm {
        let mut reach = Reach { functions: vec![function], frees: false };
        let mut at = 0;
        while let Some(&next) = reach.functions.get(at) {
            at += 1;
            if reach.functions.len() > MAX_FUNCTIONS || !self.calls_only_known(next, &mut reach) {
                return Harm::Unknown;
            }
        }
        if reach.frees { Harm::Frees } else { Harm::None }
    }

    /// Whether every call in the function frees, is harmless, or is one of a function that is noted.
    fn calls_only_known(&self, id: ItemId, reach: &mut Reach) -> bool {
        if self.tree.item(id).kind != ItemKind::Function || self.relevance.contains(id) {
            return false;
        }
        let function = self.tree.function(id);
        let scope = Scope::new(self.tree, &self.objects.casts, function);
        let mut inert = function.is_whole();
        function.each_statement(&mut |stmt| {
            inert &= !matches!(stmt.kind, StmtKind::Unknown);
            stmt.each_expression(&mut |expr| {
                expr.each(&mut |expr| {
                    if let ExprKind::Assign { target, compound: false, .. } = &expr.kind {
                        reach.frees |= self.is_structure(&scope, target);
                    }
                    if let ExprKind::Call { callee, .. } = &expr.kind {
                        inert &= match &callee.kind {
                            ExprKind::Name(name) => self.is_known_call(id, name, reach),
                            _ => false,
                        };
                    }
                });
            });
        });
        inert
    }

    /// Whether what is assigned to is a structure that is no variable.
    fn is_structure(&self, scope: &Scope<'_, '_>, target: &Expr) -> bool {
        let ty = scope.type_of(target);
        let variable = matches!(target.kind, ExprKind::Name(_));
        !variable && ty.pointers == 0 && !ty.array && self.tree.record(&ty.name).is_some()
    }

    fn is_known_call(&self, caller: ItemId, name: &Name, reach: &mut Reach) -> bool {
        let words = self.tree.words;
        if let Some(call) = words.call(name) {
            reach.frees = true;
            return matches!(call.op, Op::Free | Op::Overwrite | Op::Publish);
        }
        let cast = self.objects.casts.get(name).is_some();
        if cast || words.is_pure(name) || words.is_harmless(name) || words.is_unowned(name) {
            return true;
        }
        if words.container_macro(name).is_some() || words.list_call(name).is_some() {
            return true;
        }
        let file = self.tree.file_of(caller);
        match self.tree.functions_named(NameHash::of(name.as_bytes()), file)[..] {
            [one] => {
                if !reach.functions.contains(&one) {
                    reach.functions.push(one);
                }
                true
            }
            _ => false,
        }
    }
}
