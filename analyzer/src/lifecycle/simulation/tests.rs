//! Whatever the events, a walk comes to an end, and points to events that are there.

use super::{Outcome, Semantics, Way, simulate, ways};
use crate::lifecycle::{Glue, OwnershipModel, RegionKind};
use crate::model::{FileId, Location, Name, Span};
use crate::trace::{Event, Failure, Guard, Index, Place, Question, Root, TRACED, Trace, Value};
use crate::vocabulary::Op;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use std::sync::Arc;

const OPS: [Op; 13] = [
    Op::Init,
    Op::Add,
    Op::Delete,
    Op::Unparent,
    Op::Free,
    Op::Query,
    Op::Observe,
    Op::Child,
    Op::SpaceInit,
    Op::SpaceDestroy,
    Op::Begin,
    Op::Commit,
    Op::Link,
];

const KINDS: [Option<RegionKind>; 4] =
    [None, Some(RegionKind::Container), Some(RegionKind::Io), Some(RegionKind::Alias)];

fn at(number: usize) -> Location {
    let start = number as u32;
    Location::new(FileId(0), Span::new(start, start + 1))
}

/// A few places that lie in each other, may be each other, or have nothing in common.
fn places() -> Vec<Place> {
    let record = Name::new("Auk");
    let field = |name: &str| Place::object().field(&record, &Name::new(name));
    let element = |index: Index| field("rows").and_then(|rows| rows.index(&index));
    let inner = field("more").and_then(Place::deref);
    let region = inner.clone().and_then(|inner| inner.field(&Name::default(), &Name::new("mr")));
    [
        Some(Place::object()),
        field("bar"),
        field("regs"),
        element(Index::Any),
        element(Index::Number(1)),
        element(Index::Constant(Name::new("LAST"))),
        inner,
        region,
        Some(Place::of(Root::Heap(7))),
        Some(Place::of(Root::Unowned(Name::new("memory")))),
        Some(Place::of(Root::Global(Name::new("shared")))),
        Some(Place::of(Root::Parameter(Name::new("Auk")))),
        Some(Place::of(Root::Result(Name::new("get"), None, Name::default()))),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn values() -> impl Strategy<Value = Value> {
    let two = (select(places()), select(places()));
    prop_oneof![
        8 => select(places()).prop_map(Value::Address),
        1 => select(places()).prop_map(Value::Maybe),
        1 => two.prop_map(|(one, other)| Value::Address(one).or(Value::Address(other))),
        1 => Just(Value::Null),
        1 => Just(Value::Unknown),
    ]
}

fn guards() -> impl Strategy<Value = Guard> {
    let asks = prop_oneof![
        3 => Just(Question::Open),
        1 => select(places()).prop_map(Question::Contained),
        1 => select(places()).prop_map(Question::Pointer),
    ];
    let condition = select(vec!["Auk.wide", "Auk.busy", "limit"]);
    (condition, any::<bool>(), asks, any::<bool>(), any::<bool>()).prop_map(
        |(condition, holds, asks, or_leaves, is_choice)| Guard {
            condition: Name::new(condition),
            holds,
            asks,
            or_leaves,
            is_choice,
        },
    )
}

fn events() -> impl Strategy<Value = Event> {
    let what = (select(OPS.to_vec()), select(TRACED.to_vec()), select(KINDS.to_vec()));
    let whom = (values(), values(), values(), values());
    let flags = (proptest::bool::weighted(0.2), proptest::bool::weighted(0.2));
    (what, whom, flags, vec(guards(), 0..3)).prop_map(
        |((op, phase, kind), (region, owner, container, target), (rollback, leaving), guards)| {
            Event {
                op,
                phase,
                location: at(0),
                region,
                owner,
                owner_location: at(0),
                container,
                target,
                ty: Name::default(),
                kind,
                rollback,
                leaving,
                guards: Arc::from(guards),
                stack: Vec::new(),
            }
        },
    )
}

fn traces() -> impl Strategy<Value = Trace> {
    vec(events(), 0..40).prop_flat_map(|mut events| {
        events.sort_by_key(|event| event.phase);
        let end = events.len();
        let failure = (0..=end, 0..=end, 0..=end, select(TRACED.to_vec()));
        vec(failure, 0..3).prop_map(move |failures| Trace {
            events: events.clone(),
            failures: failures
                .into_iter()
                .map(|(before, one, other, phase)| {
                    Failure::new(phase, at(0), before, one.min(other)..one.max(other))
                })
                .collect(),
            ..Trace::default()
        })
    })
}

/// All ways under all models and glues.
fn walks(trace: &Trace) -> Vec<(Semantics, Way)> {
    let models = OwnershipModel::ALL.into_iter();
    let semantics = models.flat_map(|model| Glue::ALL.map(|glue| Semantics { model, glue }));
    let semantics: Vec<_> = semantics.collect();
    let ways = ways(trace, true);
    semantics.iter().flat_map(|one| ways.iter().map(move |way| (*one, *way))).collect()
}

fn points_into(outcome: &Outcome, count: usize) -> bool {
    let there = |events: &[usize]| !events.is_empty() && events.iter().all(|&at| at < count);
    outcome.seen.iter().all(|seen| there(&seen.events))
        && outcome.answers.iter().all(|(at, _)| *at < count)
}

proptest! {
    #[test]
    fn every_walk_ends(trace in traces(), without in vec(0..40_usize, 0..4)) {
        for (semantics, way) in walks(&trace) {
            let outcome = simulate(&trace, semantics, way, &without);
            prop_assert!(points_into(&outcome, trace.events.len()), "{:?} {:?}", way, outcome);
        }
    }

    /// What does not happen is not what shows a fault.
    #[test]
    fn nothing_is_seen_of_what_does_not_happen(trace in traces(), gone in 0..40_usize) {
        for (semantics, way) in walks(&trace) {
            let outcome = simulate(&trace, semantics, way, &[gone]);
            let last = outcome.seen.iter().filter_map(|seen| seen.events.last());
            prop_assert!(last.into_iter().all(|at| *at != gone));
        }
    }
}
