//! How text changes: edits, and the fixes that group them.

use crate::Span;

/// Identifies one file of the analysed tree; the caller keeps the table of paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// Replace the bytes of `span` in `file` by `text`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// The file that changes.
    pub file: FileId,
    /// The bytes that go, as they were when the file was read.
    pub span: Span,
    /// What comes in their place; empty for a deletion.
    pub text: String,
}

impl Edit {
    /// Deletes the bytes of `span`.
    #[must_use]
    pub const fn deletion(file: FileId, span: Span) -> Self {
        Self { file, span, text: String::new() }
    }
}

/// How far a fix may be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Applicability {
    /// A suggestion to read; the result may not compile.
    Display,
    /// Compiles, but rests on an assumption that the message states.
    Unsafe,
    /// Nothing observable changes on any lifecycle path.
    Safe,
}

impl Applicability {
    /// The word of the output contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Display => "display",
            Self::Unsafe => "unsafe",
            Self::Safe => "safe",
        }
    }
}

/// A set of edits that is applied as a whole or not at all.
///
/// There is no default applicability: each constructor spells one of the three words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    applicability: Applicability,
    edits: Vec<Edit>,
}

impl Fix {
    /// A fix after which nothing observable differs on any lifecycle path.
    #[must_use]
    pub fn safe(edits: Vec<Edit>) -> Self {
        Self::with(Applicability::Safe, edits)
    }

    /// A fix that compiles but rests on an assumption stated in the finding.
    #[must_use]
    pub fn needs_review(edits: Vec<Edit>) -> Self {
        Self::with(Applicability::Unsafe, edits)
    }

    /// A suggestion to read, never applied.
    #[must_use]
    pub fn display(edits: Vec<Edit>) -> Self {
        Self::with(Applicability::Display, edits)
    }

    fn with(applicability: Applicability, mut edits: Vec<Edit>) -> Self {
        edits.sort();
        edits.dedup();
        Self { applicability, edits }
    }

    /// How far the fix may be trusted.
    #[must_use]
    pub const fn applicability(&self) -> Applicability {
        self.applicability
    }

    /// The edits, ordered by file and position, without duplicates.
    #[must_use]
    pub fn edits(&self) -> &[Edit] {
        &self.edits
    }
}
