//! Makes what the preprocessor would expand harmless to the parser, without moving a byte.
//!
//! The result has the length of the source, so every offset in the tree is an offset in the
//! source. Lowering recognises what was rewritten by comparing the two.

use super::conditional::{self, Branches};
use super::rewrite::Rewriter;
use super::token::{Token, TokenKind, tokens};
pub(crate) use super::words::MacroWords;
use crate::model::Span;

/// What an item is, for the rewriting rules that apply to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// A function with its body.
    Function,
    /// Variables with their initialisers.
    Initializer,
    /// A structure with its members.
    Record,
}

/// The text of one item, split into tokens.
pub(crate) struct Source<'a> {
    text: &'a [u8],
    words: &'a MacroWords,
    scope: Scope,
    tokens: Vec<Token>,
}

/// Text that is ready to parse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Masked {
    /// As long as the source.
    pub(crate) text: Vec<u8>,
    /// The braces of the outermost body and what they enclose, if there are any.
    pub(crate) body: Option<Span>,
}

impl<'a> Source<'a> {
    /// Splits `text`, which is one item.
    pub(crate) fn new(text: &'a [u8], scope: Scope, words: &'a MacroWords) -> Self {
        Self { text, words, scope, tokens: tokens(text, words) }
    }

    /// The lines of its directives.
    pub(crate) fn directives(&self) -> impl Iterator<Item = Span> {
        let directives = self.tokens.iter().filter(|token| token.kind == TokenKind::Directive);
        directives.map(|token| token.span)
    }

    /// The text with only the chosen branches of conditional compilation.
    pub(crate) fn masked(&self, branches: Branches) -> Masked {
        let mut text = ascii(self.text);
        let tokens = self.select(&mut text, branches);
        Rewriter::new(text, tokens, self.scope, self.words).run()
    }

    /// Blanks directives and the branches left out, and returns the tokens that remain.
    fn select(&self, text: &mut [u8], branches: Branches) -> Vec<Token> {
        if self.directives().next().is_none() {
            return self.tokens.clone();
        }
        let mut keep = vec![true; self.tokens.len()];
        for range in conditional::dropped(self.text, &self.tokens, branches) {
            keep[range].fill(false);
        }
        let mut kept = Vec::with_capacity(self.tokens.len());
        for (&token, keep) in self.tokens.iter().zip(keep) {
            if keep && token.kind != TokenKind::Directive {
                kept.push(token);
            } else {
                // Not with spaces: those mark words that belong to the statement after them.
                text[token.span.range()].fill(b'\n');
            }
        }
        kept
    }
}

/// The parser must not stumble over bytes that are no UTF-8.
fn ascii(text: &[u8]) -> Vec<u8> {
    let mut text = text.to_vec();
    if !text.is_ascii() {
        for byte in text.iter_mut().filter(|byte| !byte.is_ascii()) {
            *byte = b'x';
        }
    }
    text
}
