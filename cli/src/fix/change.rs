//! What becomes of one file.

use anyhow::{Context, Result};
use devmodel_analyzer::Analysis;
use devmodel_edit::{Edit, apply, unified_diff};

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
    /// The change that edits of one file make, at least one.
    pub(crate) fn of(analysis: &Analysis, edits: &[Edit]) -> Result<Self> {
        let file = analysis.file(edits[0].file);
        let after = apply(&file.text, edits)
            .with_context(|| format!("a fix does not fit `{}`; please report it", file.path))?;
        Ok(Self { path: file.path.clone(), before: file.text.clone(), after })
    }

    /// The change as a unified diff; empty if there is none.
    pub(crate) fn diff(&self) -> Vec<u8> {
        unified_diff(&self.path, &self.before, &self.after)
    }
}
