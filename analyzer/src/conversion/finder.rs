//! The walk over a file that looks for regions of a device.

use super::call::{bare, parameters};
use super::names::{self, Names};
use super::range_of;
use super::uses::{Query, Use, Uses};
use crate::syntax::rust::{is_assignment, is_for_tests};
use rustc_hash::FxHashMap;
use std::ops::Range;
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{
    Expr, ExprField, ExprMethodCall, ExprPath, ExprStruct, Fields, GenericArgument, ImplItemFn,
    Item, ItemImpl, ItemStruct, Member, Pat, PatStruct, PathArguments, Signature, Token, Type,
};

/// What the items of a file do with the regions of a device.
pub(super) fn find(items: &[Item], query: &Query<'_>) -> Uses {
    let mut finder = Finder {
        query,
        names: Names::of(items, query.roots, query.words),
        types: fields_of(items, query.device),
        own: Vec::new(),
        locals: Vec::new(),
        function: String::new(),
        is_by_hand: false,
        is_test: query.is_test,
        is_handed: false,
        uses: Uses::default(),
    };
    items.iter().for_each(|item| finder.visit_item(item));
    finder.uses
}

/// The types of the fields of the structures of a file, by their last names.
fn fields_of(items: &[Item], device: &str) -> FxHashMap<(String, String), String> {
    let structs = items.iter().filter_map(|item| match item {
        Item::Struct(ItemStruct { ident, fields: Fields::Named(fields), .. }) => {
            Some((ident, fields))
        }
        _ => None,
    });
    structs
        .flat_map(|(ident, fields)| {
            fields.named.iter().filter_map(move |field| {
                let key = (names::text(ident), names::text(field.ident.as_ref()?));
                Some((key, type_name(&field.ty, device)?))
            })
        })
        .collect()
}

/// The last name of a type, behind references, or of an array's elements; `None` for what may lead to the
/// device.
fn type_name(ty: &Type, device: &str) -> Option<String> {
    match ty {
        Type::Reference(to) => type_name(&to.elem, device),
        Type::Paren(inner) => type_name(&inner.elem, device),
        Type::Array(of) => type_name(&of.elem, device),
        Type::Slice(of) => type_name(&of.elem, device),
        Type::Path(path) => {
            let last = path.path.segments.last()?;
            let PathArguments::AngleBracketed(args) = &last.arguments else {
                return Some(names::text(&last.ident));
            };
            let leads = args.args.iter().any(|arg| match arg {
                GenericArgument::Type(inner) => {
                    type_name(inner, device).is_none_or(|name| name == device || name == "Self")
                }
                _ => false,
            });
            (!leads).then(|| names::text(&last.ident))
        }
        _ => None,
    }
}

struct Finder<'q, 'w> {
    query: &'q Query<'w>,
    names: Names,
    types: FxHashMap<(String, String), String>,
    /// What `Self` is.
    own: Vec<String>,
    /// The types of parameters and locals, by name; empty if unknown.
    locals: Vec<FxHashMap<String, String>>,
    function: String,
    /// Whether the expressions being read belong to a call of the by-hand layer.
    is_by_hand: bool,
    is_test: bool,
    /// Whether the function, or a closure in it, is handed anything.
    is_handed: bool,
    uses: Uses,
}

impl Finder<'_, '_> {
    fn is_explained(&self, range: &Range<usize>) -> bool {
        self.query
            .explained
            .iter()
            .any(|known| known.start <= range.start && range.end <= known.end)
    }

    /// The last name of an expression's type; `None` if it is not known.
    fn type_of(&self, expr: &Expr) -> Option<String> {
        match bare(expr) {
            Expr::Reference(reference) => self.type_of(&reference.expr),
            Expr::Path(path) => {
                let name = path.path.get_ident()?.to_string();
                if name == "self" {
                    return self.own.last().cloned();
                }
                let known = self.locals.iter().rev().find_map(|scope| scope.get(&name))?;
                (!known.is_empty()).then(|| known.clone())
            }
            Expr::Field(field) => {
                let Member::Named(name) = &field.member else { return None };
                self.types.get(&(self.type_of(&field.base)?, names::text(name))).cloned()
            }
            Expr::Index(index) => self.type_of(&index.expr),
            _ => None,
        }
    }

