//! From findings to changed files.

mod change;
mod repair;

pub(crate) use change::Change;
pub(crate) use repair::Repair;
