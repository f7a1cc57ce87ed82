//! Words that are taken out before anything else is looked at: attributes and declarator macros.

use super::token::{Token, TokenKind};
use super::words::WordClass;
use crate::model::Span;

/// Blanks attributes and unwraps declarator macros; returns the tokens that remain.
pub(super) fn strip(text: &mut [u8], tokens: &[Token]) -> Vec<Token> {
    let mut kept = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while let Some(&token) = tokens.get(at) {
        let arguments = arguments(tokens, at + 1);
        at += 1;
        match (token.word(), arguments) {
            (Some(WordClass::Extension), _) => blank(text, token.span),
            (Some(WordClass::Attribute), arguments) => {
                blank(text, token.span);
                if let Some(close) = arguments.filter(|_| !tokens[at + 1].is(b'*')) {
                    blank(text, between(tokens[at], tokens[close]));
                    at = close + 1;
                }
            }
            (Some(WordClass::TypeOf), Some(close)) => {
                blank(text, between(token, tokens[close]));
                text[token.span.range()][..3].copy_from_slice(b"int");
                kept.push(Token { kind: TokenKind::Word(WordClass::Plain), ..token });
                at = close + 1;
            }
            (
                Some(class @ (WordClass::PointerDeclarator | WordClass::ValueDeclarator)),
                Some(close),
            ) => {
                blank(text, token.span);
                blank(text, tokens[at].span);
                blank(text, tokens[close].span);
                kept.extend_from_slice(&tokens[at + 1..close]);
                if class == WordClass::PointerDeclarator {
                    text[tokens[close].span.range()].fill(b'*');
                    kept.push(Token { kind: TokenKind::Mark(b'*'), ..tokens[close] });
                }
                at = close + 1;
            }
            _ => kept.push(token),
        }
    }
    kept
}

/// The closing parenthesis of the argument list at `open`.
fn arguments(tokens: &[Token], open: usize) -> Option<usize> {
    if !tokens[open - 1].word()?.takes_arguments() || !tokens.get(open)?.is(b'(') {
        return None;
    }
    let mut depth = 0_u32;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.kind {
            TokenKind::Mark(b'(') => depth += 1,
            TokenKind::Mark(b')') if depth == 1 => return Some(at),
            TokenKind::Mark(b')') => depth -= 1,
            _ => {}
        }
    }
    None
}

/// From the start of one token to the end of another.
fn between(first: Token, last: Token) -> Span {
    Span::new(first.span.start, last.span.end)
}

/// Fills with spaces.
pub(super) fn blank(text: &mut [u8], span: Span) {
    text[span.range()].fill(b' ');
}
