//! What a file declares: types, implementations, signatures.

use super::functions::{Context, each_function, of_impl};
use crate::crates::{Names, Origin, TraitImpl, Ty, TypeItem};
use crate::model::{Field, Location, Name, Record, Span};
use crate::syntax::rust::{Parsed, is_for_tests, span_of};
use crate::vocabulary::RustWords;
use syn::{Expr, Fields, ImplItem, Item, ItemImpl, Lit};

/// A function, without its body.
#[derive(Clone, Debug)]
pub(crate) struct Signature {
    /// The type of its `impl`, or its trait; empty for a free function.
    pub(crate) of: Name,
    /// Its name.
    pub(crate) name: Name,
    /// The type of its result.
    pub(crate) result: Ty,
}

/// What a file declares.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outline {
    /// Structures and enumerations.
    pub(crate) types: Vec<TypeItem>,
    /// Implementations of traits.
    pub(crate) impls: Vec<TraitImpl>,
    /// Functions and methods.
    pub(crate) signatures: Vec<Signature>,
    /// `type Name = ..`.
    pub(crate) aliases: Vec<(Name, Ty)>,
    /// Constants and statics.
    pub(crate) values: Vec<(Name, Ty)>,
    /// Constants that are a string, or another constant: the string, or the constant's name.
    pub(crate) texts: Vec<(Name, Text)>,
    /// Invocations of macros that may make types and implementations.
    pub(crate) opaque_macros: usize,
    /// Items that do not parse.
    pub(crate) broken: usize,
}

/// What a constant says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Text {
    /// This.
    Literal(Name),
    /// What the constant of this name says.
    Same(Name),
}

/// Reads the declarations of a file.
pub(crate) fn outline(parsed: &Parsed, origin: &Origin, words: &RustWords) -> Outline {
    let mut outline = Outline { broken: parsed.broken, ..Outline::default() };
    let context = Context { is_test: origin.is_test, ..Context::default() };
    outline.items(&parsed.file.items, &context, origin, words);
    each_function(&parsed.file.items, &context, words, &mut |function, context| {
        outline.signatures.push(Signature {
            of: context.self_type.clone(),
            name: Name::new(function.signature.ident.to_string()),
            result: Ty::of_result(&function.signature.output, &context.names, words),
        });
    });
    outline
}

impl Outline {
    fn items(&mut self, items: &[Item], context: &Context, origin: &Origin, words: &RustWords) {
        for item in items {
            self.item(item, context, origin, words);
        }
    }

    fn item(&mut self, item: &Item, context: &Context, origin: &Origin, words: &RustWords) {
        let read = |ty| Ty::read(ty, &context.names, words);
        match item {
            Item::Mod(module) => {
                let Some((_, items)) = &module.content else { return };
                let is_test = context.is_test || is_for_tests(&module.attrs);
                self.items(items, &Context { is_test, ..context.clone() }, origin, words);
            }
            Item::Struct(item) => {
                let names = own(context, &item.ident).within(&item.generics, words);
                let fields = fields(&item.fields, origin, &names, words);
                self.types.push(type_item(item, &item.ident, fields, origin));
            }
            Item::Enum(item) => {
                let names = own(context, &item.ident).within(&item.generics, words);
                let variants = item.variants.iter();
                let fields =
                    variants.flat_map(|variant| fields(&variant.fields, origin, &names, words));
                let fields = fields.collect();
                self.types.push(type_item(item, &item.ident, fields, origin));
            }
            Item::Impl(block) => {
                let context = of_impl(block, context, words);
                if !context.trait_name.is_empty() {
                    self.impls.push(trait_impl(block, &context, origin, words));
                }
            }
            Item::Type(alias) => {
                let names = context.names.within(&alias.generics, words);
                let ty = Ty::read(&alias.ty, &names, words);
                self.aliases.push((Name::new(alias.ident.to_string()), ty));
            }
            Item::Const(item) => {
                let name = Name::new(item.ident.to_string());
                self.texts.extend(text(&item.expr).map(|text| (name.clone(), text)));
                self.values.push((name, read(&item.ty)));
            }
            Item::Static(item) => {
                self.values.push((Name::new(item.ident.to_string()), read(&item.ty)));
            }
            Item::Macro(invocation) if invocation.ident.is_none() => {
                let name =
                    invocation.mac.path.segments.last().map(|last| format!("{}!", last.ident));
                let is_inert = name.is_some_and(|name| words.inert.contains(name.as_str()));
                self.opaque_macros += usize::from(!is_inert);
            }
            _ => {}
        }
    }
}

