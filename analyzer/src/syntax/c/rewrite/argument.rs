//! Arguments: each becomes an expression.

use super::Rewriter;
use crate::syntax::c::strip::blank;
use crate::syntax::c::token::{Token, TokenKind};
use crate::syntax::c::words::WordClass;

impl Rewriter {
    /// Makes each argument of the call at `open` an expression.
    pub(super) fn arguments(&mut self, open: usize) {
        let Some(close) = self.mate(open) else { return };
        let mut start = open + 1;
        let mut at = start;
        while at <= close {
            if at == close || self.is(at, b',') {
                self.argument(start, at);
                start = at + 1;
            }
            at = self.mate(at).filter(|&mate| mate > at && mate < close).unwrap_or(at) + 1;
        }
    }

    pub(super) fn argument(&mut self, start: usize, end: usize) {
        let Some(first) = self.tokens.get(start).filter(|_| start < end).copied() else {
            return self.empty_argument(start, end);
        };
        match first.kind {
            TokenKind::Word(_) => self.type_argument(start, end),
            TokenKind::Mark(b'.') if end > start + 1 => blank(&mut self.text, first.span),
            TokenKind::Mark(b'(' | b'{' | b'[') => {}
            TokenKind::Mark(_) => self.operator_argument(start, end),
            _ => {}
        }
    }

    /// `F(a, ==, b)` and `F(a, +1+, b)`: operators without operands.
    pub(super) fn operator_argument(&mut self, start: usize, end: usize) {
        let is_operator = |token: &Token| match token.kind {
            TokenKind::Mark(mark) => !b"(){}[]".contains(&mark),
            _ => false,
        };
        let count =
            self.tokens[start..end].iter().rev().take_while(|token| is_operator(token)).count();
        let is_step = count == 2 && !self.is(end - 1, b'=');
        if count == end - start && !self.is(start, b'*') {
            self.blank_between(start, end - 1);
            self.write_first(start, b'0');
        } else if count > 0 && count < end - start && !is_step {
            self.blank_between(end - count, end - 1);
        }
    }

    /// Of `const struct Foo *`, the name is kept.
    pub(super) fn type_argument(&mut self, start: usize, end: usize) {
        let words =
            self.tokens[start..end].iter().take_while(|token| token.word().is_some()).count();
        let stars = self.tokens[start + words..end]
            .iter()
            .all(|token| token.is(b'*') || token.word() == Some(WordClass::Qualifier));
        if !stars
            || self.tokens[start..end].iter().any(|token| token.word() == Some(WordClass::Keyword))
        {
            return;
        }
        for at in (start..end).filter(|&at| at != start + words - 1) {
            blank(&mut self.text, self.tokens[at].span);
        }
    }

    /// `F(a, , b)`: a zero where there is room for it, one argument fewer elsewhere.
    pub(super) fn empty_argument(&mut self, start: usize, end: usize) {
        let only = self.is(end, b')') && self.is(start - 1, b'(');
        if only {
            return;
        }
        let (from, to) =
            (self.tokens[start - 1].span.end as usize, self.tokens[end].span.start as usize);
        if self.text[from..to].first().is_some_and(u8::is_ascii_whitespace) {
            self.text[from] = b'0';
            return;
        }
        let comma = if self.is(end, b',') { end } else { start - 1 };
        blank(&mut self.text, self.tokens[comma].span);
    }
}
