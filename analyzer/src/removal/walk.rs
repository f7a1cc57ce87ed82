//! Every statement and expression, parents first.

use super::layout::Layout;
use crate::model::{Expr, ExprKind, Name, Stmt, StmtKind};

/// Calls `visit` for each of `statements` and all statements in them, loop headers included.
pub(super) fn statements<'s>(
    statements: impl IntoIterator<Item = &'s Stmt>,
    visit: &mut dyn FnMut(&'s Stmt),
) {
    for statement in statements {
        visit(statement);
        self::statements(children(statement), visit);
    }
}

/// The statements directly in `statement`, in the order of the text.
pub(super) fn children(statement: &Stmt) -> Vec<&Stmt> {
    match &statement.kind {
        StmtKind::Block(inner) => inner.iter().collect(),
        StmtKind::If {
            then, otherwise, ..
        } => std::iter::once(&**then)
            .chain(otherwise.as_deref())
            .collect(),
        StmtKind::Loop { init, body, .. } => init.iter().chain([&**body]).collect(),
        StmtKind::Switch { body, .. } => vec![body],
        _ => Vec::new(),
    }
}

/// The expressions directly in `statement`.
pub(super) fn expressions(statement: &Stmt) -> Vec<&Expr> {
    match &statement.kind {
        StmtKind::Expr(expr)
        | StmtKind::If {
            condition: expr, ..
        }
        | StmtKind::Switch { value: expr, .. } => vec![expr],
        StmtKind::Loop {
            condition, step, ..
        } => condition.iter().chain(step).collect(),
        StmtKind::Case(value) | StmtKind::Return(value) => value.iter().collect(),
        StmtKind::Declaration(locals) => locals.iter().filter_map(|l| l.init.as_ref()).collect(),
        _ => Vec::new(),
    }
}

/// The macro that a loop is written with, in place of a keyword.
pub(super) fn iteration_macro(layout: &Layout<'_>, statement: &Stmt) -> Option<Name> {
    let word = layout.words(statement.span).next()?;
    let text = std::str::from_utf8(&layout.text[word]).ok()?;
    let is_keyword = matches!(text, "for" | "while" | "do" | "loop");
    (matches!(statement.kind, StmtKind::Loop { .. }) && !is_keyword).then(|| Name::new(text))
}

/// Calls `visit` for `expr` and every expression in it.
pub(super) fn expression<'e>(expr: &'e Expr, visit: &mut dyn FnMut(&'e Expr)) {
    visit(expr);
    for operand in operands(expr) {
        expression(operand, visit);
    }
}

fn operands(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::Call { callee, args } => std::iter::once(&**callee).chain(args).collect(),
        ExprKind::Member { base: inner, .. }
        | ExprKind::Unary(_, inner)
        | ExprKind::Cast(_, inner) => vec![inner],
        ExprKind::Index {
            base: left,
            index: right,
        }
        | ExprKind::Binary(_, left, right)
        | ExprKind::Assign {
            target: left,
            value: right,
            ..
        } => vec![left, right],
        ExprKind::Conditional(condition, then, otherwise) => {
            let ends = [Some(&**condition), then.as_deref(), Some(&**otherwise)];
            ends.into_iter().flatten().collect()
        }
        ExprKind::Aggregate(aggregate) => aggregate.items.iter().map(|(_, item)| item).collect(),
        ExprKind::Name(_) | ExprKind::Literal | ExprKind::SizeOf => Vec::new(),
        ExprKind::Unknown(parts) => parts.iter().collect(),
    }
}
