//! Types as Rust writes them.

use crate::model::Name;

/// A type: the last part of its path and its arguments. `&T` and `&mut T` are called `&`, slices and
/// arrays `[]`, tuples `()`, functions and closures `fn`, `dyn Trait` and `impl Trait` by the trait; a
/// type that is not known has no name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Ty {
    /// Its name.
    pub(crate) name: Name,
    /// Its arguments.
    pub(crate) args: Vec<Self>,
}