fn own(context: &Context, ident: &syn::Ident) -> Names {
    Names { own: Ty::named(&ident.to_string()), ..context.names.clone() }
}

type TypedFields = Vec<(Field, Ty)>;

fn fields(fields: &Fields, origin: &Origin, names: &Names, words: &RustWords) -> TypedFields {
    let each = fields.iter().enumerate().map(|(at, field)| {
        let name = field.ident.as_ref().map_or_else(|| at.to_string(), ToString::to_string);
        let ty = Ty::read(&field.ty, names, words);
        let span = match &field.ident {
            Some(ident) => Span::new(span_of(ident).start, span_of(&field.ty).end),
            None => span_of(&field.ty),
        };
        let location = Location::new(origin.file, span);
        (Field { name: Name::new(name), ty: ty.to_ref(words), location }, ty)
    });
    each.collect()
}

fn type_item(
    whole: &impl syn::spanned::Spanned,
    ident: &syn::Ident,
    fields: TypedFields,
    origin: &Origin,
) -> TypeItem {
    let name = Name::new(ident.to_string());
    let (of_record, typed) =
        fields.into_iter().map(|(field, ty)| (field.clone(), (field.name, ty))).unzip();
    TypeItem {
        record: Record {
            name,
            alias: None,
            fields: of_record,
            nested: Vec::new(),
            location: Location::new(origin.file, span_of(whole)),
        },
        fields: typed,
        is_test: origin.is_test,
    }
}

fn trait_impl(
    block: &ItemImpl,
    context: &Context,
    origin: &Origin,
    words: &RustWords,
) -> TraitImpl {
    let head = Span::new(span_of(&block.impl_token).start, span_of(&block.self_ty).end);
    let mut found = TraitImpl {
        trait_name: context.trait_name.clone(),
        ty: context.self_type.clone(),
        location: Location::new(origin.file, span_of(block)),
        head: Location::new(origin.file, head),
        hooks: Vec::new(),
        types: Vec::new(),
        texts: Vec::new(),
    };
    for item in &block.items {
        match item {
            ImplItem::Const(item) => {
                let name = Name::new(item.ident.to_string());
                found.texts.extend(text(&item.expr).map(|text| (name.clone(), text)));
                if let Some((path, span)) = hook(&item.expr, context) {
                    found.hooks.push((name, path, Location::new(origin.file, span)));
                }
            }
            ImplItem::Type(item) => {
                let ty = Ty::read(&item.ty, &context.names, words);
                found.types.push((Name::new(item.ident.to_string()), ty));
            }
            _ => {}
        }
    }
    found
}

/// The function of `Some(Self::realize)` or `Self::realize`, as `Type::realize` or `function`.
fn hook(value: &Expr, context: &Context) -> Option<(Name, Span)> {
    let path = match value {
        Expr::Call(call) => return hook(call.args.first()?, context),
        Expr::Reference(to) => return hook(&to.expr, context),
        Expr::Path(path) => &path.path,
        _ => return None,
    };
    let last = path.segments.last()?.ident.to_string();
    let before = path.segments.iter().rev().nth(1).map(|segment| segment.ident.to_string());
    let name = match before.as_deref() {
        Some("Self") => format!("{}::{last}", context.names.own.name),
        Some(ty) if ty.starts_with(char::is_uppercase) => format!("{ty}::{last}"),
        _ => last,
    };
    Some((Name::new(name), span_of(value)))
}

/// What a constant of a string type says: `"text"`, `c"text"`, `macro!("text")`, another constant.
fn text(value: &Expr) -> Option<Text> {
    match value {
        Expr::Lit(literal) => literal_text(&literal.lit).map(Text::Literal),
        Expr::Path(path) => {
            let last = path.path.segments.last()?;
            Some(Text::Same(Name::new(last.ident.to_string())))
        }
        Expr::Macro(invocation) => {
            let literal = invocation.mac.parse_body::<Lit>().ok()?;
            literal_text(&literal).map(Text::Literal)
        }
        Expr::Reference(to) => text(&to.expr),
        _ => None,
    }
}

fn literal_text(literal: &Lit) -> Option<Name> {
    match literal {
        Lit::Str(text) => Some(Name::new(text.value())),
        Lit::CStr(text) => text.value().to_str().ok().map(Name::new),
        Lit::ByteStr(text) => {
            let bytes = text.value();
            let text = bytes.strip_suffix(b"\0").unwrap_or(&bytes);
            std::str::from_utf8(text).ok().map(Name::new)
        }
        _ => None,
    }
}
