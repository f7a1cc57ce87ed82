//! The comments, blank lines and conditionals that go with deleted lines.

use std::ops::Range;

use super::layout::{Class, Directive, Layout, LineKind};
use crate::model::Span;

/// Which lines of a file go.
pub(super) struct Lines<'l, 't> {
    layout: &'l Layout<'t>,
    gone: Vec<bool>,
    /// First lines of things that own the comment above them.
    owners: Vec<usize>,
    /// Lines that begin the last branch of a conditional that stays without it.
    branches: Vec<usize>,
}

impl<'l, 't> Lines<'l, 't> {
    pub(super) fn new(layout: &'l Layout<'t>) -> Self {
        Self {
            layout,
            gone: vec![false; layout.lines.len()],
            owners: Vec::new(),
            branches: Vec::new(),
        }
    }

    /// Deletes the lines with these indices.
    pub(super) fn delete(&mut self, lines: Range<usize>, owns_comment: bool) {
        if owns_comment {
            self.owners.push(lines.start);
        }
        self.gone[lines].fill(true);
    }

    /// Deletes what has no purpose any more; the bytes of a conditional that would be left with
    /// an empty part on failure.
    pub(super) fn settle(&mut self) -> Result<(), Span> {
        loop {
            self.delete_comments();
            if !self.delete_conditional()? {
                break;
            }
        }
        self.delete_blanks();
        Ok(())
    }

    /// Whether an offset is on a line that began a branch, and that goes with it.
    pub(super) fn begins_branch(&self, offset: usize) -> bool {
        self.branches.contains(&self.layout.line_at(offset))
    }

    /// The bytes of the lines that go.
    pub(super) fn ranges(&self) -> Vec<Range<usize>> {
        let lines = &self.layout.lines;
        let bytes = |run: Range<usize>| lines[run.start].bytes.start..lines[run.end - 1].bytes.end;
        self.runs(|line| self.gone[line]).into_iter().map(bytes).collect()
    }

    fn kind(&self, line: usize) -> LineKind {
        self.layout.lines[line].kind
    }

    /// Maximal ranges of lines that `belongs` accepts.
    fn runs(&self, belongs: impl Fn(usize) -> bool) -> Vec<Range<usize>> {
        let mut runs: Vec<Range<usize>> = Vec::new();
        for line in (0..self.gone.len()).filter(|&line| belongs(line)) {
            match runs.last_mut() {
                Some(run) if run.end == line => run.end += 1,
                _ => runs.push(line..line + 1),
            }
        }
        runs
    }

    /// Last run first, since its comment may stand between it and the run before.
    fn delete_comments(&mut self) {
        for run in self.runs(|line| self.gone[line]).into_iter().rev() {
            let owned = self.owners.contains(&run.start) || self.is_documented(run.start);
            if owned || self.ends_paragraph(run.start, run.end) {
                let comment = self.comment_above(run.start);
                self.gone[comment..run.start].fill(true);
            }
        }
    }

    /// Whether the comment directly above the line is one that documents what follows it.
    fn is_documented(&self, line: usize) -> bool {
        let start = self.comment_start(line);
        start.is_some_and(|start| {
            let text = &self.layout.text[self.layout.lines[start].bytes.clone()];
            text.trim_ascii_start().starts_with(b"/**")
        })
    }

    /// Whether `next` is past the statements that a comment above `first` heads.
    fn ends_paragraph(&self, first: usize, next: usize) -> bool {
        let next = (next..self.gone.len()).find(|&line| !self.gone[line]);
        let Some(next) = next else { return true };
        let shallower = self.layout.indentation(next).len() < self.layout.indentation(first).len();
        self.kind(next) != LineKind::Code || shallower || self.closes(next)
    }

    /// The first line of the comments directly above `line` with its indentation; `line` itself
    /// if there are none. The comment that opens the file is about the file.
    fn comment_above(&self, line: usize) -> usize {
        let indentation = self.layout.indentation(line);
        let mut top = line;
        while let Some(start) = self.comment_start(top) {
            if start == 0 || self.layout.indentation(start) != indentation {
                break;
            }
            top = start;
        }
        top
    }

