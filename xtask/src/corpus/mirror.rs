//! The Debian mirror that this system already uses, read from its own list of package sources.
//!
//! No host is named in this project: whoever runs the task has chosen one.

use std::fs;
use std::path::Path;

const FOLDER: &str = "/etc/apt";

/// One entry of a list of package sources.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Entry {
    enabled: bool,
    uris: Vec<String>,
    suites: Vec<String>,
    components: Vec<String>,
}

/// The address of Debian's main archive, if this system uses it.
pub(crate) fn debian() -> Option<String> {
    choose(entries(Path::new(FOLDER)))
}

fn choose(entries: impl IntoIterator<Item = Entry>) -> Option<String> {
    entries
        .into_iter()
        .filter(Entry::is_main)
        .flat_map(|entry| entry.uris)
        .find(|uri| is_debian(uri))
}

fn entries(folder: &Path) -> Vec<Entry> {
    let mut files: Vec<_> = fs::read_dir(folder.join("sources.list.d"))
        .into_iter()
        .flatten()
        .flatten()
        .map(|file| file.path())
        .collect();
    files.push(folder.join("sources.list"));
    files.sort();
    files.iter().flat_map(|file| read(file)).collect()
}

fn read(file: &Path) -> Vec<Entry> {
    let text = fs::read_to_string(file).unwrap_or_default();
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("sources") => stanzas(&text),
        Some("list") => text.lines().filter_map(one_line).collect(),
        _ => Vec::new(),
    }
}

/// `deb [options] uri suite component...`
fn one_line(line: &str) -> Option<Entry> {
    let line = line.split('#').next()?.trim();
    let rest = line.strip_prefix("deb-src").or_else(|| line.strip_prefix("deb"))?;
    let rest = rest.strip_prefix(char::is_whitespace)?.trim_start();
    let rest = match rest.strip_prefix('[') {
        Some(options) => options.split_once(']')?.1,
        None => rest,
    };
    let mut words = rest.split_whitespace().map(str::to_owned);
    Some(Entry {
        enabled: true,
        uris: vec![words.next()?],
        suites: vec![words.next()?],
        components: words.collect(),
    })
}

/// Paragraphs of `Field: words`, with comments and continued lines.
fn stanzas(text: &str) -> Vec<Entry> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let lines: Vec<&str> = lines.collect();
    lines
        .split(|line| line.trim().is_empty())
        .filter(|stanza| !stanza.is_empty())
        .map(stanza)
        .collect()
}

fn stanza(lines: &[&str]) -> Entry {
    let mut entry = Entry { enabled: true, ..Entry::default() };
    let mut field = String::new();
    for line in lines {
        let mut words = *line;
        if !line.starts_with(char::is_whitespace) {
            let (name, rest) = line.split_once(':').unwrap_or((line, ""));
            field = name.to_ascii_lowercase();
            words = rest;
        }
        entry.add(&field, words);
    }
    entry
}

impl Entry {
    fn add(&mut self, field: &str, words: &str) {
        let list = match field {
            "uris" => &mut self.uris,
            "suites" => &mut self.suites,
            "components" => &mut self.components,
            "enabled" => {
                self.enabled = !matches!(words.trim(), "no" | "false" | "0" | "off");
                return;
            }
            _ => return,
        };
        list.extend(words.split_whitespace().map(str::to_owned));
    }

    fn is_main(&self) -> bool {
        let secure = |suite: &String| suite.contains("security");
        self.enabled
            && self.components.iter().any(|component| component == "main")
            && !self.suites.iter().any(secure)
    }
}

/// Third-party archives have other paths; `debian-security` has no full set of source packages.
fn is_debian(uri: &str) -> bool {
    uri.split('/').any(|segment| segment == "debian" || segment == "debian.list")
}

#[cfg(test)]
mod tests {
    use super::{choose, one_line, stanzas};

    #[test]
    fn the_main_entry_of_a_paragraph_file_is_chosen() {
        let text = "\
# a comment
Types: deb
URIs: http://mirror.example/debian-security
Suites: stable-security
Components: main

Types: deb
URIs: http://other.example/tool
Suites: stable
Components: main

Enabled: no
URIs: http://off.example/debian
Suites: stable
Components: main

Types: deb deb-src
# why this mirror
URIs: http://mirror.example/debian
Suites: stable
 stable-updates
Components: main contrib
";
        assert_eq!(choose(stanzas(text)).as_deref(), Some("http://mirror.example/debian"));
    }

    #[test]
    fn the_main_entry_of_a_line_file_is_chosen() {
        let text = "\
# deb http://comment.example/debian stable main
deb http://mirror.example/debian-security stable-security main
deb [arch=amd64 signed-by=/key.gpg] http://tool.example/apt stable main
deb [arch=amd64] http://mirror.example/debian/ stable main # ours
";
        let entries = text.lines().filter_map(one_line);
        assert_eq!(choose(entries).as_deref(), Some("http://mirror.example/debian/"));
    }

    #[test]
    fn another_distribution_has_no_debian_archive() {
        let line = "deb http://mirror.example/ubuntu noble main universe";
        assert_eq!(choose(one_line(line)), None);
        assert_eq!(one_line("debris http://mirror.example/debian a main"), None);
    }
}
