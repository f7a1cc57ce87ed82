//! Who cares for which part of a tree, as its `MAINTAINERS` file says.

use super::address::Address;
use super::pattern::Pattern;
use super::subsystem::Subsystem;
use std::cmp::Reverse;
use std::fs;
use std::path::Path;

/// The sections of a `MAINTAINERS` file; none if the tree has no such file.
#[derive(Default)]
pub(crate) struct Maintainers {
    sections: Vec<Section>,
}

impl Maintainers {
    /// Those of the tree at this root.
    pub(crate) fn of(root: &Path) -> Self {
        let text = fs::read(root.join("MAINTAINERS")).unwrap_or_default();
        Self::parse(&String::from_utf8_lossy(&text))
    }

    /// Reads the format of Linux and QEMU; whatever is not that has no sections.
    pub(crate) fn parse(text: &str) -> Self {
        let mut sections: Vec<Section> = Vec::new();
        let mut heading = "";
        for line in text.lines().map(str::trim_end) {
            match entry(line) {
                Some((key, value)) => {
                    if let Some(section) = sections.last_mut().filter(|_| heading.is_empty()) {
                        section.add(key, value);
                        continue;
                    }
                    let mut section = Section::named(heading);
                    section.add(key, value);
                    sections.push(section);
                    heading = "";
                }
                // Underlines name nothing.
                None if line.contains(char::is_alphanumeric) => heading = line.trim(),
                None => {}
            }
        }
        sections.retain(|section| !section.files.is_empty());
        Self { sections }
    }

    /// The part of the tree that a file belongs to: the section that names it most closely, the
    /// first of several; its folder if only sections for everything do.
    pub(crate) fn subsystem(&self, path: &str) -> Subsystem {
        match self.matching(path).first() {
            Some((Some(_), section)) => Subsystem::Section(section.name.clone()),
            _ => Subsystem::Folder(path.rsplit_once('/').map_or("", |parts| parts.0).to_owned()),
        }
    }

    /// Whom to tell about changes of these files: people, then lists, those who care most closely
    /// first.
    ///
    /// As `get_maintainer.pl` does, this goes through all sections that match, not only the
    /// closest: the broad ones name the lists and those who merge.
    pub(crate) fn cc<'p>(&self, paths: impl IntoIterator<Item = &'p str>) -> Vec<Address> {
        let mut matching: Vec<_> = paths.into_iter().flat_map(|path| self.matching(path)).collect();
        matching.sort_by_key(|(depth, _)| Reverse(*depth));
        let people = matching.iter().flat_map(|(_, section)| &section.people);
        let lists = matching.iter().flat_map(|(_, section)| &section.lists);
        let mut cc: Vec<Address> = Vec::new();
        for address in people.chain(lists) {
            if !cc.iter().any(|known| known.is_same(address)) {
                cc.push(address.clone());
            }
        }
        cc
    }

    /// The sections that match, with the depth of their closest pattern, the closest first.
    fn matching(&self, path: &str) -> Vec<(Option<usize>, &Section)> {
        let depth = |section: &Section| section.depth(path);
        let mut matching: Vec<_> =
            self.sections.iter().filter_map(|section| Some((depth(section)?, section))).collect();
        matching.sort_by_key(|(depth, _)| Reverse(*depth));
        matching
    }
}

/// One entry: who, and for what.
#[derive(Default)]
struct Section {
    name: String,
    people: Vec<Address>,
    lists: Vec<Address>,
    files: Vec<Pattern>,
    others: Vec<Pattern>,
}

impl Section {
    fn named(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    fn add(&mut self, key: u8, value: &str) {
        match key {
            b'M' | b'R' => self.people.extend(Address::parse(value)),
            b'L' => self.lists.extend(Address::parse(value)),
            b'F' => self.files.extend(Pattern::parse(value)),
            b'X' => self.others.extend(Pattern::parse(value)),
            _ => {}
        }
    }

    /// How closely the section names a file, if it does.
    fn depth(&self, path: &str) -> Option<Option<usize>> {
        if self.others.iter().any(|pattern| pattern.matches(path)) {
            return None;
        }
        self.files.iter().filter(|pattern| pattern.matches(path)).map(Pattern::depth).max()
    }
}

/// `M: value`
fn entry(line: &str) -> Option<(u8, &str)> {
    let (key, value) = line.split_once(':')?;
    match key.as_bytes() {
        [key @ b'A'..=b'Z'] => Some((*key, value.trim())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Maintainers, Subsystem};
    use proptest::prelude::*;

    const TEXT: &str = "\
The file
========
\tM: Mail patches to: FullName <address@domain>
\tF:\tdrivers/net/\tall files

Project
-------
M: Ann Able <ann@example.org>

All patches
L: devel@example.org
F: *
F: */

Birds
-----
M: \"Bob B. Bird\" <bob@example.org>
R: José Ñu <jose@example.org>
L: birds@example.org (moderated for non-subscribers)
S: Maintained
F: hw/birds/
F: include/hw/birds
X: hw/birds/penguin*

Plover
M: BOB <Bob@Example.org>
W: https://example.org/
F: hw/birds/plover.c
F: hw/*/plover-?.[ch]
K: plover

Bats
M: nobody in particular
F: hw/[
";

    fn subsystem(path: &str, name: &str) {
        assert_eq!(Maintainers::parse(TEXT).subsystem(path).name(), name, "{path}");
    }

    #[test]
    fn the_closest_section_wins() {
        subsystem("hw/birds/heron.c", "Birds");
        subsystem("hw/birds/wader/stilt.c", "Birds");
        subsystem("include/hw/birds/heron.h", "Birds");
        subsystem("hw/birds/plover.c", "Plover");
        subsystem("hw/misc/plover-a.h", "Plover");
        subsystem("hw/misc/deep/plover-a.h", "hw/misc/deep");
        subsystem("hw/birds/penguin.c", "hw/birds");
        subsystem("main.c", "");
    }

    #[test]
    fn everybody_concerned_is_told_once() {
        let maintainers = Maintainers::parse(TEXT);
        let cc = |paths: &[&str]| -> Vec<String> {
            maintainers.cc(paths.iter().copied()).iter().map(|one| one.mail.clone()).collect()
        };
        let all = ["Bob@Example.org", "jose@example.org", "birds@example.org", "devel@example.org"];
        assert_eq!(cc(&["hw/birds/plover.c"]), all);
        assert_eq!(cc(&["hw/birds/penguin.c"]), ["devel@example.org"]);
        assert_eq!(
            cc(&["hw/bats/a.c", "hw/misc/plover-a.c"]),
            ["Bob@Example.org", "devel@example.org"]
        );
        assert!(Maintainers::default().cc(["hw/birds/plover.c"]).is_empty());
    }

    proptest! {
        #[test]
        fn parsing_never_fails(text in "([MFXLR:]|[ -~]|\\PC|\n|\t)*", path in "[a-z/*\\[{.]*") {
            let maintainers = Maintainers::parse(&text);
            let _: Subsystem = maintainers.subsystem(&path);
            maintainers.cc([path.as_str()]);
        }
    }
}
