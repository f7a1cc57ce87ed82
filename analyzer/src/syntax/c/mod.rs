//! C text to items, and items to trees.

mod conditional;
mod extent;
pub(crate) mod mask;
pub(crate) mod parse;
mod rewrite;
pub(crate) mod scan;
mod strip;
mod token;
pub(crate) mod words;

pub(crate) use conditional::Branches;
