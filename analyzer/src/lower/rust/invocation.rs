//! Macro invocations in bodies.

use super::block::{Body, Sink, Typed, name, unknown};
use super::expression::address_of;
use crate::crates::Ty;
use crate::model::{Expr, ExprKind, Name, Span, StmtKind};
use crate::syntax::rust::span_of;
use syn::punctuated::Punctuated;
use syn::{Macro, Token};

impl Body<'_> {
    /// Lowers an invocation in the place of a statement.
    pub(super) fn lower_invocation(&mut self, invocation: &Macro, sink: &Sink, span: Span) {
        let called = last_name(invocation);
        let words = self.source.words;
        let value = self
            .invocation(invocation, span)
            .unwrap_or_else(|| Typed { expr: unknown(Vec::new(), span), ty: Ty::default() });
        if words.fail.contains(called.as_str()) {
            let callee = Box::new(name(Name::new_static("Err"), span));
            let kind = ExprKind::Call { callee, args: vec![value.expr] };
            self.push(StmtKind::Return(Some(Expr { kind, span })), span);
        } else if words.diverge.contains(called.as_str()) {
            self.push(StmtKind::Return(Some(value.expr)), span);
        } else {
            self.put(value, sink, span);
        }
    }

    /// The value of an invocation whose arguments are expressions; `None` for one that leaves.
    pub(super) fn invocation(&mut self, invocation: &Macro, span: Span) -> Option<Typed> {
        let called = last_name(invocation);
        let words = self.source.words;
        let parser = Punctuated::<syn::Expr, Token![,]>::parse_terminated;
        let Ok(args) = invocation.parse_body_with(parser) else {
            return Some(Typed { expr: unknown(Vec::new(), span), ty: Ty::default() });
        };
        if words.field.contains(called.as_str())
            && let (Some(of), Some(syn::Expr::Path(field))) = (args.first(), args.get(1))
            && let Some(field) = field.path.get_ident()
        {
            return Some(self.member(of, &field.to_string(), span));
        }
        let mut values = self.args(&args);
        if words.address.contains(called.as_str()) && values.len() == 1 {
            let place = values.remove(0);
            return Some(Typed { ty: Ty::of("*", place.ty), expr: address_of(place.expr, span) });
        }
        let ty = match called.as_str() {
            "vec!" => {
                let element = values.first().map(|value| value.ty.clone()).unwrap_or_default();
                Ty::of("Vec", element)
            }
            "format!" => Ty::named("String"),
            _ => Ty::default(),
        };
        let callee = Box::new(name(Name::new(&called), span_of(&invocation.path)));
        let args = values.into_iter().map(|value| value.expr).collect();
        Some(Typed { expr: Expr { kind: ExprKind::Call { callee, args }, span }, ty })
    }
}

/// What is invoked, as `name!`.
fn last_name(invocation: &Macro) -> String {
    let last = invocation.path.segments.last();
    last.map(|last| format!("{}!", last.ident)).unwrap_or_default()
}
