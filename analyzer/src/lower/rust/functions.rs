//! The functions of a file, with what surrounds them.

use super::block::Body;
use crate::crates::{Index, Method, Names, Origin, Ty};
use crate::model::{Function, Location, Name, Parameter, Span, TypeRef};
use crate::syntax::rust::{is_for_tests, span_of};
use crate::vocabulary::{RustWords, Vocabulary};
use syn::{Attribute, Block, FnArg, ImplItem, Item, ItemImpl, Pat, Stmt, TraitItem};

/// What surrounds a function.
#[derive(Clone, Debug, Default)]
pub(super) struct Context {
    /// What names of types mean.
    pub(super) names: Names,
    /// The type of the `impl`; that of the trait in a trait; empty outside both.
    pub(super) self_type: Name,
    /// The trait of the `impl`; empty for an inherent one.
    pub(super) trait_name: Name,
    /// Whether it is part of tests.
    pub(super) is_test: bool,
}

/// A function of the text.
#[derive(Clone, Copy)]
pub(super) struct FnItem<'s> {
    pub(super) attrs: &'s [Attribute],
    pub(super) signature: &'s syn::Signature,
    /// The body; `None` for a method that a trait only declares.
    pub(super) block: Option<&'s Block>,
    /// All its bytes.
    pub(super) span: Span,
}

/// Visits the functions of some items, also those in modules, implementations, traits and bodies.
pub(super) fn each_function<'s>(
    items: &'s [Item],
    context: &Context,
    words: &RustWords,
    visit: &mut dyn FnMut(FnItem<'s>, &Context),
) {
    for item in items {
        match item {
            Item::Fn(function) => {
                let function = FnItem {
                    attrs: &function.attrs,
                    signature: &function.sig,
                    block: Some(&function.block),
                    span: span_of(function),
                };
                one(function, context, words, visit);
            }
            Item::Mod(module) => {
                let Some((_, items)) = &module.content else { continue };
                let is_test = context.is_test || is_for_tests(&module.attrs);
                each_function(items, &Context { is_test, ..context.clone() }, words, visit);
            }
            Item::Impl(block) => each_method(block, context, words, visit),
            Item::Trait(one_trait) => {
                let context = Context {
                    names: own_names(context, &Ty::named(&one_trait.ident.to_string()))
                        .within(&one_trait.generics, words),
                    self_type: Name::new(one_trait.ident.to_string()),
                    trait_name: Name::default(),
                    is_test: context.is_test,
                };
                for item in &one_trait.items {
                    let TraitItem::Fn(function) = item else { continue };
                    let function = FnItem {
                        attrs: &function.attrs,
                        signature: &function.sig,
                        block: function.default.as_ref(),
                        span: span_of(function),
                    };
                    one(function, &context, words, visit);
                }
            }
            _ => {}
        }
    }
}

fn one<'s>(
    function: FnItem<'s>,
    context: &Context,
    words: &RustWords,
    visit: &mut dyn FnMut(FnItem<'s>, &Context),
) {
    let is_test = context.is_test || is_for_tests(function.attrs);
    let inner = Context {
        names: context.names.within(&function.signature.generics, words),
        is_test,
        ..context.clone()
    };
    visit(function, &inner);
    for stmt in function.block.iter().flat_map(|block| &block.stmts) {
        if let Stmt::Item(item) = stmt {
            each_function(std::slice::from_ref(item), &inner, words, visit);
        }
    }
}

fn each_method<'s>(
    block: &'s ItemImpl,
    context: &Context,
    words: &RustWords,
    visit: &mut dyn FnMut(FnItem<'s>, &Context),
) {
    let inner = of_impl(block, context, words);
    for item in &block.items {
        let ImplItem::Fn(function) = item else { continue };
        let function = FnItem {
            attrs: &function.attrs,
            signature: &function.sig,
            block: Some(&function.block),
            span: span_of(function),
        };
        one(function, &inner, words, visit);
    }
}