    /// The region that an expression may be: a field of this name of the device, or of what is not known.
    fn region(&self, field: &ExprField) -> Option<String> {
        let Member::Named(name) = &field.member else { return None };
        let name = names::text(name);
        let may_be = self.query.fields.contains(name.as_str())
            && self.type_of(&field.base).is_none_or(|ty| ty == self.query.device);
        may_be.then_some(name)
    }

    fn add(&mut self, field: String, range: Range<usize>, method: Option<String>) {
        if !self.is_explained(&range) {
            let function = self.function.clone();
            let (is_by_hand, is_near) = (self.is_by_hand, self.query.is_near);
            self.uses.list.push(Use { field, range, method, is_by_hand, function, is_near });
        }
    }

    /// Whether an expression is what a hook or handler is handed besides its device.
    fn is_context(&self, expr: &Expr) -> bool {
        self.type_of(expr).is_some_and(|ty| self.is_called_context(&ty))
    }

    fn enter(&mut self, signature: &Signature) {
        let own = self.own.last().cloned();
        let known = parameters(signature).filter_map(|(pattern, typed)| {
            let Pat::Ident(name) = pattern else { return None };
            let ty = type_name(&typed.ty, self.query.device).unwrap_or_default();
            let ty = if ty == "Self" { own.clone().unwrap_or_default() } else { ty };
            // What is only called so is none.
            let ty = if self.is_called_context(&ty) { String::new() } else { ty };
            Some((names::text(&name.ident), self.canonical(&typed.ty).unwrap_or(ty)))
        });
        let known = known.collect();
        self.locals.push(known);
    }

    fn is_called_context(&self, name: &str) -> bool {
        self.query.words.contexts.iter().any(|known| *known == name)
    }

    /// The name of a context, whatever it is called here.
    fn canonical(&self, ty: &Type) -> Option<String> {
        match ty {
            Type::Reference(to) => self.canonical(&to.elem),
            Type::Path(path) => self.names.canonical(&path.path, self.query.words),
            _ => None,
        }
    }

    /// Whether a name, or what `Self` stands for, is that of the device.
    fn means_device_by(&self, owner: &str, is_device: impl Fn(&str) -> bool) -> bool {
        match self.own.last().filter(|_| owner == "Self") {
            Some(own) => is_device(own),
            None => is_device(owner),
        }
    }

    /// Whether a path leads into the trait of devices without the derive.
    fn is_lifecycle(&self, path: &syn::Path) -> bool {
        let mut owner = path.clone();
        owner.segments.pop();
        owner.segments.pop_punct();
        let owner = self.names.canonical(&owner, self.query.words);
        owner.is_some_and(|owner| self.query.words.lifecycle.iter().any(|known| *known == owner))
    }

    /// The device's own name for `Self`, resolved.
    fn means_device(&self, path: &syn::Path) -> bool {
        path.segments.last().is_some_and(|last| {
            let name = names::text(&last.ident);
            let own = self.own.last().filter(|_| name == "Self");
            own.unwrap_or(&name) == self.query.device
        })
    }

    /// Whether an expression is, or leads to, a region.
    fn mentions_region(&self, expr: &Expr) -> bool {
        match bare(expr) {
            Expr::Field(field) => self.region(field).is_some(),
            Expr::Index(index) => self.mentions_region(&index.expr),
            Expr::Reference(reference) => self.mentions_region(&reference.expr),
            _ => false,
        }
    }

