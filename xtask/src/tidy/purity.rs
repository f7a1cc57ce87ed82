//! The crates that are given text and give back values touch nothing else.

use super::Files;
use super::tokens::{Token, tokens};
use anyhow::Result;

const PURE: [&str; 3] = ["edit/src/", "analyzer/src/", "rules/src/"];
const STANDARD: [&str; 5] = ["env", "fs", "net", "process", "thread"];
const CRATES: [&str; 3] = ["rayon", "serde", "serde_json"];

pub(crate) fn problems(files: &Files) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    for file in PURE.iter().flat_map(|folder| files.under(folder, ".rs")) {
        let tokens = tokens(file, true)?;
        let used = standard(&tokens)
            .into_iter()
            .map(|module| format!("std::{module}"))
            .chain(crates(&tokens));
        wrong.extend(used.map(|name| format!("{}: uses {name}", file.path)));
    }
    Ok(wrong)
}

/// The forbidden modules after `std::`, also in braces.
fn standard(tokens: &[Token]) -> Vec<String> {
    let colon = Token::Mark(':');
    let mut found = Vec::new();
    for (at, window) in tokens.windows(3).enumerate() {
        if window == [Token::Word("std".to_owned()), colon.clone(), colon.clone()] {
            found.extend(modules(&tokens[at + 3..]));
        }
    }
    found.retain(|module| STANDARD.contains(&module.as_str()));
    found
}

fn modules(after: &[Token]) -> Vec<String> {
    match after.first() {
        Some(Token::Word(module)) => vec![module.clone()],
        Some(Token::Mark('{')) => listed(&after[1..]),
        _ => Vec::new(),
    }
}

/// The first names of a list in braces; deeper lists are not followed.
fn listed(tokens: &[Token]) -> Vec<String> {
    let mut found = Vec::new();
    let (mut depth, mut is_first) = (0_usize, true);
    for token in tokens {
        match token {
            Token::Mark('{') => depth += 1,
            Token::Mark('}') if depth == 0 => break,
            Token::Mark('}') => depth -= 1,
            Token::Mark(',') if depth == 0 => is_first = true,
            Token::Word(word) if depth == 0 && is_first => {
                found.push(word.clone());
                is_first = false;
            }
            _ => {}
        }
    }
    found
}

fn crates(tokens: &[Token]) -> impl Iterator<Item = String> + '_ {
    tokens.iter().filter_map(|token| match token {
        Token::Word(word) if CRATES.contains(&word.as_str()) => Some(word.clone()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::standard;
    use crate::tidy::{File, tokens::tokens};

    #[test]
    fn modules_are_found_alone_and_in_braces() {
        let text = "use std::{fmt::{self, net}, fs, thread::spawn}; fn f() { std::env::args() }";
        let file = File { path: "a.rs".to_owned(), text: text.to_owned() };
        let tokens = tokens(&file, true).expect("it is Rust");
        assert_eq!(standard(&tokens), ["fs", "thread", "env"]);
    }
}
