//! Which files read which, by their `#include` lines.

use super::texts::{Text, texts};
use anyhow::Result;
use std::collections::BTreeSet;
use std::path::Path;

/// The changed files that are compiled by themselves, and all that include a changed header, directly
/// or not.
pub(crate) fn users<'a>(
    source: &Path,
    changed: impl Iterator<Item = &'a String>,
) -> Result<BTreeSet<String>> {
    let (sources, headers): (Vec<String>, Vec<String>) =
        changed.cloned().partition(|path| path.ends_with(".c"));
    let mut users = BTreeSet::from_iter(sources);
    if !headers.is_empty() {
        users.extend(readers(&texts(source)?, headers));
    }
    Ok(users)
}

fn readers(texts: &[Text], mut headers: Vec<String>) -> BTreeSet<String> {
    let included: Vec<(&str, Vec<&str>)> =
        texts.iter().map(|text| (text.path.as_str(), includes(&text.text))).collect();
    let mut found = BTreeSet::new();
    while let Some(header) = headers.pop() {
        for (path, names) in &included {
            let reads = names.iter().any(|name| is(&header, name));
            if reads && found.insert((*path).to_owned()) {
                headers.push((*path).to_owned());
            }
        }
    }
    found.retain(|path| path.ends_with(".c"));
    found
}

/// Search paths differ between targets, so every file whose path ends in the name may be meant.
fn is(header: &str, name: &str) -> bool {
    let name = name.trim_start_matches("../").trim_start_matches("./");
    let folder = header.strip_suffix(name);
    folder.is_some_and(|folder| folder.is_empty() || folder.ends_with('/'))
}

fn includes(text: &str) -> Vec<&str> {
    text.lines().filter_map(include).collect()
}

fn include(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix('#')?.trim_start().strip_prefix("include")?;
    let rest = rest.trim_start().strip_prefix(['"', '<'])?;
    rest.split_once(['"', '>']).map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::super::texts::Text;
    use super::readers;

    fn text(path: &str, text: &str) -> Text {
        Text { path: path.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn headers_are_followed_through_headers() {
        let texts = [
            text("include/hw/a.h", "int a;"),
            text("hw/a.h", "int other;"),
            text("hw/b.h", "# include <hw/a.h>\n"),
            text("hw/c.c", "#include \"b.h\"\n"),
            text("hw/d.c", "#include \"../include/hw/a.h\"\n"),
            text("hw/e.c", "#include \"hw/ba.h\"\n/* a.h */"),
        ];
        let found = readers(&texts, vec!["include/hw/a.h".to_owned()]);
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["hw/c.c", "hw/d.c"]);
    }
}
