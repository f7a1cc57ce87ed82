//! What an API call means is data: the engine's code does not know the names.

use super::tokens::{Token, tokens};
use super::{File, Files};
use crate::toml_file;
use anyhow::Result;
use serde_json::Value;
use std::collections::BTreeSet;

const FOLDER: &str = "analyzer/src/vocabulary/";
const ENGINE: &str = "analyzer/src/";

pub(crate) fn problems(files: &Files) -> Result<Vec<String>> {
    let names = names(files)?;
    let mut wrong = Vec::new();
    for file in files.under(ENGINE, ".rs").filter(|file| is_engine(file)) {
        for token in tokens(file, false)? {
            let Some(text) = literal(&token).filter(|text| names.contains(*text) || is_api(text))
            else {
                continue;
            };
            wrong.push(format!("{}: `{text}` belongs in the vocabulary", file.path));
        }
    }
    Ok(wrong)
}

/// Whether it begins like the calls that the project is about, known to the vocabulary or not.
fn is_api(text: &str) -> bool {
    ["memory_region_", "object_unparent", "object_property_"]
        .iter()
        .any(|start| text.starts_with(start))
}

/// Tests spell out sources and calls.
fn is_engine(file: &File) -> bool {
    let is_test = file.path.split('/').any(|part| part == "tests" || part == "tests.rs");
    !is_test && !file.path.starts_with(FOLDER)
}

/// The names of functions in the vocabulary.
fn names(files: &Files) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for file in files.under(FOLDER, ".toml") {
        let mut vocabulary = toml_file::parse(&file.text)?;
        // Fields of structures: the grammar of type tables is read by code.
        if let Some(tables) = vocabulary.as_object_mut() {
            for slots in ["slot", "hook", "method"] {
                tables.remove(slots);
            }
        }
        collect(&vocabulary, &mut names);
    }
    names.retain(|name| is_function(name));
    Ok(names)
}

fn collect(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => drop(names.insert(text.clone())),
        Value::Array(array) => array.iter().for_each(|value| collect(value, names)),
        Value::Object(table) => table.values().for_each(|value| collect(value, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Words of the vocabulary's own grammar have hyphens or are single words; types are capitalised.
fn is_function(name: &str) -> bool {
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    name.contains('_') && name.chars().all(is_name)
}

/// The text of a string literal, also of a byte string.
fn literal(token: &Token) -> Option<&str> {
    let Token::Literal(literal) = token else {
        return None;
    };
    let text = literal.trim_start_matches('b');
    text.strip_prefix('"')?.strip_suffix('"')
}
