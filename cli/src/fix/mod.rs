//! From findings to changed files: which repairs, in what order, and whether the result is better.

mod change;
mod choice;
mod culprit;
mod disk;
mod fixer;
mod judge;
mod repair;
mod session;
mod verify;
mod wanted;

pub(crate) use change::Change;
pub(crate) use choice::Choice;
pub(crate) use disk::Disk;
pub(crate) use fixer::Fixer;
pub(crate) use repair::Repair;
pub(crate) use session::Session;
pub(crate) use verify::{Trial, verify};
pub(crate) use wanted::Wanted;

use devmodel_edit::FileId;
use std::collections::BTreeMap;

/// Files by id, and their bytes.
pub(crate) type Texts = BTreeMap<FileId, Vec<u8>>;
