//! What braces enclose.

use super::Rewriter;
use crate::syntax::c::mask::Scope;
use crate::syntax::c::token::TokenKind;
use crate::syntax::c::words::WordClass;

/// What an open bracket encloses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nest {
    /// Statements.
    Block,
    /// Values of a braced initialiser.
    Values,
    /// Members.
    Members,
    /// Enumerators.
    Enumerators,
    /// Anything in parentheses or square brackets.
    Inner,
}

impl Rewriter {
    pub(super) fn brace(&self, at: usize) -> Nest {
        let top = self.top();
        match (at == self.first, self.scope) {
            (true, Scope::Function) => return Nest::Block,
            (true, Scope::Record) => return Nest::Members,
            _ => {}
        }
        let Some(before) = at.checked_sub(1) else {
            return Nest::Block;
        };
        match self.tokens[before].kind {
            TokenKind::Mark(b'=' | b'[') => Nest::Values,
            TokenKind::Mark(b'(' | b',') if top == Some(Nest::Inner) => {
                if self.is(at + 1, b'.') || self.is(at + 1, b'[') {
                    Nest::Values
                } else {
                    Nest::Block
                }
            }
            TokenKind::Mark(b')') => self.brace_after_parentheses(before),
            TokenKind::Word(WordClass::Record) => Nest::Members,
            TokenKind::Word(WordClass::Enum) => Nest::Enumerators,
            TokenKind::Word(WordClass::Plain)
                if self.word_before(before) == Some(WordClass::Record) =>
            {
                Nest::Members
            }
            TokenKind::Word(WordClass::Plain)
                if self.word_before(before) == Some(WordClass::Enum) =>
            {
                Nest::Enumerators
            }
            _ if top == Some(Nest::Values) => Nest::Values,
            _ => Nest::Block,
        }
    }

    /// After a cast comes an initialiser, after anything else a block.
    pub(super) fn brace_after_parentheses(&self, close: usize) -> Nest {
        let named = self.mate(close).and_then(|open| self.word_before(open));
        match named {
            Some(WordClass::Control | WordClass::Plain | WordClass::Block) => Nest::Block,
            _ => Nest::Values,
        }
    }
}
