//! Lives with calls that are not written yet.

use super::{Curer, Missing, kept};
use crate::lifecycle::Phase;
use crate::lifecycle::simulation::{Kind, Outcome, Seen, simulate, ways};
use crate::objects::TypeId;
use crate::trace::{Event, Trace};
use crate::vocabulary::Op;

impl Curer<'_, '_> {
    /// Whether the deletions cure what is missing in the lives of all types, and bring about nothing.
    pub(super) fn tried(&self, types: &[TypeId], group: &[Missing]) -> Option<()> {
        types.iter().all(|&ty| self.tried_with(ty, group)).then_some(())
    }

    fn tried_with(&self, ty: TypeId, group: &[Missing]) -> bool {
        let trace = self.traces.of(ty);
        let is_late = |event: &&Event| event.phase >= Phase::Unrealize;
        let at =
            trace.events.iter().position(|event| is_late(&event)).unwrap_or(trace.events.len());
        let deletions: Vec<Event> = group.iter().rev().map(deletion).collect();
        let mut longer = Trace::clone(&trace);
        longer.events.splice(at..at, deletions);
        let late = |event: &Event| {
            let moved = event.op == Op::Delete && is_of(event, group);
            event.phase == Phase::Finalize && (moved || event.op == Op::Unparent)
        };
        let without: Vec<usize> =
            (0..longer.events.len()).filter(|&at| late(&longer.events[at])).collect();
        self.compare(ty, (&trace, &longer), (at, group), &without)
    }

    /// Compares all ways; with the deletions, finalizers do not delete any more. What they unparent too
    /// late is reported as that, whether the device is held or not.
    fn compare(
        &self,
        ty: TypeId,
        (trace, longer): (&Trace, &Trace),
        (at, group): (usize, &[Missing]),
        without: &[usize],
    ) -> bool {
        let is_device = self.objects.is_device(ty) != Some(false);
        let semantics = self.semantics.applied(is_device);
        ways(trace, is_device).into_iter().all(|way| {
            let before = simulate(trace, semantics, way, &[]);
            let after = simulate(longer, semantics, way, without);
            let unrealized =
                way.failure.is_none() && way.path != crate::lifecycle::LifecyclePath::Introspect;
            let left = |seen: &Seen| {
                let held = matches!(seen.kind, Kind::HeldByCycle | Kind::StaleMapping);
                held && group.iter().any(|one| one.add.region.place() == Some(&seen.place))
            };
            let known = |seen: &Seen| is_known(seen, &before, at, group.len());
            let same_answers = answers(&before, at, 0) == answers(&after, at, group.len());
            same_answers
                && after.seen.iter().all(known)
                && !(unrealized && after.seen.iter().any(left))
        })
    }
}

/// The deletion of what was added, at the start of unrealize.
fn deletion(one: &Missing) -> Event {
    Event {
        op: Op::Delete,
        phase: Phase::Unrealize,
        guards: kept(&one.add).cloned().collect(),
        stack: Vec::new(),
        ..one.add.clone()
    }
}

/// Whether an event concerns one of the regions.
fn is_of(event: &Event, group: &[Missing]) -> bool {
    event.region.places().iter().any(|place| {
        group.iter().any(|one| one.add.region.place().is_some_and(|region| region.may_be(place)))
    })
}

/// Whether the same was seen before, with `count` events less from `at` on.
fn is_known(seen: &Seen, before: &Outcome, at: usize, count: usize) -> bool {
    if seen.events.iter().any(|event| (at..at + count).contains(event)) {
        return false;
    }
    let moved: Vec<usize> =
        seen.events.iter().map(|&event| if event < at { event } else { event - count }).collect();
    let same = |old: &Seen| (old.kind, &old.place, &old.events) == (seen.kind, &seen.place, &moved);
    before.seen.iter().any(same)
}

/// The answers to questions, by what the events were numbered before.
fn answers(outcome: &Outcome, at: usize, count: usize) -> Vec<(usize, bool)> {
    let moved = |event: usize| if event < at { event } else { event - count };
    outcome.answers.iter().map(|&(event, answer)| (moved(event), answer)).collect()
}
