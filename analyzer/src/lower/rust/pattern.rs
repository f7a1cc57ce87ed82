//! What patterns bind.

use super::block::{Body, Typed, unknown};
use crate::crates::Ty;
use crate::model::{Expr, ExprKind, Name, Span};
use crate::syntax::rust::span_of;
use syn::{Member, Pat};

impl Body<'_> {
    /// Declares the variables of a pattern with the parts of a value.
    pub(super) fn bind(&mut self, pattern: &Pat, value: &Typed, span: Span) {
        match pattern {
            Pat::Ident(ident) => {
                let name = Name::new(ident.ident.to_string());
                // A name in capitals is a constant or a variant to compare with.
                if name.starts_with(char::is_uppercase) {
                    return;
                }
                let own = self.declare(&name, value.ty.clone());
                self.declaration(own, &value.ty, Some(value.expr.clone()), span);
                if let Some((_, inner)) = &ident.subpat {
                    self.bind(inner, value, span);
                }
            }
            Pat::Wild(_) => {
                let name = Name::new_static("_");
                self.declaration(name, &value.ty, Some(value.expr.clone()), span);
            }
            Pat::Reference(inner) => self.bind(&inner.pat, value, span),
            Pat::Paren(inner) => self.bind(&inner.pat, value, span),
            Pat::Type(inner) => self.bind(&inner.pat, value, span),
            Pat::Tuple(tuple) => {
                for (at, inner) in tuple.elems.iter().enumerate() {
                    let part = self.part(value, &at.to_string(), value.ty.args.get(at), inner);
                    self.bind_part(inner, part, span);
                }
            }
            Pat::TupleStruct(variant) => {
                let is_outcome =
                    variant.path.segments.last().is_some_and(|last| {
                        ["Some", "Ok"].contains(&last.ident.to_string().as_str())
                    });
                for (at, inner) in variant.elems.iter().enumerate() {
                    let part = match is_outcome {
                        true => Typed { expr: value.expr.clone(), ty: value.ty.outcome() },
                        false => self.part(value, &at.to_string(), None, inner),
                    };
                    self.bind_part(inner, part, span);
                }
            }
            Pat::Struct(aggregate) => {
                for field in &aggregate.fields {
                    let member = match &field.member {
                        Member::Named(ident) => ident.to_string(),
                        Member::Unnamed(index) => index.index.to_string(),
                    };
                    let part = self.part(value, &member, None, &field.pat);
                    self.bind_part(&field.pat, part, span);
                }
            }
            Pat::Slice(slice) => {
                for inner in &slice.elems {
                    let ty = value.ty.element(self.source.words);
                    let expr = unknown(vec![value.expr.clone()], span_of(inner));
                    self.bind_part(inner, Typed { expr, ty }, span);
                }
            }
            Pat::Or(alternatives) => {
                if let Some(first) = alternatives.cases.first() {
                    self.bind(first, value, span);
                }
            }
            _ => {}
        }
    }

    /// As [`bind`](Self::bind), for a part: what is left out there is no variable.
    fn bind_part(&mut self, pattern: &Pat, value: Typed, span: Span) {
        if !matches!(pattern, Pat::Wild(_)) {
            self.bind(pattern, &value, span);
        }
    }

    fn part(&self, value: &Typed, member: &str, ty: Option<&Ty>, at: &Pat) -> Typed {
        let known = || {
            let of = value.ty.innermost(self.source.words);
            self.source.index.field(self.source.origin.of, &of.name, member).cloned()
        };
        let ty = ty.cloned().or_else(known).unwrap_or_default();
        let through_pointer = value.ty.to_ref(self.source.words).pointers > 0;
        let kind = ExprKind::Member {
            base: Box::new(value.expr.clone()),
            name: Name::new(member),
            through_pointer,
        };
        Typed { expr: Expr { kind, span: span_of(at) }, ty }
    }

    /// Whether a pattern accepts every value, as far as its shape says.
    pub(super) fn accepts_all(pattern: &Pat) -> bool {
        match pattern {
            Pat::Wild(_) => true,
            Pat::Ident(ident) => {
                ident.subpat.is_none() && !ident.ident.to_string().starts_with(char::is_uppercase)
            }
            Pat::Tuple(tuple) => tuple.elems.iter().all(Self::accepts_all),
            Pat::Reference(inner) => Self::accepts_all(&inner.pat),
            Pat::Paren(inner) => Self::accepts_all(&inner.pat),
            _ => false,
        }
    }

    /// The condition under which a value has the shape of a pattern.
    pub(super) fn condition(value: &Expr, pattern: &Pat) -> Expr {
        unknown(vec![value.clone()], span_of(pattern))
    }
}
