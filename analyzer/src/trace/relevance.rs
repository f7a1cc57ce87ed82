//! Which functions can lead to an operation on a region: only those are worth following.

use crate::lifecycle::Phase;
use crate::objects::Objects;
use crate::syntax::c::scan::{ItemKind, MentionKind};
use crate::tree::{ItemId, Tree};
use rustc_hash::FxHashSet;

/// The functions that reach an operation on a region or dispatch to a callback that might.
#[derive(Debug, Default)]
pub(crate) struct Relevance {
    relevant: FxHashSet<ItemId>,
    hubs: FxHashSet<ItemId>,
}

impl Relevance {
    /// Everything from which one of `regions`, functions that operate on a region themselves, or a
    /// dispatch to a callback of a device can be reached by direct calls.
    pub(crate) fn new(tree: &Tree<'_>, objects: &Objects<'_, '_>, regions: &[ItemId]) -> Self {
        let mut queue: Vec<ItemId> = regions.to_vec();
        for phase in [Phase::Realize, Phase::Unrealize] {
            for (record, field) in tree.words.slots_of(phase) {
                queue.extend(objects.member_callers(record, field));
            }
        }
        let mut relevance = Self::default();
        while let Some(id) = queue.pop() {
            if relevance.add(tree, id) {
                relevance.follow(tree, id, &mut queue);
            }
        }
        relevance
    }

    fn add(&mut self, tree: &Tree<'_>, id: ItemId) -> bool {
        matches!(tree.item(id).kind, ItemKind::Function | ItemKind::Define)
            && !tree.is_core(id)
            && self.relevant.insert(id)
    }

    /// Whoever calls a relevant function is relevant, except through functions that serve
    /// everybody: what those do to a region is theirs to declare in the vocabulary.
    fn follow(&mut self, tree: &Tree<'_>, id: ItemId, queue: &mut Vec<ItemId>) {
        let users = tree.users(id);
        let calls = users.iter().filter(|user| user.kind == MentionKind::Call);
        if users.len() <= Tree::MAX_CALLERS {
            queue.extend(calls.map(|user| user.by));
        } else {
            self.relevant.remove(&id);
            self.hubs.insert(id);
        }
    }

    /// Whether the function is left alone because it serves everybody.
    pub(crate) fn is_hub(&self, id: ItemId) -> bool {
        self.hubs.contains(&id)
    }

    /// Whether following the function can meet an operation on a region.
    pub(crate) fn contains(&self, id: ItemId) -> bool {
        self.relevant.contains(&id)
    }
}
