//! The opposite of a condition, as a person writes it.

use super::Code;
use super::layout::Layout;
use crate::model::{BinaryOp, Expr, ExprKind, FileId, Span, UnaryOp};

/// The edit that makes a condition its opposite; none where that would take more than a word.
pub(super) fn negated(
    code: &dyn Code,
    file: FileId,
    layout: &Layout<'_>,
    condition: &Expr,
) -> Option<(Span, &'static str)> {
    let Span { start, .. } = condition.span;
    match &condition.kind {
        ExprKind::Unary(UnaryOp::Not, inner) => {
            let mark = Span::new(start, inner.span.start);
            (&layout.text[mark.range()] == b"!").then_some((mark, ""))
        }
        ExprKind::Binary(BinaryOp::Equal, left, right) => {
            compared(code, file, (left, right))?;
            operator(layout, left.span.end, right.span.start, b"==").map(|span| (span, "!="))
        }
        ExprKind::Binary(BinaryOp::NotEqual, left, right) => {
            compared(code, file, (left, right))?;
            operator(layout, left.span.end, right.span.start, b"!=").map(|span| (span, "=="))
        }
        _ => {
            is_operand(code, file, condition).then_some(())?;
            let begins = layout.is_code(start as usize) && layout.text[start as usize] != b'(';
            begins.then_some((Span::new(start, start), "!"))
        }
    }
}

/// Whether both sides are what they seem to be.
fn compared(code: &dyn Code, file: FileId, (left, right): (&Expr, &Expr)) -> Option<()> {
    [left, right].into_iter().all(|side| is_value(code, file, side)).then_some(())
}

fn is_value(code: &dyn Code, file: FileId, expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Literal | ExprKind::SizeOf => true,
        ExprKind::Unary(UnaryOp::Arithmetic | UnaryOp::Dereference, inner) => {
            is_value(code, file, inner)
        }
        ExprKind::Unary(UnaryOp::AddressOf, inner) => is_operand(code, file, inner),
        _ => is_operand(code, file, expr),
    }
}

/// A name, a call, or a part of one.
fn is_operand(code: &dyn Code, file: FileId, expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Name(name) => code.is_operand(file, name),
        ExprKind::Call { callee, .. } => is_operand(code, file, callee),
        ExprKind::Member { base, name, .. } => {
            code.is_operand(file, name) && is_operand(code, file, base)
        }
        ExprKind::Index { base, .. } => is_operand(code, file, base),
        _ => false,
    }
}

fn operator(layout: &Layout<'_>, start: u32, end: u32, written: &[u8]) -> Option<Span> {
    let between = Span::new(start, end);
    let found = between.range().find(|&at| layout.is_code(at) && layout.text[at] != b')')?;
    let span = Span::new(found as u32, found as u32 + 2);
    (between.contains(span) && &layout.text[span.range()] == written).then_some(span)
}
