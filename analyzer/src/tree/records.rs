//! Structures by name, lowered when first asked for.

use super::ItemId;
use super::parsed::ParsedFile;
use crate::model::Record;
use crate::sources::SourceFile;
use crate::syntax::c::scan::{Item, ItemKind, NameHash};
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

/// Where structures are defined; of several definitions the first counts.
pub(super) struct Records {
    slots: FxHashMap<NameHash, (ItemId, OnceLock<Option<Record>>)>,
    /// Other names of structures: tags of typedefs, and typedefs of tags.
    aliases: FxHashMap<NameHash, NameHash>,
}

impl Records {
    pub(super) fn new(files: &[SourceFile], parsed: &[ParsedFile], first_items: &[u32]) -> Self {
        let mut records = Self { slots: FxHashMap::default(), aliases: FxHashMap::default() };
        for ((file, parsed), &first) in files.iter().zip(parsed).zip(first_items) {
            for (at, item) in parsed.index.items.iter().enumerate() {
                records.add(&file.text, item, ItemId(first + at as u32));
            }
        }
        records
    }

    fn add(&mut self, text: &[u8], item: &Item, id: ItemId) {
        if item.name.is_empty() || !matches!(item.kind, ItemKind::Record | ItemKind::Declaration) {
            return;
        }
        let name = NameHash::of(&text[item.name.range()]);
        let tag = tag_of_typedef(&text[item.span.range()]).map(NameHash::of);
        if item.kind == ItemKind::Record {
            self.slots.entry(name).or_insert_with(|| (id, OnceLock::new()));
        }
        match tag.filter(|tag| *tag != name) {
            Some(tag) if item.kind == ItemKind::Record => self.aliases.insert(tag, name),
            Some(tag) => self.aliases.insert(name, tag),
            None => None,
        };
    }

    /// The structure `name`; `Outer.field` is the one defined inside `Outer` for that field.
    pub(super) fn get(
        &self,
        name: &str,
        lower: impl Fn(ItemId) -> Option<Record>,
    ) -> Option<&Record> {
        if let Some((outer, _)) = name.rsplit_once('.') {
            return self.get(outer, lower)?.nested.iter().find(|record| record.name == name);
        }
        let hash = NameHash::of(name.as_bytes());
        let found = self.slots.get(&hash).or_else(|| self.slots.get(self.aliases.get(&hash)?));
        let (id, slot) = found?;
        slot.get_or_init(|| lower(*id)).as_ref()
    }
}

/// The name after `typedef struct` or `typedef union`.
fn tag_of_typedef(text: &[u8]) -> Option<&[u8]> {
    let rest = text.strip_prefix(b"typedef")?.trim_ascii_start();
    let rest = rest.strip_prefix(b"struct").or_else(|| rest.strip_prefix(b"union"))?;
    let rest = rest.trim_ascii_start();
    let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_');
    let tag = &rest[..length.count()];
    (!tag.is_empty()).then_some(tag)
}
