//! Statements that a macro makes.

use super::Rewriter;
use crate::model::Span;
use crate::syntax::c::strip::blank;
use crate::syntax::c::token::TokenKind;
use crate::syntax::c::words::WordClass;

impl Rewriter {
    pub(super) fn lone_statement(&mut self, at: usize) {
        if self.is(at + 1, b':') && self.is(at + 2, b'}') {
            self.insert_after(at + 1, b';');
        } else if self.is(at + 1, b'{') {
            self.keyword(at, b"if(1)");
        } else if self.is_function_pointer(at + 1) {
            self.keyword(at, b"int");
        } else if self.line_ends(at) && self.begins_statement(at + 1) {
            self.end_statement(at);
        }
    }

    /// `Foo *(*f)(..)`, which the parser takes for a product.
    pub(super) fn is_function_pointer(&self, at: usize) -> bool {
        let stars = self.tokens[at..].iter().take_while(|token| token.is(b'*')).count();
        stars > 0 && self.is(at + stars, b'(') && self.is(at + stars + 1, b'*')
    }

    /// Whether the token can but begin a statement, after a word on a line of its own.
    pub(super) fn begins_statement(&self, at: usize) -> bool {
        match self.word(at) {
            Some(WordClass::Plain) => {
                self.line_ends(at) || [b'(', b'-', b'.'].iter().any(|&mark| self.is(at + 1, mark))
            }
            Some(WordClass::Keyword | WordClass::Control) => true,
            _ => false,
        }
    }

    pub(super) fn starts_statement(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1).filter(|&before| before != self.ended) else {
            return true;
        };
        match self.tokens[before].kind {
            TokenKind::Mark(b';' | b'{' | b'}' | b':') => true,
            TokenKind::Mark(b')') => {
                let open = self.mate(before);
                open.and_then(|open| self.word_before(open))
                    .is_some_and(|word| word != WordClass::Keyword)
            }
            TokenKind::Word(WordClass::Keyword) => {
                matches!(&self.text[self.tokens[before].span.range()], b"else" | b"do")
            }
            _ => false,
        }
    }

    /// `NAME(arguments)` at the start of a statement.
    pub(super) fn invocation(&mut self, at: usize, close: usize) {
        let Some(after) = self.tokens.get(close + 1).copied() else {
            return;
        };
        let is_block = self.word(at) == Some(WordClass::Block);
        match after.kind {
            TokenKind::Mark(b'{') => self.header(at, close, is_block),
            TokenKind::Word(_) | TokenKind::Mark(b'*' | b'(') if self.iterates(at) => {
                self.header(at, close, false);
            }
            TokenKind::Mark(b'}') => self.end_statement(close),
            TokenKind::Mark(b':') => self.keyword(at, b"case"),
            TokenKind::Word(_) if self.declares(close) && !self.line_ends(close) => {
                self.take_out(at + 1, close)
            }
            TokenKind::Word(_) => self.end_statement(close),
            _ => {}
        }
    }

    pub(super) fn iterates(&self, at: usize) -> bool {
        let name = self.text[self.tokens[at].span.range()].to_ascii_uppercase();
        [b"FOREACH".as_slice(), b"FOR_EACH"]
            .iter()
            .any(|part| name.windows(part.len()).any(|window| window == *part))
    }

    /// The header of a block: a condition if the block runs once, of a loop otherwise.
    pub(super) fn header(&mut self, at: usize, close: usize, once: bool) {
        let keyword: &[u8] = if once { b"if" } else { b"while" };
        let Span { start, end } =
            Span::new(self.tokens[at].span.start, self.tokens[close].span.end);
        let room = self.tokens[at].span.len() as usize;
        if room < keyword.len() + usize::from(close == at + 2) {
            return;
        }
        self.keyword(at, keyword);
        if close == at + 2 {
            // Without an argument there is room in the name for a condition.
            self.text[start as usize + keyword.len()..end as usize].fill(b' ');
            self.text[start as usize + keyword.len()] = b'(';
            self.text[end as usize - 2] = b'1';
            self.text[end as usize - 1] = b')';
        }
    }

    /// Puts a keyword in the place of a word, if there is room.
    pub(super) fn keyword(&mut self, at: usize, keyword: &[u8]) {
        let name = self.tokens[at].span;
        if name.len() as usize >= keyword.len() {
            blank(&mut self.text, name);
            self.text[name.range()][..keyword.len()].copy_from_slice(keyword);
        }
    }

    pub(super) fn end_statement(&mut self, at: usize) {
        self.insert_after(at, b';');
        self.ended = at;
    }
}
