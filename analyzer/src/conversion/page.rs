//! A file as lines.

use std::ops::Range;

/// A file as lines; they are numbered from 0.
pub(super) struct Page<'t> {
    pub(super) text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Page<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1));
        Self { text, starts: starts.filter(|&at| at < text.len()).collect() }
    }

    /// How many lines there are.
    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    /// The line of a byte.
    pub(super) fn line_of(&self, at: usize) -> usize {
        self.starts.partition_point(|&start| start <= at).saturating_sub(1)
    }

    /// The bytes of a line, its end included.
    pub(super) fn range(&self, line: usize) -> Range<usize> {
        let end = self.starts.get(line + 1).copied().unwrap_or(self.text.len());
        self.starts[line]..end
    }

    /// A line without its end.
    pub(super) fn line(&self, line: usize) -> &'t str {
        self.text[self.range(line)].trim_end_matches(['\n', '\r'])
    }

    /// The blanks that a line starts with.
    pub(super) fn indent(&self, line: usize) -> &'t str {
        let line = self.line(line);
        &line[..line.len() - line.trim_start().len()]
    }

    pub(super) fn is_blank(&self, line: usize) -> bool {
        self.line(line).trim().is_empty()
    }

    /// Whether a line is a comment and documents nothing.
    pub(super) fn is_comment(&self, line: usize) -> bool {
        let line = self.line(line).trim();
        let is_line =
            line.starts_with("//") && !line.starts_with("///") && !line.starts_with("//!");
        is_line || is_block_comment(line)
    }

    /// How lines end.
    pub(super) fn end(&self) -> &'static str {
        if self.text.contains("\r\n") { "\r\n" } else { "\n" }
    }

    /// The lines that a node takes for itself, with the comments above that belong to it; `None` if it
    /// shares one with something else than a comment.
    pub(super) fn lines_of(&self, node: &Range<usize>) -> Option<Range<usize>> {
        let (mut first, last) = (self.line_of(node.start), self.line_of(node.end.max(1) - 1));
        let before = &self.text[self.range(first).start..node.start];
        let after = self.text[node.end..self.range(last).end].trim();
        let is_comment = after.starts_with("//") || is_block_comment(after);
        if !before.trim().is_empty() || !(after.is_empty() || is_comment) {
            return None;
        }
        while first > 0 && self.is_comment(first - 1) {
            first -= 1;
        }
        Some(first..last + 1)
    }
}

/// Whether a text is one comment between marks.
fn is_block_comment(text: &str) -> bool {
    text.starts_with("/*") && text.ends_with("*/") && text.matches("*/").count() == 1
}
