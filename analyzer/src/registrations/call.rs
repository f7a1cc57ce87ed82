//! The calls of a function.

use crate::model::{Expr, ExprKind, Function, Stmt};

/// A call, wherever it stands in a function.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call<'a> {
    /// The whole call.
    pub(super) expr: &'a Expr,
    /// What is called.
    pub(super) callee: &'a Expr,
    /// The arguments, the receiver first if the function is known.
    pub(super) args: &'a [Expr],
}

impl<'a> Call<'a> {
    /// The call that an expression is.
    pub(super) fn of(expr: &'a Expr) -> Option<Self> {
        match &expr.kind {
            ExprKind::Call { callee, args } => Some(Self { expr, callee, args }),
            _ => None,
        }
    }
}

/// All calls of a function, those in closures included.
pub(super) fn calls(function: &Function) -> Vec<Call<'_>> {
    let mut calls = Vec::new();
    for stmt in &function.body {
        of_statement(stmt, &mut |expr| calls.extend(Call::of(expr)));
    }
    calls
}

/// Visits every expression below a statement, those in closures included.
pub(super) fn of_statement<'a>(stmt: &'a Stmt, visit: &mut impl FnMut(&'a Expr)) {
    stmt.each(&mut |stmt| {
        let mut own = Vec::new();
        stmt.each_expression(&mut |expr| own.push(expr));
        for expr in own {
            deep(expr, visit);
        }
    });
}

/// Visits an expression and all within, those in closures included; outer ones first.
pub(super) fn deep<'a>(expr: &'a Expr, visit: &mut impl FnMut(&'a Expr)) {
    let mut visit: &mut dyn FnMut(&'a Expr) = visit;
    deep_in(expr, &mut visit);
}

fn deep_in<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a Expr)) {
    visit(expr);
    if let ExprKind::Closure { function, .. } = &expr.kind {
        let mut inner = Vec::new();
        for stmt in &function.body {
            stmt.each(&mut |stmt| stmt.each_expression(&mut |expr| inner.push(expr)));
        }
        for expr in inner {
            deep_in(expr, visit);
        }
    }
    for part in expr.parts() {
        deep_in(part, visit);
    }
}
