//! What would be different if some events did not happen.

use super::{Kind, Outcome, Seen, Semantics, simulate, ways};
use crate::trace::Trace;

/// The lives of one device with some events and without them.
#[derive(Clone, Copy)]
pub(crate) struct Comparison<'t> {
    /// All events.
    pub(crate) trace: &'t Trace,
    /// Whether the type can be realized.
    pub(crate) is_device: bool,
    /// The events that are left out.
    pub(crate) own: &'t [usize],
}

/// Something that is only seen where the events are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    /// What; `None` if it is the answer to a question whether a region is contained.
    pub(crate) kind: Option<Kind>,
    /// The event that shows it.
    pub(crate) event: Option<usize>,
}

impl Comparison<'_> {
    /// The first difference on any way: a leak before a fault. What the events themselves do wrong
    /// is no reason to keep them.
    pub(crate) fn difference(&self, semantics: Semantics) -> Option<Difference> {
        let semantics = semantics.applied(self.is_device);
        let mut found: Option<Difference> = None;
        for way in ways(self.trace, self.is_device) {
            let with = simulate(self.trace, semantics, way, &[]);
            let without = simulate(self.trace, semantics, way, self.own);
            let Some(difference) = self.compare(&with, &without) else { continue };
            if difference.kind.is_some_and(Kind::is_leak) {
                return Some(difference);
            }
            found = found.or(Some(difference));
        }
        found
    }

    fn compare(&self, with: &Outcome, without: &Outcome) -> Option<Difference> {
        let difference =
            |seen: &Seen| Difference { kind: Some(seen.kind), event: seen.events.last().copied() };
        let own = |seen: &Seen| seen.events.last().is_some_and(|at| self.own.contains(at));
        let new = without.seen.iter().find(|seen| !with.seen.contains(seen)).map(difference);
        let gone = || with.seen.iter().find(|seen| !own(seen) && !without.seen.contains(seen));
        let answered = || {
            let other = with.answers.iter().find(|answer| !without.answers.contains(answer));
            other.map(|(at, _)| Difference { kind: None, event: Some(*at) })
        };
        new.or_else(|| gone().map(difference)).or_else(answered)
    }
}
