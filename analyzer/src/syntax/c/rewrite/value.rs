//! Values: literals, and commas between them.

use super::Rewriter;
use crate::syntax::c::strip::blank;
use crate::syntax::c::token::TokenKind;
use crate::syntax::c::words::WordClass;

impl Rewriter {
    /// A macro argument that is to be pasted may begin like a number: `64BIT`.
    pub(super) fn value(&mut self, at: usize) {
        if !is_value(&self.text[self.tokens[at].span.range()]) {
            self.write_first(at, b'_');
        }
    }

    /// Of several words beside a string, one is kept: the parser takes but one in a row.
    pub(super) fn text_parts(&mut self, at: usize) {
        let is_plain = |this: &Self, at| this.word(at) == Some(WordClass::Plain);
        let mut before = at;
        while before >= 2 && is_plain(self, before - 1) && is_plain(self, before - 2) {
            before -= 1;
            blank(&mut self.text, self.tokens[before - 1].span);
        }
        let mut after = at + 1;
        while is_plain(self, after) && is_plain(self, after + 1) && !self.is(after + 2, b'(') {
            after += 1;
            blank(&mut self.text, self.tokens[after].span);
        }
    }

    /// Whether an invocation stands between string literals.
    pub(super) fn is_part_of_text(&self, at: usize, close: usize) -> bool {
        let before = at.checked_sub(1).map(|before| self.tokens[before].kind);
        let after = self.tokens.get(close + 1).map(|token| token.kind);
        before == Some(TokenKind::Text) || after == Some(TokenKind::Text)
    }

    pub(super) fn lacks_comma(&self, close: usize) -> bool {
        let Some(after) = self.tokens.get(close + 1) else {
            return false;
        };
        let begins_value = matches!(
            after.kind,
            TokenKind::Word(WordClass::Plain) | TokenKind::Value | TokenKind::Mark(b'{')
        );
        begins_value && self.line_ends(close)
    }
}

fn is_value(text: &[u8]) -> bool {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let is_suffix = |byte: &u8| byte.is_ascii_digit() || b".+-eEuUlLfF".contains(byte);
    matches!(text, [b'\'' | b'.', ..] | [b'0', b'x' | b'X' | b'b' | b'B', ..])
        || text[digits..].iter().all(is_suffix)
}
