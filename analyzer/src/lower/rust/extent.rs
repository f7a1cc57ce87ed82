//! Where expressions begin and end, without a walk over all their tokens.

use crate::model::Span;
use crate::syntax::rust::span_of;
use proc_macro2::extra::DelimSpan;
use syn::Expr;

/// The bytes of an expression.
pub(super) fn extent(expr: &Expr) -> Span {
    Span::new(start(expr), end(expr))
}

fn start(expr: &Expr) -> u32 {
    match expr {
        Expr::MethodCall(call) => start(&call.receiver),
        Expr::Call(call) => start(&call.func),
        Expr::Field(field) => start(&field.base),
        Expr::Index(index) => start(&index.expr),
        Expr::Binary(binary) => start(&binary.left),
        Expr::Assign(assign) => start(&assign.left),
        Expr::Try(inner) => start(&inner.expr),
        Expr::Await(inner) => start(&inner.base),
        Expr::Cast(cast) => start(&cast.expr),
        Expr::Paren(paren) => open(&paren.paren_token.span),
        Expr::Tuple(tuple) => open(&tuple.paren_token.span),
        Expr::Array(array) => open(&array.bracket_token.span),
        Expr::If(branch) => span_of(&branch.if_token).start,
        Expr::Match(branch) => span_of(&branch.match_token).start,
        _ => span_of(expr).start,
    }
}

fn end(expr: &Expr) -> u32 {
    match expr {
        Expr::MethodCall(call) => close(&call.paren_token.span),
        Expr::Call(call) => close(&call.paren_token.span),
        Expr::Field(field) => span_of(&field.member).end,
        Expr::Index(index) => close(&index.bracket_token.span),
        Expr::Binary(binary) => end(&binary.right),
        Expr::Assign(assign) => end(&assign.right),
        Expr::Try(inner) => span_of(&inner.question_token).end,
        Expr::Await(inner) => span_of(&inner.await_token).end,
        Expr::Reference(to) => end(&to.expr),
        Expr::Unary(unary) => end(&unary.expr),
        Expr::Cast(cast) => span_of(&cast.ty).end,
        Expr::Paren(paren) => close(&paren.paren_token.span),
        Expr::Tuple(tuple) => close(&tuple.paren_token.span),
        Expr::Array(array) => close(&array.bracket_token.span),
        Expr::Struct(aggregate) => close(&aggregate.brace_token.span),
        Expr::Block(block) => close(&block.block.brace_token.span),
        Expr::Unsafe(block) => close(&block.block.brace_token.span),
        Expr::Match(branch) => close(&branch.brace_token.span),
        Expr::If(branch) => match &branch.else_branch {
            Some((_, otherwise)) => end(otherwise),
            None => close(&branch.then_branch.brace_token.span),
        },
        Expr::Loop(turns) => close(&turns.body.brace_token.span),
        Expr::While(turns) => close(&turns.body.brace_token.span),
        Expr::ForLoop(turns) => close(&turns.body.brace_token.span),
        Expr::Closure(closure) => end(&closure.body),
        _ => span_of(expr).end,
    }
}

fn open(span: &DelimSpan) -> u32 {
    span.open().byte_range().start as u32
}

fn close(span: &DelimSpan) -> u32 {
    span.close().byte_range().end as u32
}
