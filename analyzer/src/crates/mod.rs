//! The Rust code of a tree: types, traits and methods, lowered to the model.

mod index;
mod origin;
mod seen;
mod ty;

pub(crate) use index::Index;
pub(crate) use origin::{CrateId, Origin};
pub(crate) use ty::{Names, Ty};

use crate::lower::rust::{Outline, Text, methods, outline};
use crate::model::{Function, Location, Name, Record};
use crate::sources::SourceFile;
use crate::syntax::rust::with_file;
use crate::tree::per_item;
use crate::vocabulary::{RustWords, Vocabulary};
use crate::{Executor, Features};
use rustc_hash::FxHashMap;
use seen::Unseen;

/// The Rust code of a tree.
pub(crate) struct Crates<'a> {
    /// All files of the tree, also those that are no Rust.
    pub(crate) files: &'a [SourceFile],
    /// What each Rust file has, in the order of the files.
    pub(crate) parts: Vec<RustFile>,
    /// Names over all of them.
    pub(crate) index: Index,
    /// Structures by their names in the model: the file's place in `parts`, and the place there.
    records: FxHashMap<Name, (usize, usize)>,
}

/// What one file has.
#[derive(Clone, Debug)]
pub(crate) struct RustFile {
    /// The file and its crate.
    pub(crate) origin: Origin,
    /// Functions with a body, methods included, in the order of the text.
    pub(crate) methods: Vec<Method>,
    /// Structures and enumerations.
    pub(crate) types: Vec<TypeItem>,
    /// `impl Trait for Type`, also those without a method.
    pub(crate) impls: Vec<TraitImpl>,
    /// Invocations of macros at the level of items: what they generate is not known.
    pub(crate) opaque_macros: usize,
    /// Items that do not parse.
    pub(crate) broken: usize,
    /// Why the file can't be read; then it has nothing.
    pub(crate) unreadable: Option<String>,
}

/// A function of a crate.
///
/// Lowering gives statements to what Rust has as expressions. The value of a body is its `Return`. `e?`
/// becomes the declaration of a local and an `If` on it that returns `Err(local)`. Blocks, `if`, `match` and
/// loops within expressions become statements before the one that uses their value; a `match` is a chain of
/// `If`s. A variable that hides another one is called `name#2`, one that holds an intermediate value
/// `#1`. A method call on a receiver of known type is a call of `Type::method` with the receiver as its first
/// argument, else of a `Member`. Calls that only lead to what a handle holds (`lock`, `borrow_mut`, `as_ref`, ...)
/// vanish; so does `unwrap` of a place, while that of a call's result is a call of `unwrap`.
#[derive(Clone, Debug)]
pub(crate) struct Method {
    /// The function, called `Type::method` or `function`.
    pub(crate) function: Function,
    /// The type of its `impl`, or its trait; empty for a free function.
    pub(crate) self_type: Name,
    /// The trait of its `impl`; empty for an inherent one.
    pub(crate) trait_name: Name,
    /// The types of its parameters, `self` included, in order.
    pub(crate) parameters: Vec<(Name, Ty)>,
    /// The type of its result; the unit type if it has none.
    pub(crate) result: Ty,
    /// The types of its variables, parameters included, as far as they are known.
    pub(crate) locals: FxHashMap<Name, Ty>,
    /// Whether it is part of tests.
    pub(crate) is_test: bool,
}

/// A structure or enumeration.
#[derive(Clone, Debug)]
pub(crate) struct TypeItem {
    /// Its name, fields and place.
    pub(crate) record: Record,
    /// The types of its fields, in full.
    pub(crate) fields: Vec<(Name, Ty)>,
    /// Whether it is part of tests.
    pub(crate) is_test: bool,
}

