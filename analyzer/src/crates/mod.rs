//! The Rust code of a tree: types, traits and methods, lowered to the model.

mod ty;

pub(crate) use ty::Ty;

use crate::Executor;
use crate::model::{FileId, Function, Location, Name, Record};
use crate::sources::SourceFile;
use crate::vocabulary::Vocabulary;
use rustc_hash::FxHashMap;

/// The Rust code of a tree.
pub(crate) struct Crates<'a> {
    /// All files of the tree, also those that are no Rust.
    pub(crate) files: &'a [SourceFile],
    /// What each Rust file has, in the order of the files.
    pub(crate) parts: Vec<RustFile>,
}

/// What one file has.
#[derive(Clone, Debug)]
pub(crate) struct RustFile {
    /// The file.
    pub(crate) file: FileId,
    /// Functions, methods included, in the order of the text.
    pub(crate) methods: Vec<Method>,
    /// Structures and enumerations.
    pub(crate) types: Vec<TypeItem>,
    /// `impl Trait for Type`, also those without a method.
    pub(crate) impls: Vec<TraitImpl>,
    /// Macro invocations at the level of items: what they generate is not known.
    pub(crate) opaque_macros: usize,
    /// Why the file can't be read; then it has nothing.
    pub(crate) unreadable: Option<String>,
}

/// A function of a crate.
///
/// Lowering gives statements to what Rust has as expressions: `?` becomes the declaration of a local and
/// an `If` that returns `Err(local)`; blocks, `if`, `match` and loops in expressions become statements
/// before the one that uses their value; the value of a body is its `Return`. A method call on a receiver
/// of known type is a call of `Type::method` with the receiver as its first argument, else of a `Member`.
/// Calls that only lead to what a handle holds (`lock`, `borrow_mut`, `as_ref`, ...) vanish.
#[derive(Clone, Debug)]
pub(crate) struct Method {
    /// The function, called `Type::method` or `function`.
    pub(crate) function: Function,
    /// The type of its `impl`; empty for a free function.
    pub(crate) self_type: Name,
    /// The trait of its `impl`; empty for an inherent one.
    pub(crate) trait_name: Name,
    /// The types of its parameters, `self` included, in order.
    pub(crate) parameters: Vec<(Name, Ty)>,
    /// The type of its result; the unit type if it has none.
    pub(crate) result: Ty,
    /// The types of its locals, as far as they are known.
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
    /// What it derives, by the last part of each path.
    pub(crate) derives: Vec<Name>,
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
    /// Its constants that name a function, as in `const REALIZE: Option<..> = Some(Self::realize)`.
    pub(crate) hooks: Vec<(Name, Name, Location)>,
}

impl<'a> Crates<'a> {
    /// Reads the Rust files among `files`.
    pub(crate) fn new(
        files: &'a [SourceFile],
        _words: &Vocabulary,
        _executor: &dyn Executor,
    ) -> Self {
        Self { files, parts: Vec::new() }
    }

    /// All functions.
    pub(crate) fn methods(&self) -> impl Iterator<Item = &Method> {
        self.parts.iter().flat_map(|part| &part.methods)
    }
}