    /// Arguments; a context's methods that take regions of either sort explain them.
    fn visit_args(&mut self, call: &ExprMethodCall, takes: bool, method: &str) {
        for arg in &call.args {
            let inner = match arg {
                Expr::Reference(reference) if takes => bare(&reference.expr),
                arg => arg,
            };
            let (field, index) = match inner {
                Expr::Index(index) if takes => (bare(&index.expr), Some(&index.index)),
                other => (other, None),
            };
            match field {
                Expr::Field(field) if takes && self.region(field).is_some() => {
                    let name = self.region(field).unwrap_or_default();
                    self.add(name, range_of(arg), Some(method.to_owned()));
                    index.into_iter().for_each(|index| self.visit_expr(index));
                }
                _ => self.visit_expr(arg),
            }
        }
    }

    /// Tests can't make the context that a hook needs, and nobody can who is not handed one.
    fn note_call(&mut self, callee: String, may_be_own: bool) {
        if self.is_test {
            return;
        }
        if may_be_own && self.is_handed {
            self.uses.hook_calls.insert(callee.clone());
        }
        if may_be_own {
            self.uses.own_calls.push((self.function.clone(), callee.clone()));
        }
        self.uses.calls.push((self.function.clone(), callee));
    }

    /// A field named where the device is put together or taken apart.
    fn note_member(&mut self, member: &Member, range: Range<usize>) {
        let Member::Named(name) = member else { return };
        let name = names::text(name);
        if self.query.fields.contains(name.as_str()) {
            self.add(name, range, None);
        }
    }

    fn note_change(&mut self, expr: &Expr) {
        if let Expr::Field(field) = bare(expr)
            && let Member::Named(name) = &field.member
        {
            self.uses.assigned.insert(names::text(name));
        }
    }

    fn note_macro(&mut self, item: &syn::Macro) {
        let parse = Punctuated::<Expr, Token![,]>::parse_terminated;
        if let Ok(list) = parse.parse2(item.tokens.clone()) {
            list.iter().for_each(|expr| self.visit_expr(expr));
            return;
        }
        let range = range_of(&item.path);
        for word in words_of(item.tokens.clone()) {
            if self.query.fields.contains(word.as_str()) {
                self.add(word, range.clone(), None);
            }
        }
    }
}

/// All identifiers among tokens.
fn words_of(tokens: proc_macro2::TokenStream) -> Vec<String> {
    let mut words = Vec::new();
    for token in tokens {
        match token {
            proc_macro2::TokenTree::Ident(word) => words.push(names::text(&word)),
            proc_macro2::TokenTree::Group(group) => words.extend(words_of(group.stream())),
            _ => {}
        }
    }
    words
}

