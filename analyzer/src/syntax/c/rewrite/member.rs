//! Members of structures that a macro makes.

use super::Rewriter;
use crate::syntax::c::token::TokenKind;

impl Rewriter {
    pub(super) fn starts_member(&self, at: usize) -> bool {
        at.checked_sub(1)
            .is_some_and(|before| matches!(self.tokens[before].kind, TokenKind::Mark(b';' | b'{')))
    }

    /// `LIST_ENTRY(Foo) next;` keeps its name as a type, `DECLARE_BITMAP(a, b);` vanishes.
    pub(super) fn member_macro(&mut self, at: usize, close: usize) {
        match self.tokens.get(close + 1).map(|token| token.kind) {
            Some(TokenKind::Word(_)) if !self.line_ends(close) => self.take_out(at + 1, close),
            Some(TokenKind::Mark(b'*')) => self.take_out(at + 1, close),
            Some(TokenKind::Mark(b';')) => self.take_out(at, close + 1),
            Some(TokenKind::Word(_) | TokenKind::Mark(b'}')) => self.take_out(at, close),
            _ => {}
        }
    }
}