/// An implementation of a trait.
#[derive(Clone, Debug)]
pub(crate) struct TraitImpl {
    /// The trait, by the last part of its path.
    pub(crate) trait_name: Name,
    /// The type, by the last part of its path.
    pub(crate) ty: Name,
    /// Where it is.
    pub(crate) location: Location,
    /// From `impl` to the type.
    pub(crate) head: Location,
    /// Its constants that name a function, as in `const REALIZE: Option<..> = Some(Self::realize)`: the
    /// constant, the function as `Type::method` or `function`, and where it is named.
    pub(crate) hooks: Vec<(Name, Name, Location)>,
    /// Its associated types.
    pub(crate) types: Vec<(Name, Ty)>,
    /// Its constants that are strings.
    pub(crate) texts: Vec<(Name, Text)>,
}

impl<'a> Crates<'a> {
    /// Reads the Rust files among `files`, without what `features` leave out. `is_in_c` tells whether a name is that of a structure in C: a
    /// type of that name is another one, unless it wraps the structure.
    pub(crate) fn new(
        files: &'a [SourceFile],
        words: &Vocabulary,
        is_in_c: &dyn Fn(&str) -> bool,
        features: Option<&Features>,
        executor: &dyn Executor,
    ) -> Self {
        let unseen = Unseen::new(files, features);
        let origins = Origin::all(files, &words.rust);
        let outlines = per_item(executor, "outline", origins.len(), &|at| {
            let origin = &origins[at];
            with_file(&unseen.text(files, origin.file), |parsed| {
                outline(parsed, origin, &words.rust)
            })
        });
        let known = origins.iter().zip(&outlines);
        let known = known.filter_map(|(origin, outline)| Some((origin.of, outline.as_ref().ok()?)));
        let index = Index::new(known, &words.rust, is_in_c);
        let lowered = per_item(executor, "lower", origins.len(), &|at| {
            let origin = &origins[at];
            let lower =
                |parsed: &crate::syntax::rust::Parsed| methods(&parsed.file, origin, &index, words);
            with_file(&unseen.text(files, origin.file), lower).unwrap_or_default()
        });
        let parts = origins.into_iter().zip(outlines).zip(lowered);
        let parts = parts.map(|((origin, outline), methods)| match outline {
            Ok(outline) => RustFile::new(origin, outline, methods),
            Err(why) => RustFile {
                unreadable: Some(why.to_string()),
                ..RustFile::new(origin, Outline::default(), methods)
            },
        });
        let mut crates =
            Self { files, parts: parts.collect(), index, records: FxHashMap::default() };
        crates.name_records(&words.rust);
        crates
    }

    /// Gives the structures the names of the model.
    fn name_records(&mut self, words: &RustWords) {
        let index = &self.index;
        for (part, file) in self.parts.iter_mut().enumerate() {
            for (at, ty) in file.types.iter_mut().enumerate() {
                if ty.is_binding(words) {
                    continue;
                }
                let record = &mut ty.record;
                record.name = index.model_name(&record.name);
                for field in &mut record.fields {
                    field.ty.name = index.model_name(&field.ty.name);
                }
                self.records.entry(record.name.clone()).or_insert((part, at));
            }
        }
    }

    /// The structure or enumeration that the model calls so; of several the first.
    pub(crate) fn record(&self, name: &str) -> Option<&Record> {
        let (part, at) = *self.records.get(name)?;
        Some(&self.parts[part].types[at].record)
    }
}

impl TypeItem {
    /// Whether it does nothing but wrap a structure of C of the same name.
    fn is_binding(&self, words: &RustWords) -> bool {
        matches!(&self.fields[..], [(name, ty)]
            if name == "0" && ty.innermost(words).name == self.record.name)
    }
}

impl RustFile {
    fn new(origin: Origin, outline: Outline, methods: Vec<Method>) -> Self {
        Self {
            origin,
            methods,
            types: outline.types,
            impls: outline.impls,
            opaque_macros: outline.opaque_macros,
            broken: outline.broken,
            unreadable: None,
        }
    }
}