/// What surrounds the items of an implementation.
pub(super) fn of_impl(block: &ItemImpl, context: &Context, words: &RustWords) -> Context {
    let generic = context.names.within(&block.generics, words);
    let own = Ty::read(&block.self_ty, &generic, words);
    let of_trait =
        block.trait_.as_ref().map(|(_, path, _)| Ty::of_path(path, &generic, words).name);
    // `impl Trait for Arc<Mutex<Type>>` adds to what one can do with the type.
    let self_type = own.innermost(words).name.clone();
    Context {
        names: Names { own, ..generic },
        self_type,
        trait_name: of_trait.unwrap_or_default(),
        is_test: context.is_test || is_for_tests(&block.attrs),
    }
}

fn own_names(context: &Context, own: &Ty) -> Names {
    Names { own: own.clone(), ..context.names.clone() }
}

/// The functions of a file, lowered.
pub(crate) fn methods(
    file: &syn::File,
    origin: &Origin,
    index: &Index,
    vocabulary: &Vocabulary,
) -> Vec<Method> {
    let words = &vocabulary.rust;
    let context = Context { is_test: origin.is_test, ..Context::default() };
    let mut methods = Vec::new();
    each_function(&file.items, &context, words, &mut |function, context| {
        if let Some(block) = function.block {
            methods.push(method(
                function,
                block,
                context,
                &Source { origin, index, vocabulary, words },
            ));
        }
    });
    methods
}

/// What lowering looks up.
#[derive(Clone, Copy)]
pub(super) struct Source<'l> {
    pub(super) origin: &'l Origin,
    pub(super) index: &'l Index,
    pub(super) vocabulary: &'l Vocabulary,
    pub(super) words: &'l RustWords,
}

impl Source<'_> {
    /// A type in the words of the model.
    pub(super) fn shape(&self, ty: &Ty) -> TypeRef {
        let shape = ty.to_ref(self.words);
        TypeRef { name: self.index.model_name(&shape.name), ..shape }
    }
}

fn method(function: FnItem<'_>, block: &Block, context: &Context, source: &Source<'_>) -> Method {
    let words = source.words;
    let parameters = parameters(function.signature, context, words);
    let result = Ty::of_result(&function.signature.output, &context.names, words);
    let mut body = Body::new(*source, context);
    for (at, input) in function.signature.inputs.iter().enumerate() {
        body.parameter(input, &parameters[at]);
    }
    let stmts = body.function(block, result.name != "()" || function.signature.asyncness.is_some());
    let name = function.signature.ident.to_string();
    let name = match context.self_type.as_str() {
        "" => Name::new(name),
        ty => Name::new(format!("{ty}::{name}")),
    };
    let model =
        parameters.iter().map(|(name, ty)| Parameter { name: name.clone(), ty: ty.to_ref(words) });
    let function = Function {
        name,
        location: Location::new(source.origin.file, function.span),
        name_span: span_of(&function.signature.ident),
        body_span: span_of(block),
        parameters: model.collect(),
        result: source.shape(&result),
        is_static: false,
        body: stmts,
        opaque: false,
        partial: false,
        directives: Vec::new(),
    };
    Method {
        function,
        self_type: context.self_type.clone(),
        trait_name: context.trait_name.clone(),
        parameters,
        result,
        locals: body.into_locals(),
        is_test: context.is_test,
    }
}

/// The names and types of parameters; `self` has the type that it is written with.
pub(super) fn parameters(
    signature: &syn::Signature,
    context: &Context,
    words: &RustWords,
) -> Vec<(Name, Ty)> {
    let names = &context.names;
    let read = |input: &FnArg| match input {
        FnArg::Receiver(receiver) => {
            (Name::new_static("self"), Ty::read(&receiver.ty, names, words))
        }
        FnArg::Typed(typed) => {
            let name = match &*typed.pat {
                Pat::Ident(ident) => Name::new(ident.ident.to_string()),
                _ => Name::default(),
            };
            (name, Ty::read(&typed.ty, names, words))
        }
    };
    signature.inputs.iter().map(read).collect()
}
