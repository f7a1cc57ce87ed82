//! Structures by name, lowered when first asked for.

use super::ItemId;
use crate::analysis::SourceFile;
use crate::model::Record;
use crate::syntax::c::scan::{FileIndex, ItemKind, NameHash};
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

/// Where structures are defined; of several definitions the first counts.
pub(super) struct Records {
    slots: FxHashMap<NameHash, (ItemId, OnceLock<Option<Record>>)>,
}

impl Records {
    pub(super) fn new(files: &[SourceFile], indexes: &[FileIndex], first_items: &[u32]) -> Self {
        let mut slots = FxHashMap::default();
        for ((file, index), &first) in files.iter().zip(indexes).zip(first_items) {
            for (at, item) in index.items.iter().enumerate() {
                if item.kind == ItemKind::Record && !item.name.is_empty() {
                    let name = NameHash::of(&file.text[item.name.range()]);
                    let id = ItemId(first + at as u32);
                    slots.entry(name).or_insert_with(|| (id, OnceLock::new()));
                }
            }
        }
        Self { slots }
    }

    pub(super) fn get(
        &self,
        name: &str,
        lower: impl FnOnce(ItemId) -> Option<Record>,
    ) -> Option<&Record> {
        let (id, slot) = self.slots.get(&NameHash::of(name.as_bytes()))?;
        slot.get_or_init(|| lower(*id)).as_ref()
    }
}
