//! From what goes to the bytes that go.

use std::ops::Range;

use super::layout::{Class, Directive, Layout};
use super::trivia::Lines;
use crate::model::Span;

/// Something that goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cut {
    pub(super) span: Span,
    /// Whether the comment above it is about nothing that follows.
    pub(super) owns_comment: bool,
    /// Whether it is a piece of a statement, with the rest of it before.
    pub(super) is_part: bool,
}

/// The bytes to delete, ordered and apart; the span that cuts conditional compilation on failure.
pub(super) fn deletions(layout: &Layout<'_>, cuts: &[Cut]) -> Result<Vec<Span>, Span> {
    let mut lines = Lines::new(layout);
    let mut ranges = Vec::new();
    for cut in joined(layout, cuts) {
        match whole_lines(layout, cut.span.range()) {
            Some(whole) => lines.delete(whole, cut.owns_comment),
            None => ranges.push(trimmed(layout, cut.span.range())),
        }
    }
    lines.settle()?;
    ranges.extend(lines.ranges());
    let spans = merged(ranges);
    let torn = |span: &&Span| !is_balanced(layout, &span.range(), &lines);
    match spans.iter().find(torn) {
        Some(span) => Err(*span),
        None => Ok(spans),
    }
}

/// Cuts with nothing but space and comments between them, on one line, are one.
fn joined(layout: &Layout<'_>, cuts: &[Cut]) -> Vec<Cut> {
    let mut cuts = cuts.to_vec();
    cuts.sort();
    let mut joined: Vec<Cut> = Vec::new();
    for cut in cuts {
        match joined.last_mut() {
            Some(last) if cut.span.start < last.span.end => {
                last.span.end = last.span.end.max(cut.span.end);
            }
            Some(last) if is_gap(layout, last.span.range().end..cut.span.range().start) => {
                last.span.end = cut.span.end;
            }
            _ => joined.push(cut),
        }
    }
    joined
}

fn is_gap(layout: &Layout<'_>, mut between: Range<usize>) -> bool {
    between.all(|offset| {
        matches!(layout.class(offset), Class::Space | Class::Comment) && !layout.is_line_end(offset)
    })
}

/// The whole lines around `cut`, if nothing else but comments is on them.
fn whole_lines(layout: &Layout<'_>, cut: Range<usize>) -> Option<Range<usize>> {
    let (mut start, mut end) = (cut.start, cut.end);
    while start > 0 && !layout.is_line_end(start - 1) {
        start -= 1;
        if !matches!(layout.class(start), Class::Space | Class::Comment) {
            return None;
        }
    }
    while end < layout.text.len() {
        end += 1;
        if layout.is_line_end(end - 1) {
            break;
        }
        if !matches!(layout.class(end - 1), Class::Space | Class::Comment) {
            return None;
        }
    }
    Some(layout.line_at(start)..layout.line_at(end - 1) + 1)
}

/// A cut from the middle of a line takes the space up to what follows, or the space before it if
/// nothing does.
fn trimmed(layout: &Layout<'_>, cut: Range<usize>) -> Range<usize> {
    let text = layout.text;
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let after = text[cut.end..].iter().take_while(|byte| blank(byte)).count();
    let rest = &text[cut.end + after..];
    let ends_line = rest.is_empty() || rest.starts_with(b"\n") || rest.starts_with(b"\r\n");
    if !ends_line {
        let spaced = text[..cut.start].last().is_none_or(|byte| byte.is_ascii_whitespace());
        return cut.start..cut.end + if spaced { after } else { 0 };
    }
    let before = text[..cut.start].iter().rev().take_while(|byte| blank(byte)).count();
    cut.start - before..cut.end + after
}

fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Span> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged.iter().filter_map(span).collect()
}

fn span(range: &Range<usize>) -> Option<Span> {
    Some(Span::new(u32::try_from(range.start).ok()?, u32::try_from(range.end).ok()?))
}

/// Whether every conditional in `range` is there from its `#if` to its `#endif`, and no other
/// directive is.
fn is_balanced(layout: &Layout<'_>, range: &Range<usize>, lines: &Lines<'_, '_>) -> bool {
    let mut depth = 0_usize;
    for (at, directive) in layout.directives(range) {
        match directive {
            Directive::Middle if lines.begins_branch(at) => {}
            Directive::Open => depth += 1,
            Directive::Close if depth > 0 => depth -= 1,
            Directive::Middle if depth > 0 => {}
            _ => return false,
        }
    }
    depth == 0
}
