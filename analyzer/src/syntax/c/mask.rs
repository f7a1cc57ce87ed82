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
    pub(crate) fn new(text: &'a [u8], scope: Scope, words: &MacroWords) -> Self {
        Self { text, scope, tokens: tokens(text, words) }
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
        Rewriter::new(text, &tokens, self.scope).run()
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

#[cfg(test)]
mod tests {
    use super::{Branches, MacroWords, Scope, Source};
    use crate::vocabulary::Vocabulary;
    use proptest::prelude::*;

    const SCOPES: [Scope; 3] = [Scope::Function, Scope::Initializer, Scope::Record];

    fn words() -> MacroWords {
        MacroWords::from(&Vocabulary::builtin().lexical)
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let masked = Source::new(text.as_bytes(), Scope::Function, &words()).masked(Branches::All);
        assert_eq!(String::from_utf8_lossy(&masked.text), expected);
    }

    #[test]
    fn attributes_are_blanked_with_their_arguments() {
        check("void f(void) { int a QEMU_ALIGNED(8); }", "void f(void) { int a                ; }");
        check("void coroutine_fn (*f)(void)", "void              (*f)(void)");
    }

    #[test]
    fn headers_of_blocks_become_keywords() {
        check("int f() { FOREACH(a, b) { } }", "int f() { while  (a, b) { } }");
        check("int f() { FOREVER() { } }", "int f() { while( 1) { } }");
        check(
            "int f() { WITH_QEMU_LOCK_GUARD(&l) { } }",
            "int f() { if                  (&l) { } }",
        );
        check("int f() { EACH(a) { } }", "int f() { EACH(a) { } }");
    }

    #[test]
    fn declarator_macros_become_declarators() {
        check("int f() { g_autoptr(Lamp) a; }", "int f() {           Lamp* a; }");
        check("int f() { g_auto(Lamp) a; }", "int f() {        Lamp  a; }");
        check("int f() { typeof(a->b) c; }", "int f() { int          c; }");
    }

    #[test]
    fn directives_leave_empty_lines() {
        check("int f() {\n#if A\n#endif\n}", "int f() {\n\n\n\n\n\n\n\n\n\n\n\n\n\n}");
    }

    #[test]
    fn header_and_body_are_told_apart() {
        let text = b"LAMP({ a }, b) { c; }";
        let masked = Source::new(text, Scope::Function, &words()).masked(Branches::All);
        assert_eq!(masked.body.map(|span| &text[span.range()]), Some(b"{ c; }".as_slice()));
    }

    proptest! {
        #[test]
        fn no_byte_moves(text in proptest::collection::vec(any::<u8>(), 0..200)) {
            let words = words();
            for scope in SCOPES {
                let source = Source::new(&text, scope, &words);
                for branches in Branches::ATTEMPTS {
                    prop_assert_eq!(source.masked(branches).text.len(), text.len());
                }
            }
        }
    }
}
