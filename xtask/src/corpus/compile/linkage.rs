//! What a linker would miss: names that a fixed object no longer defines and that are still used.

use super::compiler::Compiled;
use super::texts::{Text, texts};
use anyhow::Result;
use std::collections::BTreeSet;
use std::path::Path;

/// Says which names are gone and in which files of the tree, as it is now, they still stand.
pub(crate) fn lost(
    before: &[Compiled<'_>],
    after: &[Compiled<'_>],
    source: &Path,
) -> Result<Vec<String>> {
    let gone: BTreeSet<&str> =
        before.iter().zip(after).flat_map(|(before, after)| difference(before, after)).collect();
    if gone.is_empty() {
        return Ok(Vec::new());
    }
    let texts = texts(source)?;
    Ok(gone.into_iter().filter_map(|name| used(name, &texts)).collect())
}

fn difference<'a>(before: &'a Compiled<'_>, after: &'a Compiled<'_>) -> Vec<&'a str> {
    match (&before.result, &after.result) {
        (Ok(before), Ok(after)) => before.difference(after).map(String::as_str).collect(),
        _ => Vec::new(),
    }
}

fn used(name: &str, texts: &[Text]) -> Option<String> {
    let users = texts.iter().filter(|text| mentions(&text.text, name));
    let users: Vec<&str> = users.map(|text| text.path.as_str()).collect();
    (!users.is_empty()).then(|| format!("`{name}` is no longer defined, but stands in {users:?}"))
}

fn mentions(text: &str, name: &str) -> bool {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    text.match_indices(name).any(|(at, _)| {
        let before = text.as_bytes()[..at].last().is_some_and(&is_word);
        let after = text.as_bytes().get(at + name.len()).is_some_and(&is_word);
        !before && !after
    })
}

#[cfg(test)]
mod tests {
    use super::mentions;

    #[test]
    fn words_are_mentioned_whole() {
        assert!(mentions("x = plover_exit(s);", "plover_exit"));
        assert!(!mentions("x = plover_exitfn(s); my_plover_exit()", "plover_exit"));
        assert!(mentions("plover_exitfn, plover_exit", "plover_exit"));
    }
}