    /// The first line of the comment whose last line is the one before `line`, if it has its
    /// lines for itself.
    fn comment_start(&self, line: usize) -> Option<usize> {
        let mut start = line.checked_sub(1)?;
        let is_comment = |line: usize| self.kind(line) == LineKind::Comment && !self.gone[line];
        while is_comment(start) && start > 0 && self.continues_comment(start) {
            start -= 1;
        }
        is_comment(start).then_some(start)
    }

    fn continues_comment(&self, line: usize) -> bool {
        let start = self.layout.lines[line].bytes.start;
        start > 0 && self.layout.class(start - 1) == Class::Comment
    }

    /// Deletes one conditional around nothing but deleted lines.
    fn delete_conditional(&mut self) -> Result<bool, Span> {
        for run in self.runs(|line| self.gone[line]) {
            let blank = |&line: &usize| self.gone[line] || self.kind(line) == LineKind::Blank;
            let Some(before) = (0..run.start).rev().find(|line| !blank(line)) else {
                continue;
            };
            let Some(after) = (run.end..self.gone.len()).find(|line| !blank(line)) else {
                continue;
            };
            match (self.conditional(before), self.conditional(after)) {
                (Some(Directive::Open), Some(Directive::Close)) => {
                    self.gone[before..=after].fill(true);
                    return Ok(true);
                }
                (Some(Directive::Middle), Some(Directive::Close)) => {
                    self.branches.push(before);
                    self.gone[before..after].fill(true);
                    return Ok(true);
                }
                (Some(Directive::Open | Directive::Middle), Some(_)) => {
                    let bytes = &self.layout.lines[before].bytes;
                    return Err(span(bytes));
                }
                _ => {}
            }
        }
        Ok(false)
    }

    fn conditional(&self, line: usize) -> Option<Directive> {
        match self.kind(line) {
            LineKind::Directive(Directive::Other) => None,
            LineKind::Directive(directive) => Some(directive),
            _ => None,
        }
    }

    /// Between two things that stay, the longest of the blank runs around what goes stays; at the
    /// start or end of a block only those that were there before.
    fn delete_blanks(&mut self) {
        let loose = |line: usize| self.gone[line] || self.kind(line) == LineKind::Blank;
        for group in self.runs(loose) {
            let (gone, mut blanks) = self.parts(&group);
            if !gone {
                continue;
            }
            let opens = group.start.checked_sub(1).is_none_or(|line| self.opens(line));
            let closes = group.end == self.gone.len() || self.closes(group.end);
            blanks.retain(|run| !opens || run.start == group.start);
            blanks.retain(|run| !closes || run.end == group.end);
            let keep = blanks.into_iter().rev().max_by_key(Range::len).unwrap_or(0..0);
            self.gone[group].fill(true);
            self.gone[keep].fill(false);
        }
    }

    /// Whether lines of `group` go, and the runs of blank lines between those.
    fn parts(&self, group: &Range<usize>) -> (bool, Vec<Range<usize>>) {
        let gone = group.clone().any(|line| self.gone[line]);
        let blanks = self.runs(|line| group.contains(&line) && !self.gone[line]);
        (gone, blanks)
    }

    fn opens(&self, line: usize) -> bool {
        match self.kind(line) {
            LineKind::Directive(Directive::Open | Directive::Middle) => true,
            _ => self.layout.code_ends(line).is_some_and(|(_, last)| matches!(last, b'{' | b':')),
        }
    }

    fn closes(&self, line: usize) -> bool {
        match self.kind(line) {
            LineKind::Directive(Directive::Middle | Directive::Close) => true,
            _ => self.layout.code_ends(line).is_some_and(|(first, _)| first == b'}'),
        }
    }
}

fn span(bytes: &Range<usize>) -> Span {
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span::new(offset(bytes.start), offset(bytes.end))
}
