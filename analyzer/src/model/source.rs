//! Names and places in source text.

pub use devmodel_edit::{FileId, Span};

/// An identifier of the analysed source; cheap to copy and compare.
pub type Name = smol_str::SmolStr;

/// A range of bytes in one file of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The file, as numbered by the tree.
    pub file: FileId,
    /// The bytes, as they were when the file was read.
    pub span: Span,
}

impl Location {
    /// The bytes `span` of `file`.
    #[must_use]
    pub const fn new(file: FileId, span: Span) -> Self {
        Self { file, span }
    }
}
