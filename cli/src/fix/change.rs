//! What becomes of one file.

use devmodel_edit::unified_diff;

/// A file before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    /// Relative to the root of the tree, with `/`.
    pub(crate) path: String,
    /// The bytes as they were read.
    pub(crate) before: Vec<u8>,
    /// The bytes to be.
    pub(crate) after: Vec<u8>,
}

impl Change {
    /// The change as a unified diff; empty if there is none.
    pub(crate) fn diff(&self) -> Vec<u8> {
        unified_diff(&self.path, &self.before, &self.after)
    }
}
