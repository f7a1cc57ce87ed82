//! Calls: which function is meant, and which calls only lead to a place.

use super::block::{Body, Typed, name, unknown};
use super::branch::is_place;
use super::expression::address_of;
use crate::crates::Ty;
use crate::model::{Expr, ExprKind, Name, Span, UnaryOp};
use crate::syntax::rust::span_of;
use syn::{ExprCall, ExprMethodCall, Path};

impl Body<'_> {
    /// A name as a value.
    pub(super) fn path(&mut self, path: &Path, span: Span) -> Typed {
        if let Some(ident) = path.get_ident()
            && let Some((own, ty)) = self.variable(&ident.to_string())
        {
            return Typed { expr: name(own, span), ty };
        }
        let (of, last) = self.named(path);
        let ty = match &of {
            Some(ty) => self.associated(ty, &last),
            None => self.source.index.value(self.source.origin.of, &last).cloned(),
        };
        Typed { expr: name(joined(of.as_ref(), &last), span), ty: ty.unwrap_or_default() }
    }

    /// The type before the last part of a path, if there is one, and the last part.
    fn named(&self, path: &Path) -> (Option<Ty>, Name) {
        let last = path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        let before = path.segments.iter().rev().nth(1).map(|before| before.ident.to_string());
        let of = before.and_then(|before| match before.as_str() {
            "Self" => Some(self.context.names.own.clone()),
            _ => {
                let names = &self.context.names;
                let known = names.aliases.get(before.as_str()).cloned();
                known.or_else(|| before.starts_with(char::is_uppercase).then(|| Ty::named(&before)))
            }
        });
        // A method of a handle is one of what the handle is made of: `Arc::new`.
        (of, Name::new(last))
    }

    /// The type of an associated constant, or of a variant without fields.
    fn associated(&self, ty: &Ty, last: &str) -> Option<Ty> {
        last.starts_with(char::is_uppercase).then(|| ty.clone())
    }

    pub(super) fn call(&mut self, call: &ExprCall, span: Span) -> Typed {
        let syn::Expr::Path(path) = &*call.func else {
            let callee = self.value(&call.func);
            let args = self.args(&call.args);
            let args = args.into_iter().map(|arg| arg.expr).collect();
            let kind = ExprKind::Call { callee: Box::new(callee.expr), args };
            return Typed { expr: Expr { kind, span }, ty: Ty::default() };
        };
        let args = self.args(&call.args);
        if let Some(ident) = path.path.get_ident()
            && let Some((own, _)) = self.variable(&ident.to_string())
        {
            return called(name(own, span), args, Ty::default(), span);
        }
        let (of, last) = self.named(&path.path);
        let callee_span = span_of(&path.path);
        match of {
            None => {
                let ty = self.result_of_free(&last, &args);
                called(name(last, callee_span), args, ty, span)
            }
            Some(of) => self.associated_call(&of, last, args, callee_span, span),
        }
    }

    /// `Type::function(..)`: the function is called by the type that has it.
    fn associated_call(
        &mut self,
        of: &Ty,
        last: Name,
        args: Vec<Typed>,
        callee: Span,
        span: Span,
    ) -> Typed {
        let words = self.source.words;
        let first = args.first().map(|arg| arg.ty.clone()).unwrap_or_default();
        if words.pointers.contains(&of.name) || words.wrappers.contains(&of.name) {
            let ty = match last.as_str() {
                make if words.make.contains(make) => Ty::of(&of.name, first),
                share if words.share.contains(share) => peeled(&first).clone(),
                weaken if words.weaken.contains(weaken) => {
                    let weak = words.weak.iter().next().cloned().unwrap_or_default();
                    Ty::of(&weak, first.innermost(words).clone())
                }
                _ => Ty::default(),
            };
            let is_wrapping = words.make.contains(&last) && args.len() == 1;
            if is_wrapping && words.wrappers.contains(&of.name) {
                // `Mutex::new(x)` is x, as far as places go.
                return Typed {
                    expr: args
                        .into_iter()
                        .next()
                        .map_or_else(|| unknown(Vec::new(), span), |arg| arg.expr),
                    ty,
                };
            }
            return called(name(joined(Some(of), &last), callee), args, ty, span);
        }
        let found = self.source.index.method(self.source.origin.of, &of.name, &last);
        let ty = match found {
            Some((_, result)) => self.resolved(result, of),
            None if last.starts_with(char::is_uppercase) => of.clone(),
            // Of a type out of sight, or derived.
            None if words.construct.contains(&last) => of.clone(),
            None => Ty::default(),
        };
        let whole = joined(Some(of), &last);
        let args = self.with_owner(&whole, args);
        called(name(whole, callee), args, ty, span)
    }

    /// The arguments of a call with the owner that it leaves out: the object of which the region is a field.
    fn with_owner(&self, callee: &Name, mut args: Vec<Typed>) -> Vec<Typed> {
        let implied = &self.source.vocabulary.qom.implied_owners;
        let implied = implied.iter().find(|one| one.name == *callee && one.arguments == args.len());
        if let Some(implied) = implied
            && let Some(ExprKind::Unary(UnaryOp::AddressOf, field)) =
                args.first().map(|region| &region.expr.kind)
            && let ExprKind::Member { base, through_pointer, .. } = &field.kind
        {
            let base = (**base).clone();
            let at = base.span;
            let expr = if *through_pointer { base } else { address_of(base, at) };
            args.insert(implied.owner.min(args.len()), Typed { expr, ty: Ty::default() });
        }
        args
    }

    /// The type through which the vocabulary knows a method: the type itself, or what it leads to.
    fn known_by(&self, of: &Name, method: &str) -> Option<Name> {
        let mut lineage = self.source.index.lineage(self.source.origin.of, of);
        lineage.find(|at| self.source.vocabulary.call(&format!("{at}::{method}")).is_some())
    }

    /// A result in which `Self` of a trait stands for the type.
    fn resolved(&self, result: Ty, of: &Ty) -> Ty {
        let from = self.source.origin.of;
        let alias = self.source.index.alias(from, &result.name).cloned();
        let mut ty = match alias {
            // The alias of a `Result` keeps the argument that is written.
            Some(alias) if alias.name == "Result" => Ty { name: alias.name, args: result.args },
            Some(alias) => alias,
            None => result,
        };
        if ty.name == "Self" {
            ty = of.clone();
        }
        ty
    }

    fn result_of_free(&self, last: &Name, args: &[Typed]) -> Ty {
        let first = || args.first().map(|arg| arg.ty.clone()).unwrap_or_default();
        match last.as_str() {
            "Some" => Ty::of("Option", first()),
            "Ok" => Ty::of("Result", first()),
            "Err" => Ty::of("Result", Ty::default()),
            name => {
                let known = self.source.index.function(self.source.origin.of, name);
                match known {
                    Some(result) => self.resolved(result.clone(), &Ty::default()),
                    // A tuple structure is made by its name.
                    None if name.starts_with(char::is_uppercase) => Ty::named(name),
                    None => Ty::default(),
                }
            }
        }
    }

    pub(super) fn args<'s>(&mut self, args: impl IntoIterator<Item = &'s syn::Expr>) -> Vec<Typed> {
        args.into_iter().map(|arg| self.value(arg)).collect()
    }

    pub(super) fn method_call(&mut self, call: &ExprMethodCall, span: Span) -> Typed {
        let receiver = self.value(&call.receiver);
        let method = call.method.to_string();
        if self.source.words.addresses.contains(method.as_str()) && is_place(&receiver.expr) {
            let is_pointer = self.source.shape(&receiver.ty).pointers > 0;
            return match is_pointer {
                true => receiver,
                false => {
                    Typed { ty: Ty::of("*", receiver.ty), expr: address_of(receiver.expr, span) }
                }
            };
        }
        if let Some(place) = self.through(&receiver, &method) {
            for arg in &call.args {
                self.value(arg);
            }
            return place;
        }
        let args = self.args(&call.args);
        let words = self.source.words;
        let is_shared = words.share.contains(method.as_str());
        if is_shared && args.is_empty() {
            return self.shared(receiver, method, span);
        }
        let mut at = &receiver.ty;
        loop {
            if words.pointers.contains(&at.name) || words.wrappers.contains(&at.name) {
                let Some(held) = at.args.first() else { break };
                at = held;
                continue;
            }
            break;
        }
        let of = self.resolved(at.clone(), at);
        let callee = span_of(&call.method);
        if of.name.is_empty() {
            return self.unresolved(receiver, Name::new(method), args, callee, span);
        }
        let found = self.source.index.method(self.source.origin.of, &of.name, &method);
        let (owner, ty) = match found {
            Some((owner, result)) => (owner, self.resolved(result, &of)),
            None => (of.name.clone(), self.result_of_foreign(&of, &receiver, &method)),
        };
        // What a trait declares is called by the type of the receiver, what another type has by that.
        let is_of_trait = !self.source.index.declares(&owner);
        let owner = if is_of_trait { of.name.clone() } else { owner };
        let owner = self.known_by(&of.name, &method).unwrap_or(owner);
        let mut all = vec![receiver];
        all.extend(args);
        called(name(Name::new(format!("{owner}::{method}")), callee), all, ty, span)
    }

    /// The result of a method of the standard library or of a type out of sight.
    fn result_of_foreign(&self, of: &Ty, receiver: &Typed, method: &str) -> Ty {
        let words = self.source.words;
        if words.outcome.contains(method) {
            return receiver.ty.outcome_or_self(method);
        }
        if words.collections.contains(&of.name) && words.yields.contains(method) {
            return Ty::of("Option", of.element(words));
        }
        Ty::default()
    }

    fn unresolved(
        &mut self,
        receiver: Typed,
        method: Name,
        args: Vec<Typed>,
        callee: Span,
        span: Span,
    ) -> Typed {
        let words = self.source.words;
        // `call()?` and `call().map_err(..)` of an unknown call stay a use of that call.
        let ty = match words.outcome.contains(&method) {
            true => receiver.ty.outcome_or_self(&method),
            false => Ty::default(),
        };
        let base = Box::new(receiver.expr);
        let kind = ExprKind::Member { base, name: method, through_pointer: false };
        called(Expr { kind, span: callee }, args, ty, span)
    }

    /// `handle.clone()`: another handle of the same value if it is a handle, else a value of its own.
    fn shared(&mut self, receiver: Typed, method: String, span: Span) -> Typed {
        let ty = peeled(&receiver.ty).clone();
        let is_handle =
            ty.is_strong(self.source.words) || self.source.words.weak.contains(&ty.name);
        let owner = if is_handle { ty.name.clone() } else { Name::new_static("Clone") };
        let callee = name(Name::new(format!("{owner}::{method}")), span);
        called(callee, vec![receiver], ty, span)
    }

    /// The place to which a call leads that does nothing else.
    fn through(&self, receiver: &Typed, method: &str) -> Option<Typed> {
        let words = self.source.words;
        if words.elements.contains(method) && is_place(&receiver.expr) {
            return Some(receiver.clone());
        }
        if !words.through.contains(method) || !is_place(&receiver.expr) {
            return None;
        }
        let is_own = {
            let of = receiver.ty.innermost(words);
            self.source.index.method(self.source.origin.of, &of.name, method).is_some()
        };
        let holds = receiver.ty.held(words).is_some();
        let is_outcome = receiver.ty.name == "Result";
        if is_own && !holds {
            return None;
        }
        if is_outcome {
            return Some(Typed { expr: receiver.expr.clone(), ty: receiver.ty.outcome() });
        }
        (holds || receiver.ty.name.is_empty() || !is_own).then(|| receiver.clone())
    }
}

/// The type without references around it.
fn peeled(ty: &Ty) -> &Ty {
    match (ty.name.as_str(), ty.args.first()) {
        ("&", Some(inner)) => peeled(inner),
        _ => ty,
    }
}

fn joined(of: Option<&Ty>, last: &Name) -> Name {
    match of {
        Some(of) => Name::new(format!("{}::{last}", of.name)),
        None => last.clone(),
    }
}

fn called(callee: Expr, args: Vec<Typed>, ty: Ty, span: Span) -> Typed {
    let args = args.into_iter().map(|arg| arg.expr).collect();
    let kind = ExprKind::Call { callee: Box::new(callee), args };
    Typed { expr: Expr { kind, span }, ty }
}
