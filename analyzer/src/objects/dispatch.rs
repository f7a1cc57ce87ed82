//! Calls through the fields of structures.

use super::{Objects, Scope, reads};
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

    /// The functions of which it is certain that they call through the field of that structure.
    pub(crate) fn known_member_callers(
        &self,
        (record, field): (&str, &str),
        table: &str,
    ) -> Vec<ItemId> {
        if self.tree.record(record).is_none() {
            return Vec::new();
        }
        let callers = self.tree.member_callers(field).iter().map(|(_, caller)| *caller);
        callers
            .filter(|&caller| self.tree.item(caller).kind == ItemKind::Function)
            .filter(|&caller| self.calls_member(caller, (record, field), Base::Known(table)))
            .collect()
    }

    fn may_call_through(&self, caller: ItemId, record: &str, field: &str) -> bool {
        if self.tree.item(caller).kind != ItemKind::Function {
            return true;
        }
        let function = self.tree.function(caller);
        !function.is_whole() || self.calls_member(caller, (record, field), Base::Unknown)
    }

    fn calls_member(&self, caller: ItemId, slot: (&str, &str), through: Base<'_>) -> bool {
        let function = self.tree.function(caller);
        let scope = Scope::new(self.tree, &self.casts, function);
        let mut may = false;
        function.each_statement(&mut |stmt| {
            stmt.each_expression(&mut |expr| {
                expr.each(&mut |expr| may |= calls_through(&scope, expr, slot, through));
            });
        });
        may
    }
}

fn calls_through(
    scope: &Scope<'_, '_>,
    expr: &Expr,
    (record, field): (&str, &str),
    through: Base<'_>,
) -> bool {
    let ExprKind::Call { callee, .. } = &expr.kind else { return false };
    let ExprKind::Member { base, name, .. } = &reads::called(callee).kind else { return false };
    if name != field {
        return false;
    }
    let found = scope.type_of(base).name;
    let unknown = found.is_empty()
        && match through {
            Base::Unknown => true,
            Base::Known(table) => is_of(base, table),
        };
    unknown || scope.is_same_record(&found, record)
}

/// What a structure is part of whose type is not known.
#[derive(Clone, Copy)]
enum Base<'b> {
    /// Anything.
    Unknown,
    /// The table of that name.
    Known(&'b str),
}

/// Whether an expression is the table, or one of its rows.
fn is_of(expr: &Expr, table: &str) -> bool {
    match &expr.kind {
        ExprKind::Name(name) => name == table,
        ExprKind::Index { base, .. } | ExprKind::Binary(_, base, _) => is_of(base, table),
        ExprKind::Unary(UnaryOp::Dereference, inner) => is_of(inner, table),
        _ => false,
    }
}
