//! Rust sources as flat lists of tokens, so that comments and layout cannot hide or fake anything.

use super::File;
use anyhow::{Result, anyhow};
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// One token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// An identifier or keyword.
    Word(String),
    /// A literal, as written.
    Literal(String),
    /// Punctuation or a bracket.
    Mark(char),
}

/// The tokens of a file without comments and documentation, and, on demand, without the modules
/// that exist for tests only.
pub(crate) fn tokens(file: &File, with_tests: bool) -> Result<Vec<Token>> {
    let stream: TokenStream =
        file.text.parse().map_err(|error| anyhow!("{}: {error}", file.path))?;
    let mut flat = Vec::new();
    flatten(stream, with_tests, &mut flat);
    Ok(flat)
}

fn flatten(stream: TokenStream, with_tests: bool, flat: &mut Vec<Token>) {
    let trees: Vec<TokenTree> = stream.into_iter().collect();
    let mut rest = trees.as_slice();
    while let Some((first, after)) = rest.split_first() {
        if let Some(skipped) = hidden(rest, with_tests) {
            rest = &rest[skipped..];
            continue;
        }
        rest = after;
        match first {
            TokenTree::Group(group) => bracketed(group, with_tests, flat),
            TokenTree::Ident(word) => flat.push(Token::Word(word.to_string())),
            TokenTree::Punct(mark) => flat.push(Token::Mark(mark.as_char())),
            TokenTree::Literal(literal) => flat.push(Token::Literal(literal.to_string())),
        }
    }
}

fn bracketed(group: &Group, with_tests: bool, flat: &mut Vec<Token>) {
    let (open, close) = match group.delimiter() {
        Delimiter::Parenthesis => ('(', ')'),
        Delimiter::Brace => ('{', '}'),
        Delimiter::Bracket => ('[', ']'),
        Delimiter::None => (' ', ' '),
    };
    flat.push(Token::Mark(open));
    flatten(group.stream(), with_tests, flat);
    flat.push(Token::Mark(close));
}

/// How many trees at the front are documentation, or a module for tests.
fn hidden(trees: &[TokenTree], with_tests: bool) -> Option<usize> {
    let (length, attribute) = attribute(trees)?;
    if attribute.starts_with("doc") {
        return Some(length);
    }
    if with_tests || attribute.replace(' ', "") != "cfg(test)" {
        return None;
    }
    let end = trees.iter().skip(length).position(ends_item)?;
    Some(length + end + 1)
}

fn attribute(trees: &[TokenTree]) -> Option<(usize, String)> {
    let is = |tree: Option<&TokenTree>, mark| matches!(tree, Some(TokenTree::Punct(punct)) if punct.as_char() == mark);
    if !is(trees.first(), '#') {
        return None;
    }
    let at = if is(trees.get(1), '!') { 2 } else { 1 };
    match trees.get(at)? {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
            Some((at + 1, group.stream().to_string()))
        }
        _ => None,
    }
}

fn ends_item(tree: &TokenTree) -> bool {
    match tree {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(mark) => mark.as_char() == ';',
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Token, tokens};
    use crate::tidy::File;

    fn words(text: &str, with_tests: bool) -> Vec<String> {
        let file = File { path: "a.rs".to_owned(), text: text.to_owned() };
        let tokens = tokens(&file, with_tests).expect("it is Rust");
        let word = |token| match token {
            Token::Word(word) => Some(word),
            _ => None,
        };
        tokens.into_iter().filter_map(word).collect()
    }

    #[test]
    fn comments_documentation_and_tests_are_left_out() {
        let text = "//! a\n/// b\nfn c() { d!(\"e\") } // f\n#[cfg(test)]\nmod g { h }\nstruct i;";
        assert_eq!(words(text, false), ["fn", "c", "d", "struct", "i"]);
        assert_eq!(
            words(text, true),
            ["fn", "c", "d", "cfg", "test", "mod", "g", "h", "struct", "i"]
        );
    }
}
