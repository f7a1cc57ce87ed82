//! The tokens of one item, as far as the lexical pass tells them apart.

use super::extent::{end_of_comment, end_of_directive, end_of_line};
use super::words::{MacroWords, WordClass};
use crate::model::Span;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// An identifier or keyword.
    Word(WordClass),
    /// A string literal.
    Text,
    /// A number or a character.
    Value,
    /// `...`
    Ellipsis,
    /// Any other byte that is not blank.
    Mark(u8),
    /// A directive with the lines that continue it.
    Directive,
}

/// A token and its bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) span: Span,
}

impl Token {
    /// Whether it is the punctuation `mark`.
    pub(super) fn is(self, mark: u8) -> bool {
        self.kind == TokenKind::Mark(mark)
    }

    /// The class of a word.
    pub(super) const fn word(self) -> Option<WordClass> {
        match self.kind {
            TokenKind::Word(class) => Some(class),
            _ => None,
        }
    }
}

/// Splits `text`; blanks and comments yield no token.
pub(super) fn tokens(text: &[u8], words: &MacroWords) -> Vec<Token> {
    let mut lexer = Lexer { text, words, at: 0, line_start: true, tokens: Vec::new() };
    lexer.tokens.reserve(text.len() / 4);
    while let Some(&byte) = text.get(lexer.at) {
        lexer.step(byte);
    }
    lexer.tokens
}

/// Whether `byte` may stand in an identifier.
pub(super) const fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

struct Lexer<'a> {
    text: &'a [u8],
    words: &'a MacroWords,
    at: usize,
    line_start: bool,
    tokens: Vec<Token>,
}

impl Lexer<'_> {
    fn step(&mut self, byte: u8) {
        match byte {
            b'\n' => {
                self.line_start = true;
                self.at += 1;
            }
            b' ' | b'\t' | b'\r' | 0x0b | 0x0c => self.at += 1,
            // A backslash outside literals continues a line.
            b'\\' => self.at += 1,
            b'/' if self.next() == Some(b'/') => self.at = end_of_line(self.text, self.at),
            b'/' if self.next() == Some(b'*') => self.at = end_of_comment(self.text, self.at),
            b'#' if self.line_start => self.directive(),
            _ => {
                self.line_start = false;
                self.token(byte);
            }
        }
    }

    fn token(&mut self, byte: u8) {
        let start = self.at;
        let kind = match byte {
            b'"' => self.quoted(byte, TokenKind::Text),
            b'\'' => self.quoted(byte, TokenKind::Value),
            b'0'..=b'9' => self.number(),
            b'.' if self.text[start..].starts_with(b"...") => {
                self.at += 3;
                TokenKind::Ellipsis
            }
            _ if is_word_byte(byte) => self.word(),
            _ => {
                self.at += 1;
                TokenKind::Mark(byte)
            }
        };
        self.push(kind, start);
    }

    fn push(&mut self, kind: TokenKind, start: usize) {
        self.tokens.push(Token { kind, span: Span::new(start as u32, self.at as u32) });
    }

    fn next(&self) -> Option<u8> {
        self.text.get(self.at + 1).copied()
    }

    fn word(&mut self) -> TokenKind {
        let start = self.at;
        let length = self.text[start..].iter().take_while(|&&byte| is_word_byte(byte)).count();
        self.at = start + length;
        TokenKind::Word(self.words.class(&self.text[start..self.at]))
    }

    fn number(&mut self) -> TokenKind {
        while let Some(&byte) = self.text.get(self.at)
            && (is_word_byte(byte) || byte == b'.' && self.next() != Some(b'.'))
        {
            self.at += 1;
        }
        TokenKind::Value
    }

    /// A literal; one that is not closed ends with its line.
    fn quoted(&mut self, quote: u8, kind: TokenKind) -> TokenKind {
        self.at += 1;
        while let Some(&byte) = self.text.get(self.at) {
            match byte {
                b'\\' => self.at += 2,
                b'\n' => break,
                _ => self.at += 1,
            }
            if byte == quote {
                break;
            }
        }
        self.at = self.at.min(self.text.len());
        kind
    }

    fn directive(&mut self) {
        let start = self.at;
        self.at = end_of_directive(self.text, start);
        self.push(TokenKind::Directive, start);
    }
}
