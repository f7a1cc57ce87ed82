//! `if`, `match` and loops.

use super::block::{Body, Sink, Typed, name, unknown};
use super::extent::extent;
use crate::crates::Ty;
use crate::model::{BinaryOp, Expr, ExprKind, Span, Stmt, StmtKind};
use crate::syntax::rust::span_of;
use syn::{ExprForLoop, ExprIf, ExprLoop, ExprMatch, ExprWhile, Pat};

impl Body<'_> {
    pub(super) fn lower_if(&mut self, branch: &ExprIf, sink: &Sink, span: Span) {
        let mut bindings = Vec::new();
        let condition = self.lower_condition(&branch.cond, &mut bindings);
        let at = span_of(&branch.then_branch.brace_token.span.join());
        let then = self.nested_block(at, |body| {
            for (pattern, value) in &bindings {
                body.bind(pattern, value, value.expr.span);
            }
            body.block(&branch.then_branch, sink);
        });
        let otherwise = branch.else_branch.as_ref().map(|(_, otherwise)| {
            let at = extent(otherwise);
            self.nested_block(at, |body| match &**otherwise {
                syn::Expr::Block(inner) => body.block(&inner.block, sink),
                _ => body.lower(otherwise, sink, at),
            })
        });
        self.push(StmtKind::If { condition, then, otherwise }, span);
    }

    /// A condition; what `let` binds in it is declared where it holds.
    fn lower_condition<'s>(
        &mut self,
        condition: &'s syn::Expr,
        bindings: &mut Vec<(&'s Pat, Typed)>,
    ) -> Expr {
        match condition {
            syn::Expr::Let(shape) => {
                let value = self.held(&shape.expr);
                let condition = Self::condition(&value.expr, &shape.pat);
                bindings.push((&shape.pat, value));
                condition
            }
            syn::Expr::Binary(both) if matches!(both.op, syn::BinOp::And(_)) => {
                let left = self.lower_condition(&both.left, bindings);
                let right = self.lower_condition(&both.right, bindings);
                let kind = ExprKind::Binary(BinaryOp::And, Box::new(left), Box::new(right));
                Expr { kind, span: extent(condition) }
            }
            syn::Expr::Paren(inner) => self.lower_condition(&inner.expr, bindings),
            _ => self.value(condition).expr,
        }
    }

    /// A value that is looked at more than once: a place stays, all else is put into a variable.
    fn held(&mut self, expr: &syn::Expr) -> Typed {
        let value = self.value(expr);
        if is_place(&value.expr) {
            return value;
        }
        let span = value.expr.span;
        let held = self.hold(Some(value.expr), value.ty.clone(), span);
        Typed { expr: name(held, span), ty: value.ty }
    }

    /// A `match` is a chain of conditions; the last arm has none.
    pub(super) fn lower_match(&mut self, choice: &ExprMatch, sink: &Sink, span: Span) {
        let value = self.held(&choice.expr);
        let mut chain: Option<Box<Stmt>> = None;
        let mut is_last = true;
        for arm in choice.arms.iter().rev() {
            let at = extent(&arm.body);
            let then = self.nested_block(at, |body| {
                if !matches!(arm.pat, Pat::Wild(_)) {
                    body.bind(&arm.pat, &value, span_of(&arm.pat));
                }
                if let Some((_, guard)) = &arm.guard {
                    let asked = body.value(guard).expr;
                    let then = body.nested_block(at, |body| body.lower(&arm.body, sink, at));
                    let kind = StmtKind::If { condition: asked, then, otherwise: None };
                    body.push(kind, at);
                } else {
                    body.lower(&arm.body, sink, at);
                }
            });
            let catches_all = Self::accepts_all(&arm.pat) && arm.guard.is_none();
            if (is_last || catches_all) && arm.guard.is_none() {
                chain = Some(then);
            } else {
                let condition = Self::condition(&value.expr, &arm.pat);
                let kind = StmtKind::If { condition, then, otherwise: chain.take() };
                chain = Some(Box::new(Stmt { kind, span }));
            }
            is_last = false;
        }
        if let Some(chain) = chain {
            self.push(chain.kind, span);
        }
    }

    pub(super) fn lower_loop(&mut self, turns: &ExprLoop, span: Span) {
        let at = span_of(&turns.body.brace_token.span.join());
        let body = self.nested_block(at, |body| body.block(&turns.body, &Sink::Discard));
        self.push_loop(None, body, true, span);
    }

    /// A block with a label is a loop of one turn, which `break` leaves.
    pub(super) fn lower_labelled(&mut self, block: &syn::Block, sink: &Sink, span: Span) {
        let at = span_of(&block.brace_token.span.join());
        let body = self.nested_block(at, |body| {
            body.block(block, sink);
            body.push(StmtKind::Break, Span::new(at.end, at.end));
        });
        self.push_loop(None, body, true, span);
    }

    pub(super) fn lower_while(&mut self, turns: &ExprWhile, span: Span) {
        let at = span_of(&turns.body.brace_token.span.join());
        let mut asked = None;
        // What the condition does is done before each turn.
        let body = self.nested_block(at, |body| {
            let mut bindings = Vec::new();
            let condition = body.lower_condition(&turns.cond, &mut bindings);
            asked = Some(condition);
            for (pattern, value) in &bindings {
                body.bind(pattern, value, value.expr.span);
            }
            body.block(&turns.body, &Sink::Discard);
        });
        self.push_loop(asked, body, false, span);
    }

    pub(super) fn lower_for(&mut self, turns: &ExprForLoop, span: Span) {
        let iterated = self.value(&turns.expr);
        let words = self.source.words;
        let at = span_of(&turns.body.brace_token.span.join());
        let element = match is_place(&iterated.expr) {
            true => {
                let index = Box::new(Expr { kind: ExprKind::Literal, span: span_of(&*turns.pat) });
                let base = Box::new(iterated.expr.clone());
                Expr { kind: ExprKind::Index { base, index }, span: iterated.expr.span }
            }
            false => unknown(Vec::new(), span_of(&*turns.pat)),
        };
        let is_collection = words.collections.contains(&iterated.ty.innermost(words).name);
        let ty = if is_collection { iterated.ty.element(words) } else { Ty::default() };
        let value = Typed { expr: element, ty };
        let body = self.nested_block(at, |body| {
            match &*turns.pat {
                Pat::Tuple(tuple) => {
                    let place = element_of(&turns.expr);
                    for (at, inner) in tuple.elems.iter().enumerate() {
                        let span = span_of(inner);
                        let other = Typed { expr: unknown(Vec::new(), span), ty: Ty::default() };
                        body.bind(inner, if at == place { &value } else { &other }, span);
                    }
                }
                pattern => body.bind(pattern, &value, span_of(pattern)),
            }
            body.block(&turns.body, &Sink::Discard);
        });
        let asked = unknown(vec![iterated.expr], extent(&turns.expr));
        self.push_loop(Some(asked), body, false, span);
    }

    fn push_loop(&mut self, condition: Option<Expr>, body: Box<Stmt>, once: bool, span: Span) {
        let init = Vec::new();
        let kind = StmtKind::Loop { init, condition, step: None, body, at_least_once: once };
        self.push(kind, span);
    }
}

/// Which part of the pairs that an iterator yields is the element: the second of `enumerate` and of a
/// map, the first of `zip`.
fn element_of(iterated: &syn::Expr) -> usize {
    let is_first = matches!(iterated, syn::Expr::MethodCall(call) if call.method == "zip");
    usize::from(!is_first)
}

/// Whether an expression names a place and does nothing.
pub(super) fn is_place(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Name(_) => true,
        ExprKind::Member { base, .. } | ExprKind::Unary(_, base) => is_place(base),
        ExprKind::Index { base, index } => is_place(base) && is_plain(index),
        _ => false,
    }
}

fn is_plain(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Literal) || is_place(expr)
}
