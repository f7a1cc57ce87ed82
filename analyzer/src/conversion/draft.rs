//! Edits of one file that leave it as a formatter would.

use super::page::Page;
use crate::model::{FileId, Span};
use devmodel_edit::Edit;
use std::collections::BTreeSet;
use std::ops::Range;

/// What is to be done to a file.
#[derive(Clone, Default)]
pub(super) struct Draft {
    lines: BTreeSet<usize>,
    replaced: Vec<(Range<usize>, String)>,
    /// What can't be done.
    pub(super) refused: bool,
}

impl Draft {
    /// Deletes a node with its lines and comments.
    pub(super) fn delete(&mut self, page: &Page<'_>, node: &Range<usize>) {
        match page.lines_of(node) {
            Some(lines) => self.lines.extend(lines),
            None => self.refused = true,
        }
    }

    /// Writes something in the place of something.
    pub(super) fn replace(&mut self, node: Range<usize>, text: impl Into<String>) {
        self.replaced.push((node, text.into()));
    }

    /// Writes a line above that of a node.
    pub(super) fn insert_above(&mut self, page: &Page<'_>, node: usize, line: &str) {
        let number = page.line_of(node);
        self.refused |= !page.text[page.range(number).start..node].trim().is_empty();
        let start = page.range(number).start;
        self.replace(start..start, format!("{}{line}{}", page.indent(number), page.end()));
    }

    /// Adds what another draft does.
    pub(super) fn extend(&mut self, other: &Self) {
        self.lines.extend(&other.lines);
        self.replaced.extend(other.replaced.iter().cloned());
        self.refused |= other.refused;
    }

    /// The edits. Replacements within deleted lines are left out.
    pub(super) fn edits(&self, page: &Page<'_>, file: FileId) -> Vec<Edit> {
        let lines = with_blanks(page, &self.lines);
        let span = |range: &Range<usize>| Span::new(range.start as u32, range.end as u32);
        let mut edits = Vec::new();
        let mut gone: Vec<Range<usize>> = Vec::new();
        for line in lines {
            let range = page.range(line);
            match gone.last_mut() {
                Some(last) if last.end == range.start => last.end = range.end,
                _ => gone.push(range),
            }
        }
        // What is inserted at the edge of deleted lines stays.
        let is_within = |range: &Range<usize>, gone: &Range<usize>| match range.is_empty() {
            true => gone.start < range.start && range.end < gone.end,
            false => gone.start <= range.start && range.end <= gone.end,
        };
        let is_kept = |range: &Range<usize>| !gone.iter().any(|gone| is_within(range, gone));
        for (range, text) in self.replaced.iter().filter(|(range, _)| is_kept(range)) {
            edits.push(Edit { file, span: span(range), text: text.clone() });
        }
        edits.extend(gone.iter().map(|range| Edit::deletion(file, span(range))));
        edits.sort();
        edits.dedup();
        edits
    }
}

/// Lines that go, with the blank lines that would be left at the start or end of a block, or twice.
fn with_blanks(page: &Page<'_>, lines: &BTreeSet<usize>) -> BTreeSet<usize> {
    let mut gone = lines.clone();
    let mut rest: Vec<usize> = lines.iter().copied().collect();
    while let Some(line) = rest.pop() {
        let above = (0..line).rev().find(|above| !gone.contains(above));
        let below = (line + 1..page.len()).find(|below| !gone.contains(below));
        let is_start = above.is_none_or(|above| {
            page.is_blank(above) || page.line(above).trim_end().ends_with(['{', '(', '['])
        });
        let blank = |line: Option<usize>| line.filter(|&line| page.is_blank(line));
        let is_end =
            below.is_none_or(|below| page.line(below).trim_start().starts_with(['}', ')', ']']));
        let superfluous =
            blank(below).filter(|_| is_start).or_else(|| blank(above).filter(|_| is_end));
        if let Some(blank) = superfluous {
            gone.insert(blank);
            rest.push(blank);
            rest.push(line);
        }
    }
    gone
}
