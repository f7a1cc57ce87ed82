//! What each byte and each line of a file is: code, comment, directive or nothing.

use std::ops::Range;

use super::group::{self, Branches};
use crate::model::Span;

/// What a byte belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Space,
    Code,
    Literal,
    Comment,
    Directive,
}

/// What a directive does to conditional compilation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Directive {
    Open,
    Middle,
    Close,
    Other,
}

/// What a line holds; code outweighs a directive, and that a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineKind {
    Blank,
    Comment,
    Directive(Directive),
    Code,
}

/// A line, its end included.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) bytes: Range<usize>,
    pub(super) kind: LineKind,
}

/// The text of a file, byte by byte and line by line.
pub(super) struct Layout<'t> {
    pub(super) text: &'t [u8],
    pub(super) lines: Vec<Line>,
    classes: Vec<Class>,
    branches: Vec<Branches>,
}

impl<'t> Layout<'t> {
    pub(super) fn new(text: &'t [u8]) -> Self {
        let classes = classify(text);
        let lines = lines(text, &classes);
        let branches = group::around(&lines);
        Self { text, lines, classes, branches }
    }

    /// The branches of conditional compilation around `offset`.
    pub(super) fn branches(&self, offset: usize) -> &[(usize, usize)] {
        self.branches.get(self.line_at(offset)).map_or(&[], Vec::as_slice)
    }

    pub(super) fn class(&self, offset: usize) -> Class {
        self.classes[offset]
    }

    /// Whether a line ends at `offset`, outside comments and directives.
    pub(super) fn is_line_end(&self, offset: usize) -> bool {
        self.text[offset] == b'\n' && self.classes[offset] == Class::Space
    }

    /// The index of the line that `offset` is in.
    pub(super) fn line_at(&self, offset: usize) -> usize {
        self.lines.partition_point(|line| line.bytes.end <= offset)
    }

    /// How far the text of a line is indented.
    pub(super) fn indentation(&self, line: usize) -> &'t [u8] {
        let bytes = &self.text[self.lines[line].bytes.clone()];
        let end = bytes.iter().position(|byte| !matches!(byte, b' ' | b'\t'));
        &bytes[..end.unwrap_or(0)]
    }

    /// The first and the last byte of code on a line.
    pub(super) fn code_ends(&self, line: usize) -> Option<(u8, u8)> {
        let mut code = self.lines[line].bytes.clone().filter(|&offset| self.is_code(offset));
        let first = code.next()?;
        let last = code.next_back().unwrap_or(first);
        Some((self.text[first], self.text[last]))
    }

    /// Whether `offset` is neither space nor comment nor directive.
    pub(super) fn is_code(&self, offset: usize) -> bool {
        matches!(self.classes[offset], Class::Code | Class::Literal)
    }

    /// Where `name` stands as a word of its own in `span`: not in comments and strings, not as a
    /// field after `.` or `->`.
    pub(super) fn mentions<'a>(
        &'a self,
        name: &'a str,
        span: Span,
    ) -> impl Iterator<Item = usize> + 'a {
        self.words(span)
            .filter(move |word| &self.text[word.clone()] == name.as_bytes())
            .map(|word| word.start)
    }

    /// The identifiers and numbers in `span` that are no fields.
    pub(super) fn words(&self, span: Span) -> impl Iterator<Item = Range<usize>> {
        let mut at = span.range().start;
        let end = span.range().end.min(self.text.len());
        std::iter::from_fn(move || {
            let start = (at..end).find(|&offset| self.is_word(offset))?;
            let stop = (start..end).find(|&offset| !self.is_word(offset)).unwrap_or(end);
            at = stop;
            Some(start..stop)
        })
        .filter(|word| !self.is_field(word.start))
    }

    /// Whether nothing of what stands before `offset` belongs to what stands there.
    pub(super) fn starts_afresh(&self, offset: usize) -> bool {
        let known = |at: &usize| !matches!(self.classes[*at], Class::Space | Class::Comment);
        let Some(last) = (0..offset).rev().find(known) else {
            return true;
        };
        let before = &self.text[..=last];
        let keyword = [&b"else"[..], b"do"].iter().any(|word| before.ends_with(word));
        let mark = matches!(self.text[last], b';' | b'(' | b'{' | b'}' | b')' | b':' | b',');
        self.classes[last] == Class::Directive || mark || keyword
    }

    /// The conditional lines and other directives that share a byte with `range`, and where they
    /// begin.
    pub(super) fn directives(
        &self,
        range: &Range<usize>,
    ) -> impl Iterator<Item = (usize, Directive)> {
        let last = self.line_at(range.end.saturating_sub(1));
        let lines = &self.lines[self.line_at(range.start)..self.lines.len().min(last + 1)];
        lines.iter().filter_map(|line| match line.kind {
            LineKind::Directive(directive) => Some((line.bytes.start, directive)),
            _ => None,
        })
    }

    fn is_word(&self, offset: usize) -> bool {
        let known = matches!(self.classes[offset], Class::Code | Class::Directive);
        known && (self.text[offset].is_ascii_alphanumeric() || self.text[offset] == b'_')
    }

    fn is_field(&self, start: usize) -> bool {
        let before = self.text[..start].trim_ascii_end();
        before.ends_with(b"->") || (before.ends_with(b".") && !before.ends_with(b".."))
    }
}

