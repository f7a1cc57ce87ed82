//! Rust text to `syn` trees.
//!
//! What does not parse costs one item, and nesting that would exhaust the stack costs the file. Spans are
//! bytes of the text as it was read.

use crate::model::Span;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::cell::Cell;
use std::fmt;
use std::str::FromStr as _;
use syn::parse::{ParseStream, Parser as _};
use syn::spanned::Spanned;
use syn::{Attribute, Item};

/// How deep brackets may nest.
const MAX_NESTING: usize = 96;

/// How many operators may follow each other in one expression.
const MAX_OPERATORS: usize = 1_500;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Why nothing of a file can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// It is not UTF-8.
    NotText,
    /// Its brackets or literals are not closed, or it has characters that are no Rust.
    Lexical,
    /// It nests deeper, or chains more operators, than the analyser follows.
    TooDeep,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotText => "it is not UTF-8",
            Self::Lexical => "brackets or literals are not closed",
            Self::TooDeep => "it nests too deep",
        })
    }
}

/// The items of a file.
pub(crate) struct Parsed {
    /// What parsed.
    pub(crate) file: syn::File,
    /// How many items did not.
    pub(crate) broken: usize,
}

/// Parses a file and hands it to `work`. Spans of the tree mean nothing once `work` has returned.
///
/// # Errors
///
/// If nothing of the file can be read.
pub(crate) fn with_file<R>(text: &[u8], work: impl FnOnce(&Parsed) -> R) -> Result<R, Unreadable> {
    let text = blanked(text).ok_or(Unreadable::NotText)?;
    let _spans = Spans::open();
    let tokens = TokenStream::from_str(&text).map_err(|_| Unreadable::Lexical)?;
    if !is_shallow(&tokens) {
        return Err(Unreadable::TooDeep);
    }
    let parsed = items.parse2(tokens).map_err(|_| Unreadable::Lexical)?;
    Ok(work(&parsed))
}

/// The bytes of a node.
pub(crate) fn span_of(node: &impl Spanned) -> Span {
    let range = node.span().byte_range();
    Span::new(range.start as u32, range.end as u32)
}

/// Whether an item is compiled for tests alone, or is one.
pub(crate) fn is_for_tests(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| {
        let path = attr.path();
        if path.is_ident("cfg") {
            return attr.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"));
        }
        path.segments.last().is_some_and(|last| last.ident == "test" || last.ident == "bench")
    })
}

/// Whether an operator writes to its left side.
pub(crate) fn is_assignment(operator: &syn::BinOp) -> bool {
    use syn::BinOp::{
        AddAssign, BitAndAssign, BitOrAssign, BitXorAssign, DivAssign, MulAssign, RemAssign,
        ShlAssign, ShrAssign, SubAssign,
    };
    matches!(
        operator,
        AddAssign(_)
            | BitAndAssign(_)
            | BitOrAssign(_)
            | BitXorAssign(_)
            | DivAssign(_)
            | MulAssign(_)
            | RemAssign(_)
            | ShlAssign(_)
            | ShrAssign(_)
            | SubAssign(_)
    )
}

/// The text without what may stand before the first token, every byte where it was.
fn blanked(text: &[u8]) -> Option<String> {
    let mut text = String::from_utf8(text.to_vec()).ok()?;
    if text.as_bytes().starts_with(BYTE_ORDER_MARK) {
        text.replace_range(..BYTE_ORDER_MARK.len(), "   ");
    }
    let start = text.len() - text.trim_start().len();
    let line = text[start..].lines().next().unwrap_or_default();
    if line.starts_with("#!") && !line[2..].trim_start().starts_with('[') {
        let end = start + line.len();
        text.replace_range(start..end, &" ".repeat(end - start));
    }
    Some(text)
}

/// Items one by one: one that does not parse is left out, up to its block or semicolon.
fn items(input: ParseStream<'_>) -> syn::Result<Parsed> {
    let attrs = input.call(Attribute::parse_inner).unwrap_or_default();
    let (mut items, mut broken) = (Vec::new(), 0);
    while !input.is_empty() {
        let ahead = input.fork();
        match ahead.parse::<Item>() {
            Ok(item) => {
                syn::parse::discouraged::Speculative::advance_to(input, &ahead);
                items.push(item);
            }
            Err(_) => {
                broken += 1;
                skip(input)?;
            }
        }
    }
    Ok(Parsed { file: syn::File { shebang: None, attrs, items }, broken })
}

