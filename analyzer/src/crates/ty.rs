//! Types as Rust writes them.

use crate::model::{Name, TypeRef};
use crate::vocabulary::RustWords;
use rustc_hash::FxHashMap;
use syn::{GenericArgument, PathArguments, ReturnType, Type, TypeParamBound};

/// A type: the last part of its path and its arguments. `&T` and `&mut T` are called `&`, raw pointers
/// `*`, slices and arrays `[]`, tuples `()`, functions and closures `fn`, `dyn Trait` and `impl Trait` by
/// the trait, a type parameter by its first bound that says something; a type that is not known has no
/// name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Ty {
    /// Its name.
    pub(crate) name: Name,
    /// Its arguments.
    pub(crate) args: Vec<Self>,
}

/// What names of types mean where a type is written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    /// What `Self` means.
    pub(crate) own: Ty,
    /// Type parameters and other names that stand for a type.
    pub(crate) aliases: FxHashMap<Name, Ty>,
}

impl Ty {
    /// A type without arguments.
    pub(crate) fn named(name: &str) -> Self {
        Self { name: Name::new(name), args: Vec::new() }
    }

    /// A type of one argument.
    pub(crate) fn of(name: &str, arg: Self) -> Self {
        Self { name: Name::new(name), args: vec![arg] }
    }

    /// The type that a type expression means.
    pub(crate) fn read(ty: &Type, names: &Names, words: &RustWords) -> Self {
        let read = |ty: &Type| Self::read(ty, names, words);
        match ty {
            Type::Path(path) => Self::of_path(&path.path, names, words),
            Type::Reference(to) => Self::of("&", read(&to.elem)),
            Type::Ptr(to) => Self::of("*", read(&to.elem)),
            Type::Slice(of) => Self::of("[]", read(&of.elem)),
            Type::Array(of) => Self::of("[]", read(&of.elem)),
            Type::Tuple(of) => {
                Self { name: Name::new_static("()"), args: of.elems.iter().map(read).collect() }
            }
            Type::Paren(inner) => read(&inner.elem),
            Type::Group(inner) => read(&inner.elem),
            Type::TraitObject(object) => Self::of_bounds(object.bounds.iter(), names, words),
            Type::ImplTrait(some) => Self::of_bounds(some.bounds.iter(), names, words),
            Type::BareFn(_) => Self::named("fn"),
            _ => Self::default(),
        }
    }

