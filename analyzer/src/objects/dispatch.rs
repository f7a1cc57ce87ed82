//! Calls through the fields of structures.

use super::{Objects, Scope};
use crate::model::{Expr, ExprKind, UnaryOp};
use crate::syntax::c::scan::ItemKind;
use crate::tree::ItemId;

impl Objects<'_, '_> {
    /// The functions and macros that call through the field of that structure, or of one that is
    /// not known.
    pub(crate) fn member_callers(&self, record: &str, field: &str) -> Vec<ItemId> {
        let callers = self.tree.member_callers(field).iter().map(|(_, caller)| *caller);
        callers.filter(|&caller| self.may_call_through(caller, record, field)).collect()
    }

    fn may_call_through(&self, caller: ItemId, record: &str, field: &str) -> bool {
        if self.tree.item(caller).kind != ItemKind::Function {
            return true;
        }
        let function = self.tree.function(caller);
        if !function.is_whole() {
            return true;
        }
        let scope = Scope::new(self.tree, &self.casts, function);
        let mut may = false;
        function.each_statement(&mut |stmt| {
            stmt.each_expression(&mut |expr| {
                expr.each(&mut |expr| may |= calls_through(&scope, expr, record, field));
            });
        });
        may
    }
}

fn calls_through(scope: &Scope<'_, '_>, expr: &Expr, record: &str, field: &str) -> bool {
    let ExprKind::Call { callee, .. } = &expr.kind else { return false };
    // `(*k->stop)(s)`
    let mut callee = callee;
    while let ExprKind::Unary(UnaryOp::Dereference, inner) = &callee.kind {
        callee = inner;
    }
    let ExprKind::Member { base, name, .. } = &callee.kind else { return false };
    if name != field {
        return false;
    }
    let found = scope.type_of(base).name;
    found.is_empty() || scope.is_same_record(&found, record)
}
