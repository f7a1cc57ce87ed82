//! Code that is written into a tree: calls, the locals that they need, a callback and its assignment.
//!
//! The caller vouches for what it has written. Here it gets the indentation, the line endings and the
//! blank lines of the file; where the place is not one that a careful person would write at, there is
//! no edit.

mod block;
mod call;
mod callback;
mod style;

pub(crate) use block::{insert, wrap};
pub(crate) use call::{Call, Variable};
pub(crate) use callback::{Callback, assign, define};
