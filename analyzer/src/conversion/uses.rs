//! What a file does with the regions of a device besides the calls that are explained.

use super::finder;
use crate::vocabulary::FrameworkWords;
use rustc_hash::FxHashSet;
use std::ops::Range;
use syn::Item;

/// A mention of a region.
#[derive(Clone, Debug)]
pub(super) struct Use {
    pub(super) field: String,
    pub(super) range: Range<usize>,
    /// The method of a context that is handed it; `None` if something else is done with it.
    pub(super) method: Option<String>,
    /// Whether it is part of a call of the by-hand layer.
    pub(super) is_by_hand: bool,
    /// The function that contains it.
    pub(super) function: String,
    /// Whether it is in the device's own file, in which `range` is.
    pub(super) is_near: bool,
}

/// What is looked for.
#[derive(Clone)]
pub(super) struct Query<'q> {
    pub(super) device: &'q str,
    pub(super) fields: FxHashSet<&'q str>,
    pub(super) words: &'q FrameworkWords,
    /// How the framework is called.
    pub(super) roots: &'q [String],
    /// What is explained already.
    pub(super) explained: &'q [Range<usize>],
    /// Whether this is the device's own file.
    pub(super) is_near: bool,
    /// Whether this file is part of tests.
    pub(super) is_test: bool,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub(super) struct Uses {
    pub(super) list: Vec<Use>,
    /// Which function calls or names which, by name.
    pub(super) calls: Vec<(String, String)>,
    /// The same for what may be functions of the device.
    pub(super) own_calls: Vec<(String, String)>,
    /// What may be a function of the device that takes a context, and is called where there may be one.
    pub(super) hook_calls: FxHashSet<String>,
    /// Where regions are told apart by number.
    pub(super) numbered: bool,
    /// Fields, of whatever, that get another value, by name.
    pub(super) assigned: FxHashSet<String>,
    /// Where the type is used as one that has the trait of devices without the derive.
    pub(super) as_lifecycle: bool,
}

impl Uses {
    /// Adds what another file does.
    pub(super) fn extend(&mut self, other: Self) {
        self.list.extend(other.list);
        self.calls.extend(other.calls);
        self.own_calls.extend(other.own_calls);
        self.hook_calls.extend(other.hook_calls);
        self.assigned.extend(other.assigned);
        self.numbered |= other.numbered;
        self.as_lifecycle |= other.as_lifecycle;
    }

    /// What the items of a file do.
    pub(super) fn of(items: &[Item], query: &Query<'_>) -> Self {
        finder::find(items, query)
    }

    /// The functions that lead to a mention of a field.
    pub(super) fn leading_to(&self, field: &str) -> FxHashSet<&str> {
        let uses = self.list.iter().filter(|one| one.field == field);
        let mut reached: FxHashSet<&str> = uses.map(|one| one.function.as_str()).collect();
        loop {
            let more: Vec<&str> = self
                .calls
                .iter()
                .filter(|(caller, callee)| {
                    reached.contains(callee.as_str()) && !reached.contains(caller.as_str())
                })
                .map(|(caller, _)| caller.as_str())
                .collect();
            if more.is_empty() {
                return reached;
            }
            reached.extend(more);
        }
    }
}
