//! The words of an attribute, with their places.

use proc_macro2::{TokenStream, TokenTree};
use std::ops::Range;
use syn::parse::Parser as _;
use syn::{Attribute, Meta};

/// The widest line.
const WIDTH: usize = 100;

/// One word of an attribute, with what it takes.
#[derive(Clone, Debug)]
pub(super) struct Word {
    pub(super) name: String,
    /// What stands behind the name, without `=`.
    pub(super) value: TokenStream,
    pub(super) range: Range<usize>,
}

/// An attribute made of words.
#[derive(Clone, Debug)]
pub(super) struct Words {
    /// The whole attribute.
    pub(super) range: Range<usize>,
    pub(super) list: Vec<Word>,
}

impl Words {
    /// The words of an attribute of this name.
    pub(super) fn of(attribute: &Attribute, name: &str) -> Option<Self> {
        if !attribute.path().is_ident(name) {
            return None;
        }
        Some(Self { range: super::range_of(attribute), list: all(attribute) })
    }

    /// The word of this name.
    pub(super) fn get(&self, name: &str) -> Option<&Word> {
        self.list.iter().find(|word| word.name == name)
    }

    /// What to write in which place so that the words of these numbers are gone, of which there are some
    /// others.
    pub(super) fn without(&self, gone: &[usize]) -> Vec<Range<usize>> {
        let kept = |at: &usize| !gone.contains(at);
        let mut ranges = Vec::new();
        for &at in gone {
            let word = &self.list[at].range;
            let next = self.list.get(at + 1);
            let before = (0..at).rev().find(kept);
            // With the comma before it, or, at the start, with that behind it.
            match (before, next) {
                (Some(before), _) if before + 1 == at => {
                    ranges.push(self.list[before].range.end..word.end)
                }
                (Some(_), _) => ranges.push(self.list[at - 1].range.end..word.end),
                (None, Some(next)) => ranges.push(word.start..next.range.start),
                (None, None) => ranges.push(word.clone()),
            }
        }
        ranges
    }
}

/// The words of an attribute, whatever its name.
pub(super) fn all(attribute: &Attribute) -> Vec<Word> {
    match &attribute.meta {
        Meta::List(list) => split(list.tokens.clone()),
        _ => Vec::new(),
    }
}

/// An attribute as a formatter writes it: one that is too long for its line and made of names, literals and lists
/// of them is broken at its words, others stay on their line.
pub(super) fn laid_out(attribute: &str, indent: &str, end: &str) -> String {
    if indent.len() + attribute.len() <= WIDTH {
        return attribute.to_owned();
    }
    let parsed = Attribute::parse_outer.parse_str(attribute).unwrap_or_default();
    let Some(Meta::List(list)) = parsed.first().map(|attribute| &attribute.meta) else {
        return attribute.to_owned();
    };
    if !split(list.tokens.clone()).iter().all(|word| is_simple(&word.value)) {
        return attribute.to_owned();
    }
    let (Some((head, _)), Some(body)) = (attribute.split_once('('), body_of(attribute)) else {
        return attribute.to_owned();
    };
    let words: Vec<String> =
        top_level(body).iter().map(|word| format!("{indent}    {}", word.trim())).collect();
    format!("{head}({end}{}{end}{indent})]", words.join(&format!(",{end}")))
}

fn body_of(attribute: &str) -> Option<&str> {
    attribute.split_once('(')?.1.strip_suffix(")]")
}

/// The parts between commas that are in no brackets.
fn top_level(list: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0_usize, 0, Vec::new());
    for (at, byte) in list.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                parts.push(&list[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&list[start..]);
    parts
}

/// Whether what a word takes is nothing, a literal, or a list of names and literals.
fn is_simple(value: &TokenStream) -> bool {
    let tokens: Vec<TokenTree> = value.clone().into_iter().collect();
    match tokens.as_slice() {
        [] | [TokenTree::Literal(_)] => true,
        [TokenTree::Ident(word)] => word == "true" || word == "false",
        [TokenTree::Group(group)] => group.stream().into_iter().all(|token| match token {
            TokenTree::Ident(_) | TokenTree::Literal(_) => true,
            TokenTree::Punct(mark) => mark.as_char() == ',',
            TokenTree::Group(_) => false,
        }),
        _ => false,
    }
}

fn split(tokens: TokenStream) -> Vec<Word> {
    let mut words = Vec::new();
    let mut chunk: Vec<TokenTree> = Vec::new();
    for token in tokens {
        match &token {
            TokenTree::Punct(mark) if mark.as_char() == ',' && !is_in_angles(&chunk) => {
                words.extend(word(&chunk));
                chunk.clear();
            }
            _ => chunk.push(token),
        }
    }
    words.extend(word(&chunk));
    words
}

/// Whether a comma here separates arguments of a type.
fn is_in_angles(chunk: &[TokenTree]) -> bool {
    let count = |wanted: char| {
        let marks = chunk
            .iter()
            .filter(|token| matches!(token, TokenTree::Punct(mark) if mark.as_char() == wanted));
        marks.count()
    };
    count('<') > count('>')
}

fn word(chunk: &[TokenTree]) -> Option<Word> {
    let (first, rest) = chunk.split_first()?;
    let TokenTree::Ident(name) = first else { return None };
    let rest = match rest.first() {
        Some(TokenTree::Punct(mark)) if mark.as_char() == '=' => &rest[1..],
        _ => rest,
    };
    let start = first.span().byte_range().start;
    let end = chunk.last()?.span().byte_range().end;
    Some(Word {
        name: name.to_string().trim_start_matches("r#").to_owned(),
        value: rest.iter().cloned().collect(),
        range: start..end,
    })
}