fn lines(text: &[u8], classes: &[Class]) -> Vec<Line> {
    let mut end = 0;
    text.split_inclusive(|&byte| byte == b'\n')
        .map(|line| {
            let bytes = end..end + line.len();
            end = bytes.end;
            Line { kind: kind(line, &classes[bytes.clone()]), bytes }
        })
        .collect()
}

fn kind(line: &[u8], classes: &[Class]) -> LineKind {
    let has = |class| classes.contains(&class);
    if has(Class::Code) || has(Class::Literal) {
        LineKind::Code
    } else if has(Class::Directive) {
        LineKind::Directive(directive(line))
    } else if has(Class::Comment) {
        LineKind::Comment
    } else {
        LineKind::Blank
    }
}

/// What the line does; a line that only continues a directive is `Other`.
fn directive(line: &[u8]) -> Directive {
    let Some(after) = line.trim_ascii_start().strip_prefix(b"#") else {
        return Directive::Other;
    };
    let after = after.trim_ascii_start();
    let length = after.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    match &after[..length] {
        b"if" | b"ifdef" | b"ifndef" => Directive::Open,
        b"else" | b"elif" | b"elifdef" | b"elifndef" => Directive::Middle,
        b"endif" => Directive::Close,
        _ => Directive::Other,
    }
}

fn classify(text: &[u8]) -> Vec<Class> {
    let mut classes = Vec::with_capacity(text.len());
    let mut starts_line = true;
    while classes.len() < text.len() {
        let start = classes.len();
        let (class, length) = token(&text[start..], starts_line);
        starts_line = match class {
            Class::Space => starts_line || text[start] == b'\n',
            Class::Comment => starts_line,
            _ => false,
        };
        classes.resize((start + length).min(text.len()), class);
    }
    classes
}

fn token(text: &[u8], starts_line: bool) -> (Class, usize) {
    match text {
        [b'/', b'*', ..] => (Class::Comment, after(text, 2, b"*/")),
        [b'/', b'/', ..] => (Class::Comment, line_length(text)),
        [b'"', ..] => (Class::Literal, string_length(text)),
        [b'\'', ..] => (Class::Literal, character_length(text)),
        // Attributes, not directives.
        [b'#', b'[' | b'!', ..] => (Class::Code, 1),
        [b'#', ..] if starts_line => (Class::Directive, directive_length(text)),
        [byte, ..] if byte.is_ascii_whitespace() => (Class::Space, 1),
        _ => (Class::Code, 1),
    }
}

/// The length up to and including the first `end` after `from`.
fn after(text: &[u8], from: usize, end: &[u8]) -> usize {
    let found = text[from..].windows(end.len()).position(|window| window == end);
    found.map_or(text.len(), |position| from + position + end.len())
}

fn line_length(text: &[u8]) -> usize {
    text.iter().position(|&byte| byte == b'\n').unwrap_or(text.len())
}

/// A string ends at its quote, or unclosed at the end of its line.
fn string_length(text: &[u8]) -> usize {
    let mut at = 1;
    while at < text.len() {
        match text[at] {
            b'\\' => at += 1,
            b'"' => return at + 1,
            b'\n' => return at,
            _ => {}
        }
        at += 1;
    }
    text.len()
}

/// A quote may also open a lifetime, which is one byte of no interest.
fn character_length(text: &[u8]) -> usize {
    match text {
        [_, b'\\', _, rest @ ..] => {
            let line = &rest[..line_length(rest)];
            line.iter().position(|&byte| byte == b'\'').map_or(1, |quote| quote + 4)
        }
        [_, _, b'\'', ..] => 3,
        _ => 1,
    }
}

/// A directive ends with its line, unless a backslash or a comment carries it over.
fn directive_length(text: &[u8]) -> usize {
    let mut at = 0;
    while at < text.len() && text[at] != b'\n' {
        at += match &text[at..] {
            [b'\\', b'\r', b'\n', ..] => 3,
            [b'\\', _, ..] => 2,
            [b'/', b'*', ..] => after(&text[at..], 2, b"*/"),
            _ => 1,
        };
    }
    at.min(text.len())
}
