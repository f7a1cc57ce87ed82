//! Numbers that tokens tell.

use syn::{Expr, Lit, UnOp};

/// The value of a literal, with or without sign.
pub(super) fn known(expr: &Expr) -> Option<i128> {
    match expr {
        Expr::Lit(lit) => match &lit.lit {
            Lit::Int(number) => number.base10_parse().ok(),
            _ => None,
        },
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => {
            known(&unary.expr).map(|number| -number)
        }
        Expr::Paren(paren) => known(&paren.expr),
        Expr::Group(group) => known(&group.expr),
        _ => None,
    }
}

/// [`known`], for what is 0 if it is not said.
pub(super) fn known_or_zero(expr: Option<&Expr>) -> Option<i128> {
    expr.map_or(Some(0), known)
}
