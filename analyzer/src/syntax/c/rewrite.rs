//! The rewriting rules: what each construct becomes.

mod argument;
mod bracket;
mod member;
mod nest;
mod statement;
mod value;

use super::mask::{Masked, Scope};
use super::strip::{blank, strip};
use super::token::{Token, TokenKind};
use super::words::WordClass;
use crate::model::Span;
use bracket::{NONE, mates};
use nest::Nest;

/// The state of the pass over the tokens of one item.
pub(super) struct Rewriter {
    text: Vec<u8>,
    tokens: Vec<Token>,
    /// For each bracket, the position of its partner.
    mates: Vec<u32>,
    scope: Scope,
    /// The first token that belongs to values or statements.
    first: usize,
    stack: Vec<Nest>,
    /// The last token after which a semicolon was put.
    ended: usize,
    /// The first token that is not yet dealt with.
    next: usize,
}

impl Rewriter {
    pub(super) fn new(mut text: Vec<u8>, tokens: &[Token], scope: Scope) -> Self {
        let tokens = strip(&mut text, tokens);
        let mates = mates(&tokens);
        let mut rewriter = Self {
            text,
            tokens,
            mates,
            scope,
            first: 0,
            stack: Vec::new(),
            ended: usize::MAX,
            next: 0,
        };
        rewriter.first = rewriter.find_first();
        rewriter
    }

    pub(super) fn run(mut self) -> Masked {
        for at in 0..self.tokens.len() {
            if at >= self.next {
                self.token(at);
            }
        }
        Masked { body: self.body(), text: self.text }
    }

    fn find_first(&self) -> usize {
        let opener = if self.scope == Scope::Initializer { b'=' } else { b'{' };
        let mut at = 0;
        while at < self.tokens.len() && !self.is(at, opener) {
            at = self.mate(at).filter(|&mate| mate > at).unwrap_or(at) + 1;
        }
        at
    }

    fn body(&self) -> Option<Span> {
        let close = self.mate(self.first)?;
        Some(Span::new(self.tokens[self.first].span.start, self.tokens[close].span.end))
    }

    fn is(&self, at: usize, mark: u8) -> bool {
        self.tokens.get(at).is_some_and(|token| token.is(mark))
    }

    fn word(&self, at: usize) -> Option<WordClass> {
        self.tokens.get(at)?.word()
    }

    /// The class of the word before `at`.
    fn word_before(&self, at: usize) -> Option<WordClass> {
        self.word(at.checked_sub(1)?)
    }

    fn mate(&self, at: usize) -> Option<usize> {
        self.mates.get(at).filter(|&&mate| mate != NONE).map(|&mate| mate as usize)
    }

    fn top(&self) -> Option<Nest> {
        self.stack.last().copied()
    }

    fn token(&mut self, at: usize) {
        match self.tokens[at].kind {
            TokenKind::Mark(b'{') => self.stack.push(self.brace(at)),
            TokenKind::Mark(b'(') => {
                if at > self.first && self.is_call(at) {
                    self.arguments(at);
                }
                self.stack.push(Nest::Inner);
            }
            TokenKind::Mark(b'[') => self.stack.push(Nest::Inner),
            TokenKind::Mark(b'}' | b')' | b']') => {
                self.stack.pop();
            }
            TokenKind::Value => self.value(at),
            TokenKind::Text if at > self.first => self.text_parts(at),
            TokenKind::Ellipsis if self.top() == Some(Nest::Block) => {
                self.write(at, b"|| ");
            }
            TokenKind::Word(WordClass::Measure) => self.measure(at),
            TokenKind::Word(WordClass::Plain | WordClass::Block) => self.plain_word(at),
            _ => {}
        }
    }

    fn is_call(&self, open: usize) -> bool {
        matches!(
            self.word_before(open),
            Some(WordClass::Plain | WordClass::Block | WordClass::Measure)
        )
    }

    /// As keywords they take but a plain field or a type; as calls they take anything.
    fn measure(&mut self, at: usize) {
        self.write_first(at, b'O');
    }

    fn plain_word(&mut self, at: usize) {
        let Some(close) = self.mate(at + 1).filter(|_| self.is(at + 1, b'(')) else {
            return self.lone_word(at);
        };
        match self.top() {
            // A name or a type that a macro makes.
            None if self.is_declared(close) => {
                self.take_out(at + 1, close);
            }
            _ if self.is_part_of_text(at, close) => self.take_out(at + 1, close),
            Some(Nest::Block) if self.starts_statement(at) => self.invocation(at, close),
            Some(Nest::Members) if self.starts_member(at) => self.member_macro(at, close),
            Some(Nest::Values) if self.lacks_comma(close) => self.insert_after(close, b','),
            _ => {}
        }
    }

    /// A word that no argument list follows.
    fn lone_word(&mut self, at: usize) {
        match self.top() {
            Some(Nest::Values) if !self.is_part_of_text(at, at) && self.lacks_comma(at) => {
                self.insert_after(at, b',');
            }
            Some(Nest::Block) if self.starts_statement(at) => self.lone_statement(at),
            _ => {}
        }
    }

    /// Whether a variable at file scope is declared with what ends at `close`.
    fn is_declared(&self, close: usize) -> bool {
        self.scope == Scope::Initializer && (self.is(close + 1, b'=') || self.declares(close))
    }

    /// `NAME(arguments) x;` and the like: what follows is a declarator.
    fn declares(&self, close: usize) -> bool {
        self.word(close + 1) == Some(WordClass::Plain)
            && [b';', b'=', b'[', b','].iter().any(|&mark| self.is(close + 2, mark))
    }

    fn line_ends(&self, at: usize) -> bool {
        let from = self.tokens[at].span.end as usize;
        let to = self.tokens.get(at + 1).map_or(self.text.len(), |next| next.span.start as usize);
        self.text[from..to].contains(&b'\n')
    }

    fn write_first(&mut self, at: usize, byte: u8) {
        self.text[self.tokens[at].span.start as usize] = byte;
    }

    /// Blanks tokens, which have no further meaning.
    fn take_out(&mut self, first: usize, last: usize) {
        self.blank_between(first, last);
        self.next = last + 1;
    }

    fn blank_between(&mut self, first: usize, last: usize) {
        let span = Span::new(self.tokens[first].span.start, self.tokens[last].span.end);
        blank(&mut self.text, span);
    }

    fn write(&mut self, at: usize, bytes: &[u8]) {
        self.text[self.tokens[at].span.range()].copy_from_slice(bytes);
    }

    /// Puts `byte` into the blank after a token, if there is one.
    fn insert_after(&mut self, at: usize, byte: u8) {
        let blank = self.text.get_mut(self.tokens[at].span.end as usize);
        if let Some(blank) = blank.filter(|blank| blank.is_ascii_whitespace()) {
            *blank = byte;
        }
    }
}
