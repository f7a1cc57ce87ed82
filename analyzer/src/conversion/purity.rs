//! Expressions that do nothing but look.

use crate::syntax::rust::is_assignment;
use crate::vocabulary::RustWords;
use syn::Expr;

/// Whether an expression can go when nobody needs its value.
pub(super) fn only_looks(expr: &Expr, words: &RustWords) -> bool {
    let looks = |expr: &Expr| only_looks(expr, words);
    match expr {
        Expr::Path(_) | Expr::Lit(_) => true,
        Expr::Field(field) => looks(&field.base),
        Expr::Reference(to) => looks(&to.expr),
        Expr::Paren(inner) => looks(&inner.expr),
        Expr::Cast(cast) => looks(&cast.expr),
        Expr::Unary(unary) => looks(&unary.expr),
        Expr::Index(index) => looks(&index.expr) && looks(&index.index),
        Expr::Binary(both) => !is_assignment(&both.op) && looks(&both.left) && looks(&both.right),
        Expr::Range(range) => {
            [&range.start, &range.end].into_iter().flatten().all(|end| looks(end))
        }
        Expr::MethodCall(call) => {
            let name = call.method.to_string();
            let mut lists = [&words.addresses, &words.elements, &words.looks].into_iter();
            lists.any(|list| list.contains(name.as_str()))
                && call.args.is_empty()
                && looks(&call.receiver)
        }
        Expr::Macro(invocation) => {
            let last = invocation.mac.path.segments.last();
            last.is_some_and(|last| words.address.contains(format!("{}!", last.ident).as_str()))
        }
        _ => false,
    }
}