    /// The type that a path means.
    pub(crate) fn of_path(path: &syn::Path, names: &Names, words: &RustWords) -> Self {
        let Some(last) = path.segments.last() else { return Self::default() };
        let name = last.ident.to_string();
        if path.segments.len() == 1 {
            if name == "Self" {
                return names.own.clone();
            }
            if let Some(ty) = names.aliases.get(name.as_str()) {
                return ty.clone();
            }
        }
        let args = match &last.arguments {
            PathArguments::AngleBracketed(args) => args
                .args
                .iter()
                .filter_map(|arg| match arg {
                    GenericArgument::Type(ty) => Some(Self::read(ty, names, words)),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        };
        Self { name: Name::new(name), args }
    }

    /// The type of a function's result.
    pub(crate) fn of_result(result: &ReturnType, names: &Names, words: &RustWords) -> Self {
        match result {
            ReturnType::Default => Self::named("()"),
            ReturnType::Type(_, ty) => Self::read(ty, names, words),
        }
    }

    /// What something is that has these bounds: the first trait that says something.
    pub(crate) fn of_bounds<'b>(
        bounds: impl Iterator<Item = &'b TypeParamBound>,
        names: &Names,
        words: &RustWords,
    ) -> Self {
        let mut traits = bounds.filter_map(|bound| match bound {
            TypeParamBound::Trait(of) => Some(&of.path),
            _ => None,
        });
        let says = |path: &&syn::Path| {
            path.segments
                .last()
                .is_some_and(|last| !words.markers.contains(last.ident.to_string().as_str()))
        };
        match traits.find(says) {
            Some(path) if is_function(path) => Self::named("fn"),
            Some(path) => Self::of_path(path, names, words),
            None => Self::default(),
        }
    }

    /// What a pointer or wrapper holds.
    pub(crate) fn held(&self, words: &RustWords) -> Option<&Self> {
        let holds = words.pointers.contains(&self.name) || words.wrappers.contains(&self.name);
        self.args.first().filter(|_| holds)
    }

    /// The type behind all pointers and wrappers.
    pub(crate) fn innermost(&self, words: &RustWords) -> &Self {
        self.held(words).map_or(self, |held| held.innermost(words))
    }

    /// Whether it is a handle that keeps what it points to alive.
    pub(crate) fn is_strong(&self, words: &RustWords) -> bool {
        match self.name.as_str() {
            "&" => self.args.first().is_some_and(|to| to.is_strong(words)),
            name => words.strong.contains(name),
        }
    }

    /// What a step through `?` or `unwrap` leaves.
    pub(crate) fn outcome(&self) -> Self {
        match self.name.as_str() {
            "Result" | "Option" => self.args.first().cloned().unwrap_or_default(),
            // An alias of `Result` with a fixed error.
            name if name.ends_with("Result") => self.args.first().cloned().unwrap_or_default(),
            _ => self.clone(),
        }
    }

    /// What a method of `Result` or `Option` leaves: one that ends it what it holds, another one the same.
    pub(crate) fn outcome_or_self(&self, method: &str) -> Self {
        if method.starts_with("unwrap") || method == "expect" {
            self.outcome()
        } else {
            self.clone()
        }
    }

    /// What the elements are.
    pub(crate) fn element(&self, words: &RustWords) -> Self {
        let inner = self.innermost(words);
        inner.args.last().cloned().unwrap_or_default()
    }

    /// The same in the words of the model: how many pointers lead to which type.
    pub(crate) fn to_ref(&self, words: &RustWords) -> TypeRef {
        let mut ty = self;
        let mut shape = TypeRef::default();
        loop {
            match (ty.name.as_str(), ty.args.first()) {
                ("[]", Some(element)) => {
                    shape.array = shape.pointers == 0;
                    ty = element;
                }
                (name, Some(held)) if words.pointers.contains(name) => {
                    // A handle within a handle is one way to one place.
                    shape.pointers = shape.pointers.saturating_add(1);
                    ty = held;
                }
                (name, Some(held)) if words.wrappers.contains(name) => ty = held,
                _ => break,
            }
        }
        shape.name =
            if ty.name == "()" || ty.name == "fn" { Name::default() } else { ty.name.clone() };
        shape
    }
}

/// `Fn(..)` and its kin.
fn is_function(path: &syn::Path) -> bool {
    let last = path.segments.last();
    last.is_some_and(|last| matches!(last.arguments, PathArguments::Parenthesized(_)))
}

impl Names {
    /// The names inside an item with generics of its own.
    pub(crate) fn within(&self, generics: &syn::Generics, words: &RustWords) -> Self {
        let mut names = self.clone();
        for parameter in generics.type_params() {
            let ty = Ty::of_bounds(parameter.bounds.iter(), self, words);
            names.aliases.insert(Name::new(parameter.ident.to_string()), ty);
        }
        for predicate in generics.where_clause.iter().flat_map(|clause| &clause.predicates) {
            let syn::WherePredicate::Type(bound) = predicate else { continue };
            let Type::Path(path) = &bound.bounded_ty else { continue };
            let Some(parameter) = path.path.get_ident() else { continue };
            let ty = Ty::of_bounds(bound.bounds.iter(), self, words);
            let known = names.aliases.entry(Name::new(parameter.to_string())).or_default();
            if known.name.is_empty() {
                *known = ty;
            }
        }
        names
    }
}
