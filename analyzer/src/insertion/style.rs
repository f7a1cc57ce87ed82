//! How a file is written: its line endings and its indentation.

use crate::model::{Function, Span};

/// How the lines around a function are written.
pub(crate) struct Style<'t> {
    pub(super) text: &'t [u8],
    pub(super) newline: &'static str,
    /// One step of indentation.
    pub(super) unit: String,
}

impl<'t> Style<'t> {
    /// The style of the file with this text, as `function` shows it.
    pub(super) fn new(text: &'t [u8], function: &Function) -> Self {
        let body = &text[function.body_span.range()];
        let newline = if body.windows(2).any(|pair| pair == b"\r\n") { "\r\n" } else { "\n" };
        let mut style = Self { text, newline, unit: "    ".to_owned() };
        let first = function.body.first().map(|stmt| style.indentation(stmt.span.start));
        if let Some(unit) = first.filter(|unit| !unit.is_empty()) {
            style.unit = unit;
        }
        style
    }

    /// The white space at the start of the line that `offset` is in.
    pub(super) fn indentation(&self, offset: u32) -> String {
        let line = &self.text[self.line_start(offset)..offset as usize];
        let blank = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        String::from_utf8_lossy(&line[..blank]).into_owned()
    }

    /// Whether nothing but white space stands before `offset` on its line.
    pub(super) fn begins_line(&self, offset: u32) -> bool {
        self.text[self.line_start(offset)..offset as usize].trim_ascii().is_empty()
    }

    /// The start of the next line, if nothing but a comment follows `offset` on its own.
    pub(super) fn next_line(&self, offset: u32) -> Option<u32> {
        let rest = &self.text[offset as usize..];
        let length = rest.iter().position(|&byte| byte == b'\n')? + 1;
        let tail = rest[..length].trim_ascii();
        let comment = tail.starts_with(b"//")
            || (tail.starts_with(b"/*")
                && memchr::memmem::find(tail, b"*/") == Some(tail.len() - 2));
        (tail.is_empty() || comment).then_some(offset + length as u32)
    }

    /// The first line from the one that starts at `offset` that is not blank.
    pub(super) fn after_blank_lines(&self, mut offset: u32) -> u32 {
        while let Some(next) = self.next_line(offset)
            && self.text[Span::new(offset, next).range()].trim_ascii().is_empty()
        {
            offset = next;
        }
        offset
    }

    /// Lines with their ends.
    pub(super) fn joined(&self, lines: &[String]) -> String {
        lines.iter().flat_map(|line| [line, self.newline]).collect()
    }

    fn line_start(&self, offset: u32) -> usize {
        let before = &self.text[..offset as usize];
        before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1)
    }
}
