//! How statements nest, and how loops are written.

use super::layout::Layout;
use crate::model::{Expr, Name, Stmt, StmtKind};

/// The macro that a loop is written with, in place of a keyword.
pub(super) fn iteration_macro(layout: &Layout<'_>, statement: &Stmt) -> Option<Name> {
    let word = layout.words(statement.span).next()?;
    let text = std::str::from_utf8(&layout.text[word]).ok()?;
    let is_keyword = matches!(text, "for" | "while" | "do" | "loop");
    (matches!(statement.kind, StmtKind::Loop { .. }) && !is_keyword).then(|| Name::new(text))
}

/// The macro call that heads a block, as in `WITH_LOCK(&x) { .. }`, and the block in braces.
pub(super) fn guarded(statement: &Stmt) -> Option<(&Expr, &Stmt)> {
    let StmtKind::Block(inner) = &statement.kind else {
        return None;
    };
    let [head, body] = &inner[..] else {
        return None;
    };
    match &head.kind {
        StmtKind::Expr(guard) if head.span.start == statement.span.start => Some((guard, body)),
        _ => None,
    }
}
