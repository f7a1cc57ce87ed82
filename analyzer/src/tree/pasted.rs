//! Names that macros put together: uses that no index of names can see.

use super::{ItemId, Tree, is_function_like};
use crate::model::{FileId, Location};
use crate::syntax::c::scan::{ItemKind, NameHash};
use rustc_hash::FxHashMap;

/// What a macro pastes something before or after.
#[derive(Debug)]
struct Fragment {
    /// The macro.
    id: ItemId,
    location: Location,
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
    parts: FxHashMap<String, Vec<Fragment>>,
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
                    let part = Fragment { id, location, is_prefix };
                    self.parts.entry(text.to_owned()).or_default().push(part);
                }
            }
        }
    }

    /// Where a macro might make `name`: one of the same file, or one of a header that a function or
    /// table hands the rest of the name. What macros of headers make elsewhere, they declare.
    pub(super) fn find(&self, tree: &Tree<'_>, file: FileId, name: &str) -> Option<Location> {
        let makes = |fragment: &&Fragment, rest: &str| {
            fragment.location.file == file || is_handed(tree, fragment.id, rest)
        };
        let splits = (1..name.len()).filter(|&at| name.is_char_boundary(at));
        let made = splits.into_iter().find_map(|at| {
            let (head, tail) = name.split_at(at);
            let of = |text: &str, is_prefix, rest| {
                let found = self.parts.get(text).into_iter().flatten();
                let mut found = found.filter(|one| one.is_prefix == is_prefix);
                found.find(|one| makes(one, rest)).map(|one| one.location)
            };
            of(head, true, tail).or_else(|| of(tail, false, head))
        });
        let alias = self.aliases.iter().find(|one| one.file == file && one.target == name);
        made.or_else(|| alias.map(|one| one.location))
    }
}

/// Whether a function or table uses the macro, and has `rest` among its words.
fn is_handed(tree: &Tree<'_>, id: ItemId, rest: &str) -> bool {
    let hash = NameHash::of(rest.as_bytes());
    tree.users_of_name(&tree.name(id)).iter().any(|user| {
        matches!(tree.item(user.by).kind, ItemKind::Function | ItemKind::Variable)
            && tree.mentions(user.by).iter().any(|one| one.name() == hash)
    })
}
