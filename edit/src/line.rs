//! Lines and columns of byte offsets.

use crate::Span;

/// A place in a file as people count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in bytes: a tab and each byte of a UTF-8 sequence count one.
    pub column: u32,
}

/// Where the lines of one file start.
///
/// A line ends after `\n`; a carriage return before it belongs to the line, and one elsewhere
/// is an ordinary byte. A file that ends in `\n` has one more, empty, line after it, so that
/// every offset up to and including the length of the file has a position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<u32>,
    length: u32,
}

impl LineIndex {
    /// Indexes the lines of `source`.
    #[must_use]
    pub fn new(source: &[u8]) -> Self {
        let after_newlines = source
            .iter()
            .enumerate()
            .filter(|&(_, &byte)| byte == b'\n')
            .filter_map(|(offset, _)| u32::try_from(offset + 1).ok());
        Self {
            starts: std::iter::once(0).chain(after_newlines).collect(),
            length: u32::try_from(source.len()).unwrap_or(u32::MAX),
        }
    }

    /// The position of the byte at `offset`; offsets past the end count as the end.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        let offset = offset.min(self.length);
        let line = self.starts.partition_point(|&start| start <= offset);
        let start = self.starts[line - 1];
        Position { line: u32::try_from(line).unwrap_or(u32::MAX), column: offset - start + 1 }
    }

    /// The offset of `position`, or `None` if the file has no such line or the line no such
    /// column; the column one past the last byte of the file exists.
    #[must_use]
    pub fn offset(&self, position: Position) -> Option<u32> {
        let line = self.line(position.line)?;
        let offset = line.start.checked_add(position.column.checked_sub(1)?)?;
        (offset < line.end || offset == self.length).then_some(offset)
    }

    /// The bytes of line `number`, counted from 1, its line end included.
    #[must_use]
    pub fn line(&self, number: u32) -> Option<Span> {
        let index = usize::try_from(number.checked_sub(1)?).ok()?;
        let start = *self.starts.get(index)?;
        let end = self.starts.get(index + 1).copied().unwrap_or(self.length);
        Some(Span::new(start, end))
    }

    /// How many lines there are, the empty one after a final `\n` included.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.starts.len()
    }
}

#[cfg(test)]
mod tests {
    use super::{LineIndex, Position};

    fn check(source: &str, offset: u32, line: u32, column: u32) {
        let index = LineIndex::new(source.as_bytes());
        let position = Position { line, column };
        assert_eq!(index.position(offset), position, "{source:?} at {offset}");
        assert_eq!(index.offset(position), Some(offset), "{source:?} {position:?}");
    }

    #[test]
    fn positions_count_from_one() {
        check("", 0, 1, 1);
        check("ab", 0, 1, 1);
        check("ab", 2, 1, 3);
        check("ab\ncd", 2, 1, 3);
        check("ab\ncd", 3, 2, 1);
        check("ab\ncd", 5, 2, 3);
        check("ab\n", 3, 2, 1);
        check("\n\nx", 1, 2, 1);
    }

    #[test]
    fn carriage_returns_belong_to_their_line() {
        check("ab\r\ncd", 2, 1, 3);
        check("ab\r\ncd", 3, 1, 4);
        check("ab\r\ncd", 4, 2, 1);
        check("ab\rcd\ne", 3, 1, 4);
        check("ab\rcd\ne", 6, 2, 1);
    }

    #[test]
    fn columns_are_bytes() {
        check("\u{e9}x", 2, 1, 3);
    }

    #[test]
    fn places_outside_the_file() {
        let index = LineIndex::new(b"ab\ncd");
        assert_eq!(index.position(99), index.position(5));
        for (line, column) in [(0, 1), (1, 0), (1, 4), (2, 4), (3, 1), (1, u32::MAX)] {
            assert_eq!(index.offset(Position { line, column }), None);
        }
        assert_eq!(index.line_count(), 2);
        assert_eq!(index.line(1).map(|line| line.range()), Some(0..3));
        assert_eq!(index.line(2).map(|line| line.range()), Some(3..5));
        assert_eq!(index.line(3), None);
    }
}
