//! Which branches of conditional compilation are kept.

use super::token::{Token, TokenKind};

/// Which branches are kept. A group *splits* if its branches are not whole statements or members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Branches {
    /// All, except what `#if 0` and `#if 1` rule out.
    All,
    /// The first of each group that splits, all of the others.
    SplitFirst,
    /// The `#else` branch of each group that splits, all of the others.
    SplitElse,
    /// The first of each group.
    First,
    /// The `#else` branch of each group.
    Else,
}

impl Branches {
    /// From what keeps most to what keeps least.
    pub(crate) const ATTEMPTS: [Self; 5] =
        [Self::All, Self::SplitFirst, Self::SplitElse, Self::First, Self::Else];
}

/// A range of token positions.
pub(super) type Range = std::ops::Range<usize>;

/// The ranges of tokens that `branches` leaves out.
pub(super) fn dropped(text: &[u8], tokens: &[Token], branches: Branches) -> Vec<Range> {
    let mut selection = Selection { text, tokens, branches, open: Vec::new(), dropped: Vec::new() };
    for (at, token) in tokens.iter().enumerate() {
        if token.kind == TokenKind::Directive {
            selection.directive(at);
        }
    }
    while !selection.open.is_empty() {
        selection.close(tokens.len());
    }
    selection.dropped
}

/// An open group.
struct Group {
    /// The first token of each branch.
    starts: Vec<usize>,
    /// What the first condition is known to be.
    known: Option<bool>,
    has_else: bool,
}

struct Selection<'a> {
    text: &'a [u8],
    tokens: &'a [Token],
    branches: Branches,
    open: Vec<Group>,
    dropped: Vec<Range>,
}

impl Selection<'_> {
    fn directive(&mut self, at: usize) {
        let line = self.text[self.tokens[at].span.range()].get(1..).unwrap_or_default();
        let line = line.trim_ascii_start();
        let length = line.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let (word, rest) = line.split_at(length);
        match word {
            b"if" | b"ifdef" | b"ifndef" => {
                let known = if word == b"if" { known_value(rest) } else { None };
                self.open.push(Group { starts: vec![at + 1], known, has_else: false });
            }
            b"elif" | b"else" => self.branch(at, word == b"else"),
            b"endif" => self.close(at),
            _ => {}
        }
    }

    /// An item may begin inside a group; then its first branch begins with the item.
    fn branch(&mut self, at: usize, is_else: bool) {
        if self.open.is_empty() {
            self.open.push(Group { starts: vec![0], known: None, has_else: false });
        }
        if let Some(group) = self.open.last_mut() {
            group.starts.push(at + 1);
            group.has_else |= is_else;
        }
    }

    fn close(&mut self, end: usize) {
        let Some(group) = self.open.pop() else { return };
        let kept = self.kept(&group, end);
        for (number, branch) in group.ranges(end).enumerate() {
            if !kept.contains(&number) {
                self.dropped.push(branch);
            }
        }
    }

    /// The numbers of the branches that are kept.
    fn kept(&self, group: &Group, end: usize) -> Range {
        let count = group.starts.len();
        let otherwise = if group.has_else { count - 1..count } else { count..count };
        match (group.known, self.branches) {
            (Some(true), _) => 0..1,
            (Some(false), _) => 1..count,
            (None, Branches::All) => 0..count,
            (None, Branches::SplitFirst | Branches::SplitElse) if !self.splits(group, end) => {
                0..count
            }
            (None, Branches::SplitFirst | Branches::First) => 0..1,
            (None, Branches::SplitElse | Branches::Else) => otherwise,
        }
    }

    fn splits(&self, group: &Group, end: usize) -> bool {
        let before = group.starts[0].checked_sub(2).map(|at| self.tokens[at]);
        let begins = before.is_none_or(ends_statement);
        !begins || group.ranges(end).any(|branch| self.is_partial(&self.tokens[branch]))
    }

    fn is_partial(&self, branch: &[Token]) -> bool {
        let mut depth = 0_i32;
        for token in branch {
            match token.kind {
                TokenKind::Mark(b'(' | b'{' | b'[') => depth += 1,
                TokenKind::Mark(b')' | b'}' | b']') => depth -= 1,
                _ => {}
            }
            if depth < 0 {
                return true;
            }
        }
        depth != 0 || branch.last().is_some_and(|&last| !ends_statement(last))
    }
}

impl Group {
    fn ranges(&self, end: usize) -> impl Iterator<Item = Range> {
        let ends = self.starts.iter().skip(1).map(|start| start - 1).chain([end]);
        self.starts.iter().zip(ends).map(|(&start, end)| start..end.max(start))
    }
}

fn ends_statement(token: Token) -> bool {
    match token.kind {
        TokenKind::Mark(mark) => matches!(mark, b';' | b'{' | b'}' | b':' | b','),
        kind => kind == TokenKind::Directive,
    }
}

fn known_value(condition: &[u8]) -> Option<bool> {
    match condition.trim_ascii() {
        b"0" => Some(false),
        b"1" => Some(true),
        _ => None,
    }
}
