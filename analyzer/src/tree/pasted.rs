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

/// The fragments of all function-like macros of the tree.
#[derive(Debug, Default)]
pub(super) struct Fragments(Vec<Fragment>);

impl Fragments {
    pub(super) fn new(tree: &Tree<'_>) -> Self {
        let mut fragments = Self::default();
        for id in tree.items_of(ItemKind::Define) {
            let text = tree.text(tree.file_of(id));
            if is_function_like(text, tree.item(id)) && tree.mentions_text(id, "##") {
                fragments.read(tree, id);
            }
        }
        fragments
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
                    self.0.push(Fragment { file, location, text, is_prefix });
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
        self.0.iter().find(makes).map(|fragment| fragment.location)
    }
}
