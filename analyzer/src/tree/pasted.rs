//! Names that macros put together: uses that no index of names can see.

use super::{ItemId, Tree, is_function_like};
use crate::model::{FileId, Location};
use crate::syntax::c::scan::ItemKind;

/// What a macro pastes something before or after.
#[derive(Debug)]
struct Fragment {
    file: FileId,
    location: Location,
    text: String,
    /// Whether the rest of the name follows the text; else it comes before it.
    is_prefix: bool,
}

/// A name in a string by which an attribute gives a function a second name.
#[derive(Debug)]
struct Alias {
    file: FileId,
    location: Location,
    target: String,
}

/// The fragments of all function-like macros of the tree.
#[derive(Debug, Default)]
pub(super) struct Fragments {
    parts: Vec<Fragment>,
    aliases: Vec<Alias>,
}

impl Fragments {
    pub(super) fn new(tree: &Tree<'_>) -> Self {
        let mut fragments = Self::default();
        for id in tree.items_of(ItemKind::Define) {
            let text = tree.text(tree.file_of(id));
            if is_function_like(text, tree.item(id)) && tree.mentions_text(id, "##") {
                fragments.read(tree, id);
            }
        }
        for id in tree.items_of(ItemKind::Declaration) {
            fragments.read_aliases(tree, id);
        }
        fragments
    }

    /// `__attribute__((alias("target")))`
    fn read_aliases(&mut self, tree: &Tree<'_>, id: ItemId) {
        let words = tree.words.lexical.second_names.iter();
        if !words.into_iter().any(|word| tree.mentions_text(id, word)) {
            return;
        }
        let location = tree.location(id);
        let source = tree.source(location);
        for target in source.split('"').skip(1).step_by(2) {
            let (file, target) = (location.file, target.to_owned());
            self.aliases.push(Alias { file, location, target });
        }
    }

    fn read(&mut self, tree: &Tree<'_>, id: ItemId) {
        let location = tree.location(id);
        let source = tree.source(location);
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let parameters: Vec<&str> = source
            .split_once('(')
            .and_then(|(_, rest)| rest.split_once(')'))
            .map(|(list, _)| list.split(',').map(str::trim).collect())
            .unwrap_or_default();
        for (at, _) in source.match_indices("##") {
            let before = source[..at].trim_end();
            let after = source[at + 2..].trim_start();
            let start = before.rfind(|c| !is_word(c)).map_or(0, |at| at + 1);
            let end = after.find(|c| !is_word(c)).unwrap_or(after.len());
            for (text, is_prefix) in [(&before[start..], true), (&after[..end], false)] {
                if !text.is_empty() && !parameters.contains(&text) {
                    let (file, text) = (location.file, text.to_owned());
                    self.parts.push(Fragment { file, location, text, is_prefix });
                }
            }
        }
    }

    /// Where a macro of the same file might make `name`. Macros of headers are left out: what they
    /// make, they declare.
    pub(super) fn find(&self, file: FileId, name: &str) -> Option<Location> {
        let makes = |fragment: &&Fragment| {
            let text = fragment.text.as_str();
            let fits =
                if fragment.is_prefix { name.starts_with(text) } else { name.ends_with(text) };
            fragment.file == file && fits && name != text
        };
        let alias = self.aliases.iter().find(|one| one.file == file && one.target == name);
        let made = self.parts.iter().find(makes).map(|fragment| fragment.location);
        made.or_else(|| alias.map(|one| one.location))
    }
}
