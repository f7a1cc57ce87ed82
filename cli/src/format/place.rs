//! Lines and columns of what the analysis points at.

use devmodel_analyzer::SourceFile;
use devmodel_analyzer::model::Location;
use devmodel_edit::{FileId, LineIndex, Position};
use std::cell::OnceCell;

/// A location as people count it.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    /// The path of the file.
    pub(crate) file: &'a str,
    /// Its first byte.
    pub(crate) start: Position,
    /// One past its last byte.
    pub(crate) end: Position,
}

/// Counts the lines of each file that something points into, once.
pub(crate) struct Places<'a> {
    files: &'a [SourceFile],
    lines: Vec<OnceCell<LineIndex>>,
}

impl<'a> Places<'a> {
    /// The places of these files.
    pub(crate) fn new(files: &'a [SourceFile]) -> Self {
        Self { files, lines: files.iter().map(|_| OnceCell::new()).collect() }
    }

    /// Where this is.
    pub(crate) fn of(&self, location: Location) -> Place<'a> {
        let lines = self.lines(location.file);
        Place {
            file: self.path(location.file),
            start: lines.position(location.span.start),
            end: lines.position(location.span.end),
        }
    }

    /// The path of a file.
    pub(crate) fn path(&self, file: FileId) -> &'a str {
        &self.files[file.0 as usize].path
    }

    /// The lines of a file.
    pub(crate) fn lines(&self, file: FileId) -> &LineIndex {
        let index = file.0 as usize;
        self.lines[index].get_or_init(|| LineIndex::new(&self.files[index].text))
    }
}