fn skip(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() {
        match input.parse()? {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => break,
            TokenTree::Punct(mark) if mark.as_char() == ';' => break,
            _ => {}
        }
    }
    Ok(())
}

/// Whether the parser, which calls itself for each level, can be let loose on the tokens.
fn is_shallow(tokens: &TokenStream) -> bool {
    let mut open = vec![(tokens.clone().into_iter(), 0_usize, 0_usize)];
    while let Some((tokens, operators, branches)) = open.last_mut() {
        match tokens.next() {
            None => {
                open.pop();
            }
            Some(TokenTree::Group(group)) => {
                if group.delimiter() == Delimiter::Brace {
                    *operators = 0;
                }
                open.push((group.stream().into_iter(), 0, 0));
            }
            Some(TokenTree::Punct(mark)) if matches!(mark.as_char(), ';' | ',') => {
                (*operators, *branches) = (0, 0);
            }
            // Alternatives of a pattern are a list.
            Some(TokenTree::Punct(mark)) if mark.as_char() == '|' => {}
            Some(TokenTree::Punct(_)) => *operators += 1,
            Some(TokenTree::Ident(word)) if word == "else" => *branches += 1,
            Some(TokenTree::Ident(word)) if word == "fn" => *branches = 0,
            Some(_) => {}
        }
        let most = open.last().map_or(0, |(_, operators, branches)| *operators.max(branches));
        let too_many = most > MAX_OPERATORS;
        if too_many || open.len() > MAX_NESTING {
            return false;
        }
    }
    true
}

thread_local! {
    static OPEN: Cell<usize> = const { Cell::new(0) };
}

/// What the thread remembers of texts for the sake of spans, for as long as a tree is in use.
struct Spans;

impl Spans {
    fn open() -> Self {
        OPEN.with(|open| open.set(open.get() + 1));
        Self
    }
}

impl Drop for Spans {
    fn drop(&mut self) {
        let left = OPEN.with(|open| {
            open.set(open.get() - 1);
            open.get()
        });
        if left == 0 {
            proc_macro2::extra::invalidate_current_thread_spans();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Unreadable, span_of, with_file};
    use syn::Item;

    fn names(text: &str) -> (Vec<String>, usize) {
        with_file(text.as_bytes(), |parsed| {
            let names = parsed.file.items.iter().filter_map(|item| match item {
                Item::Fn(function) => Some(text[span_of(&function.sig.ident).range()].to_owned()),
                _ => None,
            });
            (names.collect(), parsed.broken)
        })
        .expect("it is readable")
    }

    #[test]
    fn spans_are_bytes_of_the_text() {
        assert_eq!(names("fn a() {}\n// ä\nfn b() {}"), (vec!["a".into(), "b".into()], 0));
        assert_eq!(names("\u{feff}#!/bin/x ä\n\n/* ü */ fn b() {}"), (vec!["b".into()], 0));
        assert_eq!(names("#![allow(x)]\nfn b() {}").0, ["b"]);
    }

    #[test]
    fn what_does_not_parse_costs_one_item() {
        let text = "fn a() { let = ; }\nfn b() {}\nstruct S { : }\nconst X = ;\nfn c() {}";
        assert_eq!(names(text), (vec!["b".into(), "c".into()], 3));
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let check = |text: &[u8], why| assert_eq!(with_file(text, |_| ()), Err(why));
        check(b"fn a() { \xff }", Unreadable::NotText);
        check(b"fn a() {", Unreadable::Lexical);
        check(b"fn a() { \" }", Unreadable::Lexical);
        let nested = |open: &str, close: &str| {
            format!("fn a() {{ {}0{} }}", open.repeat(50_000), close.repeat(50_000))
        };
        check(nested("(", ")").as_bytes(), Unreadable::TooDeep);
        check(nested("!", "").as_bytes(), Unreadable::TooDeep);
        check(nested("1 + ", "").as_bytes(), Unreadable::TooDeep);
        check(nested("if a {} else ", "").as_bytes(), Unreadable::TooDeep);
    }
}
