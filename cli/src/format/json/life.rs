//! The life of a type, field by field.

use super::head::Loc;
use crate::format::event::sentence;
use crate::format::place::Places;
use devmodel_analyzer::lifecycle::{
    DeviceTrace, LifecyclePath, Observed, PathOutcome, Phase, StrongReference, TraceEvent,
};
use devmodel_analyzer::model::Name;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
pub(super) struct Life<'a> {
    r#type: &'a str,
    ancestors: Vec<&'a str>,
    r#abstract: bool,
    declared: Option<Loc<'a>>,
    phases: Vec<InPhase<'a>>,
    paths: Vec<Way<'a>>,
    doubts: &'a [String],
    unfollowed: Vec<&'a str>,
}

/// The events of one phase, in order.
#[derive(Serialize)]
struct InPhase<'a> {
    phase: &'static str,
    events: Vec<Event<'a>>,
}

#[derive(Serialize)]
struct Event<'a> {
    /// Its number in the whole life, by which paths name it.
    index: usize,
    op: &'static str,
    place: &'a str,
    args: BTreeMap<&'static str, &'a str>,
    file: &'a str,
    line: u32,
    column: u32,
    message: String,
    guards: &'a [String],
    rollback: bool,
    stack: Vec<Loc<'a>>,
}

#[derive(Serialize)]
struct Way<'a> {
    path: &'static str,
    failure: Option<Loc<'a>>,
    events: &'a [usize],
    /// What the core does in between.
    turns: Vec<Turn>,
    state: &'static str,
    observations: Vec<Observation<'a>>,
    references: Vec<Reference<'a>>,
}

#[derive(Serialize)]
struct Turn {
    /// How many of the way's events come before it.
    after: usize,
    what: &'static str,
}

#[derive(Serialize)]
struct Reference<'a> {
    from: &'a str,
    to: &'a str,
    place: &'a str,
    events: &'a [usize],
    doubt: Option<&'static str>,
}

#[derive(Serialize)]
struct Observation<'a> {
    kind: &'static str,
    place: &'a str,
    event: Option<usize>,
    /// Which of the way's events brings it about.
    step: Option<usize>,
    witness: &'a [usize],
    doubt: Option<&'static str>,
}

impl<'a> Life<'a> {
    pub(super) fn new(
        device: &'a DeviceTrace,
        only: Option<LifecyclePath>,
        places: &Places<'a>,
    ) -> Self {
        let paths = device.paths.iter();
        let paths = paths.filter(|outcome| only.is_none_or(|path| outcome.path == path));
        Self {
            r#type: &device.name,
            ancestors: device.ancestors.iter().map(Name::as_str).collect(),
            r#abstract: device.is_abstract,
            declared: device.location.map(|at| Loc::new(at, "declared here", places)),
            phases: phases(device, places),
            paths: paths.map(|outcome| Way::new(outcome, places)).collect(),
            doubts: &device.doubts,
            unfollowed: device.unfollowed.iter().map(Name::as_str).collect(),
        }
    }
}

fn phases<'a>(device: &'a DeviceTrace, places: &Places<'a>) -> Vec<InPhase<'a>> {
    let mut phases: Vec<(Phase, InPhase<'a>)> = Vec::new();
    for (index, event) in device.events.iter().enumerate() {
        if phases.last().is_none_or(|(phase, _)| *phase != event.phase) {
            let events = Vec::new();
            phases.push((event.phase, InPhase { phase: event.phase.as_str(), events }));
        }
        if let Some((_, phase)) = phases.last_mut() {
            phase.events.push(Event::new(index, event, places));
        }
    }
    phases.into_iter().map(|(_, phase)| phase).collect()
}

impl<'a> Event<'a> {
    fn new(index: usize, event: &'a TraceEvent, places: &Places<'a>) -> Self {
        let place = places.of(event.location);
        Self {
            index,
            op: event.op.as_str(),
            place: &event.place,
            args: event.args.iter().map(|(role, value)| (*role, value.as_str())).collect(),
            file: place.file,
            line: place.start.line,
            column: place.start.column,
            message: sentence(event),
            guards: &event.guards,
            rollback: event.rollback,
            stack: event.stack.iter().map(|at| Loc::new(*at, "called here", places)).collect(),
        }
    }
}

impl<'a> Way<'a> {
    fn new(outcome: &'a PathOutcome, places: &Places<'a>) -> Self {
        Self {
            path: outcome.path.as_str(),
            failure: outcome.failure.map(|at| Loc::new(at, "realize fails here", places)),
            events: &outcome.steps,
            turns: outcome.turns.iter().map(Turn::new).collect(),
            state: if outcome.dies { "finalized" } else { "held" },
            observations: outcome.seen.iter().map(Observation::new).collect(),
            references: outcome.references.iter().map(Reference::new).collect(),
        }
    }
}

impl<'a> Observation<'a> {
    fn new(observed: &'a Observed) -> Self {
        Self {
            kind: observed.kind.as_str(),
            place: &observed.place,
            event: observed.events.last().copied(),
            step: observed.step,
            witness: &observed.events,
            doubt: observed.doubt,
        }
    }
}

impl Turn {
    const fn new(turn: &devmodel_analyzer::lifecycle::Turn) -> Self {
        Self { after: turn.after, what: turn.what.as_str() }
    }
}

impl<'a> Reference<'a> {
    fn new(reference: &'a StrongReference) -> Self {
        Self {
            from: &reference.from,
            to: &reference.to,
            place: &reference.place,
            events: &reference.events,
            doubt: reference.doubt,
        }
    }
}
