//! Which functions can lead to an operation on a region: only those are worth following.

use crate::lifecycle::Phase;
use crate::syntax::c::scan::{ItemKind, MentionKind};
use crate::tree::{ItemId, Tree};
use crate::vocabulary::Op;
use rustc_hash::FxHashSet;

/// The functions that reach an operation on a region or dispatch to a callback that might.
#[derive(Debug, Default)]
pub(crate) struct Relevance {
    relevant: FxHashSet<ItemId>,
}

impl Relevance {
    pub(crate) fn new(tree: &Tree<'_>) -> Self {
        let mut queue: Vec<ItemId> = Vec::new();
        for op in [Op::Init, Op::Add, Op::Delete, Op::Unparent] {
            for name in tree.words.calls_of(op) {
                queue.extend(tree.users_of_name(name).iter().map(|user| user.by));
            }
        }
        for phase in [Phase::Realize, Phase::Unrealize] {
            for (_, field) in tree.words.slots_of(phase) {
                for field in [field.to_string(), format!("parent_{field}")] {
                    queue.extend(tree.member_callers(&field).iter().map(|(_, caller)| *caller));
                }
            }
        }
        let mut relevance = Self::default();
        while let Some(id) = queue.pop() {
            if relevance.add(tree, id) {
                let callers = tree.users(id);
                let calls = callers.iter().filter(|user| user.kind == MentionKind::Call);
                queue.extend(calls.map(|user| user.by));
            }
        }
        relevance
    }

    fn add(&mut self, tree: &Tree<'_>, id: ItemId) -> bool {
        matches!(tree.item(id).kind, ItemKind::Function | ItemKind::Define)
            && self.relevant.insert(id)
    }

    /// Whether following the function can meet an operation on a region.
    pub(crate) fn contains(&self, id: ItemId) -> bool {
        self.relevant.contains(&id)
    }

    /// All relevant functions.
    pub(crate) fn len(&self) -> usize {
        self.relevant.len()
    }
}
