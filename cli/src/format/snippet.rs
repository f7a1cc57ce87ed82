//! Source text in a form that can be shown with labels in it.

use super::text::printable;
use ariadne::{Cache, Source};
use devmodel_analyzer::SourceFile;
use devmodel_analyzer::model::{FileId, Location};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt::Display;
use std::ops::Range;

/// A range of characters in a file: where one file of a report is counted in bytes, the report
/// takes the places of the others wrong.
pub(crate) type Underline = (FileId, Range<usize>);

/// The files that labels point into, each prepared once.
pub(crate) struct Snippets<'a> {
    files: &'a [SourceFile],
    sources: HashMap<FileId, Source<String>>,
}

impl<'a> Snippets<'a> {
    /// Snippets of these files.
    pub(crate) fn new(files: &'a [SourceFile]) -> Self {
        Self { files, sources: HashMap::new() }
    }

    /// What to underline: the first line of the location.
    pub(crate) fn underline(&mut self, location: Location) -> Underline {
        let source = self.source(location.file);
        let text = source.text();
        let range = location.span.range();
        let start = text.floor_char_boundary(range.start);
        let end = text.floor_char_boundary(range.end).max(start);
        let line = text[start..end].lines().next().unwrap_or_default();
        let first = characters_before(source, start);
        (location.file, first..first + line.trim_end().chars().count())
    }

    fn source(&mut self, file: FileId) -> &Source<String> {
        match self.sources.entry(file) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let text = &self.files[file.0 as usize].text;
                entry.insert(Source::from(displayable(text)))
            }
        }
    }
}

impl Cache<FileId> for Snippets<'_> {
    type Storage = String;

    fn fetch(&mut self, id: &FileId) -> Result<&Source<String>, impl std::fmt::Debug> {
        Ok::<_, std::convert::Infallible>(self.source(*id))
    }

    fn display<'b>(&self, id: &'b FileId) -> Option<impl Display + 'b> {
        Some(printable(&self.files[id.0 as usize].path))
    }
}

/// The offset in characters of a place between two of them.
fn characters_before(source: &Source<String>, offset: usize) -> usize {
    source.get_byte_line(offset).map_or(0, |(line, _, column)| {
        let start = offset - column;
        line.offset() + source.text()[start..offset].chars().count()
    })
}

/// The text with every byte offset kept, and with `\n` as the only end of a line.
///
/// Bytes that are not UTF-8, or that a terminal would obey, become as many `?`; form feeds and
/// the other characters that some count as line ends become blanks.
fn displayable(text: &[u8]) -> String {
    let mut result = String::with_capacity(text.len());
    for chunk in text.utf8_chunks() {
        for c in chunk.valid().chars() {
            push(&mut result, c);
        }
        result.extend(chunk.invalid().iter().map(|_| '?'));
    }
    result
}

fn push(result: &mut String, c: char) {
    match c {
        '\n' | '\t' => result.push(c),
        '\r' | '\x0b' | '\x0c' => result.push(' '),
        c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => {
            result.extend(std::iter::repeat_n('?', c.len_utf8()));
        }
        c => result.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::{Snippets, displayable};
    use devmodel_analyzer::SourceFile;
    use devmodel_analyzer::model::{FileId, Location, Span};

    #[test]
    fn offsets_stay() {
        let text = b"a\r\n\x0cb\xff\xfe\tc\x1b[1m \xc3\xa9\xc2\x85\xe2\x80\xa8\n";
        let shown = displayable(text);
        assert_eq!(shown, "a \n b??\tc?[1m \u{e9}?????\n");
        assert_eq!(shown.len(), text.len());
    }

    #[test]
    fn underlines_stay_in_one_line_and_between_characters() {
        let files = [SourceFile { path: "a.c".to_owned(), text: "f(\u{e9},  \n  g)".into() }];
        let mut snippets = Snippets::new(&files);
        let mut check = |start, end, range| {
            let location = Location::new(FileId(0), Span::new(start, end));
            assert_eq!(snippets.underline(location), (FileId(0), range));
        };
        check(0, 12, 0..4);
        check(0, 3, 0..2);
        check(3, 5, 2..4);
        check(9, 99, 8..11);
        check(99, 99, 11..11);
    }
}
