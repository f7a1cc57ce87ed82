//! What the rewrites write and what they match, the derive knows.

use devmodel_analyzer::vocabulary::Vocabulary;
use std::fs;

const WORDS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../macros/words.md");

/// The words of the derive: attribute and word.
fn known() -> Vec<(String, String)> {
    let text = fs::read_to_string(WORDS).expect("the table can be read");
    let cell = |cell: &str| cell.trim().trim_matches('`').to_owned();
    let rows = text.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| `")?.split(" | ");
        Some((cell(cells.next()?), cell(cells.next()?)))
    });
    rows.collect()
}

#[test]
fn every_word_is_one_of_the_derive() {
    let known = known();
    assert!(known.len() > 30, "the table has rows");
    let words = Vocabulary::builtin().framework;
    let mut used: Vec<(&str, &str)> = Vec::new();
    used.extend(words.inits.iter().map(|init| ("#[region(..)]", init.word.as_str())));
    used.extend(words.sets.iter().map(|set| ("#[region(..)]", set.word.as_str())));
    let own = &words.words;
    let region = [
        &own.size,
        &own.computed,
        &own.ops,
        &own.container,
        &own.at,
        &own.stride,
        &own.priority,
        &own.enabled,
        &own.valid,
        &own.implemented,
        &own.endian,
    ];
    used.extend(region.map(|word| ("#[region(..)]", word.as_str())));
    let alias = [&own.target, &own.offset, &own.size];
    used.extend(alias.map(|word| ("#[region(alias(..))]", word.as_str())));
    used.extend(words.hooks.iter().map(|hook| ("#[device(..)]", hook.name.as_str())));
    let items = [&words.items.name, &words.items.parent, &words.items.hotpluggable];
    used.extend(items.map(|(_, word)| ("#[device(..)]", word.as_str())));
    used.push(("#[device(..)]", &words.derived.root));
    for (attribute, word) in used {
        assert!(!word.is_empty(), "a word of `{attribute}` is missing");
        let is_known = known.iter().any(|(at, known)| at == attribute && known == word);
        assert!(is_known, "`{attribute}` has no word `{word}`");
    }
}
