//! Whether anybody relies on a callback to be there.

use super::{Objects, Scope};
use crate::model::{Expr, ExprKind, Function, Stmt, StmtKind, UnaryOp};

impl Objects<'_, '_> {
    /// Whether some function does more with a class slot than to fill it, to save it, or to call
    /// through it if it is filled: it may do something else when the slot is empty.
    pub(crate) fn is_slot_read(&self, record: &str, field: &str) -> bool {
        let last = field.rsplit('.').next().unwrap_or(field);
        self.tree
            .functions_with_member(last)
            .into_iter()
            .any(|id| self.reads(self.tree.function(id), record, field))
    }

    fn reads(&self, function: &Function, record: &str, field: &str) -> bool {
        let scope = Scope::new(self.tree, &self.casts, function);
        // What is of unknown type is hardly the class where the file does not speak of it.
        let text = self.tree.text(function.location.file);
        let is_named = memchr::memmem::find(text, record.as_bytes()).is_some();
        let slot = Slot { scope, record, field, is_named };
        (is_named && !function.is_whole()) || function.body.iter().any(|stmt| slot.is_read_by(stmt))
    }
}

/// A class slot, as one function sees it.
struct Slot<'s, 'a> {
    scope: Scope<'s, 'a>,
    record: &'s str,
    field: &'s str,
    /// Whether the file names the structure, so that one of unknown type may be it.
    is_named: bool,
}

impl Slot<'_, '_> {
    fn is_read_by(&self, statement: &Stmt) -> bool {
        // Who asks first may go without.
        if let StmtKind::If { condition, then, otherwise: None } = &statement.kind
            && self.only_calls(then)
            && self.is_read_in(condition)
        {
            return false;
        }
        let mut reads = statement.children().into_iter().any(|child| self.is_read_by(child));
        statement.each_expression(&mut |expr| reads |= self.is_read_in(expr));
        reads
    }

    fn is_read_in(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Assign { target, value, .. } if self.is_slot(target) => {
                self.is_read_in(value)
            }
            // A slot that is saved is saved for children, which are looked at elsewhere.
            ExprKind::Assign { value, .. } if self.is_slot(value) => false,
            _ => self.is_slot(expr) || expr.parts().into_iter().any(|part| self.is_read_in(part)),
        }
    }

    /// Whether a statement is nothing but a call through the slot.
    fn only_calls(&self, statement: &Stmt) -> bool {
        match &statement.kind {
            StmtKind::Block(inner) => matches!(&inner[..], [only] if self.only_calls(only)),
            StmtKind::Expr(expr) => {
                matches!(&expr.kind, ExprKind::Call { callee, .. } if self.is_slot(called(callee)))
            }
            _ => false,
        }
    }

    fn is_slot(&self, expr: &Expr) -> bool {
        let Some((record, field)) = self.scope.slot_of(expr) else { return false };
        field == self.field
            && ((record.is_empty() && self.is_named)
                || self.scope.is_same_record(&record, self.record))
    }
}

/// `k->stop` of `(*k->stop)(s)`
pub(super) fn called(mut callee: &Expr) -> &Expr {
    while let ExprKind::Unary(UnaryOp::Dereference, inner) = &callee.kind {
        callee = inner;
    }
    callee
}
