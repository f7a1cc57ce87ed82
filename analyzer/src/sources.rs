//! What an analysis reads.

use crate::model::FileId;
use crate::tree::Parsed;

/// One file of the tree.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Its path relative to the root of the tree, with `/`.
    pub path: String,
    /// Its bytes, as read.
    pub text: Vec<u8>,
}

/// What a file is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// C, headers included.
    C,
    /// Rust.
    Rust,
}

impl SourceFile {
    /// What it is written in, by the ending of its name.
    #[must_use]
    pub fn language(&self) -> Language {
        if self.path.ends_with(".rs") { Language::Rust } else { Language::C }
    }
}

/// The files of a tree, and what an earlier analysis has read of them.
#[derive(Debug, Default)]
pub struct Sources {
    pub(crate) files: Vec<SourceFile>,
    pub(crate) parsed: Parsed,
}

impl Sources {
    /// The files, in the order of their ids.
    #[must_use]
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// Gives a file another text.
    ///
    /// # Panics
    ///
    /// If there is no such file.
    pub fn set_text(&mut self, file: FileId, text: Vec<u8>) {
        self.files[file.0 as usize].text = text;
        self.parsed.forget(file);
    }
}

impl From<Vec<SourceFile>> for Sources {
    fn from(files: Vec<SourceFile>) -> Self {
        Self { files, parsed: Parsed::default() }
    }
}