impl<'ast> Visit<'ast> for Finder<'_, '_> {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        let outer = self.is_test;
        self.is_test |= is_for_tests(&module.attrs);
        visit::visit_item_mod(self, module);
        self.is_test = outer;
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        self.own.push(type_name(&item.self_ty, self.query.device).unwrap_or_default());
        visit::visit_item_impl(self, item);
        self.own.pop();
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        let outer = std::mem::replace(&mut self.function, names::text(&item.sig.ident));
        let was_handed = std::mem::replace(&mut self.is_handed, !item.sig.inputs.is_empty());
        self.enter(&item.sig);
        visit::visit_impl_item_fn(self, item);
        self.locals.pop();
        self.is_handed = was_handed;
        self.function = outer;
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        let outer = std::mem::replace(&mut self.function, names::text(&item.sig.ident));
        let was_handed = std::mem::replace(&mut self.is_handed, !item.sig.inputs.is_empty());
        self.enter(&item.sig);
        visit::visit_item_fn(self, item);
        self.locals.pop();
        self.is_handed = was_handed;
        self.function = outer;
    }

    fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
        let names = closure.inputs.iter().filter_map(|pattern| match pattern {
            Pat::Ident(name) => Some((names::text(&name.ident), String::new())),
            Pat::Type(typed) => match &*typed.pat {
                Pat::Ident(name) => Some((
                    names::text(&name.ident),
                    type_name(&typed.ty, self.query.device).unwrap_or_default(),
                )),
                _ => None,
            },
            _ => None,
        });
        let names = names.collect();
        self.locals.push(names);
        let was_handed = self.is_handed;
        self.is_handed |= !closure.inputs.is_empty();
        visit::visit_expr_closure(self, closure);
        self.is_handed = was_handed;
        self.locals.pop();
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        visit::visit_local(self, local);
        if let Pat::Ident(name) = &local.pat {
            let ty =
                local.init.as_ref().and_then(|init| self.type_of(&init.expr)).unwrap_or_default();
            if let Some(scope) = self.locals.last_mut() {
                scope.insert(names::text(&name.ident), ty);
            }
        }
    }

    fn visit_expr(&mut self, expr: &'ast Expr) {
        if !self.is_explained(&range_of(expr)) {
            visit::visit_expr(self, expr);
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let method = names::text(&call.method);
        let is_own = self.is_context(&call.receiver);
        let takes = is_own && self.query.words.either(&method).is_some();
        self.uses.numbered |= is_own && self.query.words.number.contains(method.as_str());
        let may_be_own = self.type_of(&call.receiver).is_none_or(|ty| ty == self.query.device);
        self.note_call(method.clone(), may_be_own);
        let outer = self.is_by_hand;
        self.is_by_hand =
            self.query.words.is_by_hand(&method) && self.mentions_region(&call.receiver);
        self.visit_expr(&call.receiver);
        self.visit_args(call, takes, &method);
        self.is_by_hand = outer;
    }

    fn visit_expr_field(&mut self, field: &'ast ExprField) {
        if let Some(name) = self.region(field) {
            self.add(name, range_of(field), None);
        }
        visit::visit_expr_field(self, field);
    }

    fn visit_expr_struct(&mut self, made: &'ast ExprStruct) {
        if self.means_device(&made.path) {
            for field in &made.fields {
                self.note_member(&field.member, range_of(field));
            }
        }
        visit::visit_expr_struct(self, made);
    }

    fn visit_pat_struct(&mut self, pattern: &'ast PatStruct) {
        if self.means_device(&pattern.path) {
            for field in &pattern.fields {
                self.note_member(&field.member, range_of(field));
            }
        }
        visit::visit_pat_struct(self, pattern);
    }

    fn visit_expr_path(&mut self, path: &'ast ExprPath) {
        if let [.., owner, last] = path.path.segments.iter().collect::<Vec<_>>().as_slice() {
            let name = names::text(&last.ident);
            let is_device = |owner: &str| owner == self.query.device;
            let may_be_own = path.qself.is_some()
                || self.means_device_by(&names::text(&owner.ident), is_device)
                || self.is_lifecycle(&path.path);
            self.note_call(name.clone(), may_be_own);
            let items = &self.query.words.items;
            let is_item = [&items.name.0, &items.hotpluggable.0, &items.init]
                .into_iter()
                .any(|known| *known == name);
            let own = self.own.last().filter(|_| owner.ident == "Self").cloned();
            let owner = own.unwrap_or_else(|| names::text(&owner.ident));
            self.uses.as_lifecycle |= is_item && owner == self.query.device;
        } else if let Some(name) = path.path.get_ident() {
            self.note_call(names::text(name), false);
        }
        visit::visit_expr_path(self, path);
    }

    fn visit_expr_assign(&mut self, assign: &'ast syn::ExprAssign) {
        self.note_change(&assign.left);
        visit::visit_expr_assign(self, assign);
    }

    fn visit_expr_binary(&mut self, binary: &'ast syn::ExprBinary) {
        if is_assignment(&binary.op) {
            self.note_change(&binary.left);
        }
        visit::visit_expr_binary(self, binary);
    }

    fn visit_expr_reference(&mut self, reference: &'ast syn::ExprReference) {
        if reference.mutability.is_some() {
            self.note_change(&reference.expr);
        }
        visit::visit_expr_reference(self, reference);
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        self.note_macro(item);
    }

    fn visit_trait_bound(&mut self, bound: &'ast syn::TraitBound) {
        let path = self.names.canonical(&bound.path, self.query.words);
        self.uses.as_lifecycle |=
            path.is_some_and(|path| self.query.words.lifecycle.iter().any(|known| *known == path));
        visit::visit_trait_bound(self, bound);
    }
}
