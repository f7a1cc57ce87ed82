//! Whether a deletion can be held against the additions of its region.

use super::may_be_same;
use crate::trace::{Event, Guard, Place, Trace};
use crate::vocabulary::Op;

/// A deletion of one region, with all calls that add that region to that container.
pub(super) struct Deletion {
    /// Every addition in the device's life, in order.
    pub(super) adds: Vec<usize>,
    /// An addition that does not happen on some way on which the deletion does.
    pub(super) unguarded: Option<usize>,
}

impl Deletion {
    /// `None` if nothing can be said: the region is one of many, nothing in sight adds it, or the
    /// deletion asks for something that no addition asks for, and so may know what it does.
    pub(super) fn new(trace: &Trace, event: &Event, place: &Place) -> Option<Self> {
        if place.is_one_of_many() || !place.is_known() {
            return None;
        }
        let is_add = |one: &&(usize, &Event)| one.1.op == Op::Add && !one.1.rollback;
        let all = trace.events.iter().enumerate();
        let mut adds = Vec::new();
        for (at, add) in all.collect::<Vec<_>>().iter().filter(is_add).copied() {
            let region = add.region.places();
            if region.is_empty() {
                // Any region might be meant.
                return None;
            }
            if region.iter().any(|one| one.may_be(place))
                && may_be_same(&add.container, &event.container)
            {
                adds.push(at);
            }
        }
        let guards = |at: usize| &trace.events[at].guards;
        let compares = |at: &usize| event.guards.iter().all(|guard| guards(*at).contains(guard));
        if adds.is_empty() || !adds.iter().all(compares) {
            return None;
        }
        let first = *adds.first()?;
        let tells = |guard: &&Guard| {
            is_choice(guard)
                && !event.guards.contains(guard)
                && adds.iter().all(|&add| guards(add).contains(guard))
        };
        let unguarded = guards(first).iter().find(tells).map(|_| first);
        Some(Self { adds, unguarded })
    }
}

/// Whether both answers to a condition are possible lives of the device, with the same answer
/// throughout one life.
fn is_choice(guard: &Guard) -> bool {
    guard.is_choice && !guard.or_leaves
}
