//! The life of one type, to be shown: its events phase by phase, and what every path leads to.

use super::simulation::{Replay, Semantics, Step, StrongReference, Way, replay, ways};
use super::{Glue, Kind, LifecyclePath, Phase};
use crate::model::{Location, Name};
use crate::objects::{Objects, TypeId};
use crate::trace::{Event, Guard, TRACED, Trace, Value};
use crate::vocabulary::Op;

/// The life of one type.
#[derive(Clone, Debug)]
pub struct DeviceTrace {
    /// The type.
    pub name: Name,
    /// Its ancestors, root first.
    pub ancestors: Vec<Name>,
    /// Where its table declares it.
    pub location: Option<Location>,
    /// Whether no object of just this type can exist.
    pub is_abstract: bool,
    /// All events in order, phase by phase.
    pub events: Vec<TraceEvent>,
    /// What every path leads to.
    pub paths: Vec<PathOutcome>,
    /// The core's glue, as far as it concerns the type.
    pub glue: Glue,
    /// What stands in the way of a full account.
    pub doubts: Vec<String>,
    /// The functions that are handed something of the device and are not followed, sorted.
    pub unfollowed: Vec<Name>,
}

/// One event of a life.
#[derive(Clone, Debug)]
pub struct TraceEvent {
    /// The phase in which it happens.
    pub phase: Phase,
    /// What happens.
    pub op: Op,
    /// The region, child, memory or address space; empty where it could not be followed.
    pub place: String,
    /// Other objects that take part, by role.
    pub args: Vec<(&'static str, String)>,
    /// The call.
    pub location: Location,
    /// The conditions under which it happens, outermost first; `!` before one that must not hold.
    pub guards: Vec<String>,
    /// Whether it only undoes a failure.
    pub rollback: bool,
    /// The calls from the callback down to it.
    pub stack: Vec<Location>,
}

/// What one way along a path leads to.
#[derive(Clone, Debug)]
pub struct PathOutcome {
    /// The path.
    pub path: LifecyclePath,
    /// The statement by which realize fails, on the path of a failure.
    pub failure: Option<Location>,
    /// The events on the way, as indices.
    pub steps: Vec<usize>,
    /// What the core does by itself in between, in order.
    pub turns: Vec<Turn>,
    /// Whether the object dies at the end.
    pub dies: bool,
    /// What goes wrong, or is left.
    pub seen: Vec<Observed>,
    /// The strong references that keep the object, or a child of it, alive when the last reference
    /// from outside goes.
    pub references: Vec<StrongReference>,
}

/// Something that the core does between the events of a way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// How many of the way's events come before it.
    pub after: usize,
    /// What it does.
    pub what: CoreStep,
}

/// What the core does by itself on a way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CoreStep {
    /// Unrealize is over, and the glue runs.
    Unrealized,
    /// Realize has failed, and the glue runs.
    RealizeFailed,
    /// The last reference from outside is dropped; unless something holds the object, its children
    /// are released and it is finalized.
    Dropped,
}

impl CoreStep {
    /// The word in machine-readable output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unrealized => "unrealized",
            Self::RealizeFailed => "realize-failed",
            Self::Dropped => "dropped",
        }
    }
}

/// One thing that goes wrong on a way, or is left at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// What.
    pub kind: Kind,
    /// The region, child or address space.
    pub place: String,
    /// The events that show it, as indices, the one to look at first being the last.
    pub events: Vec<usize>,
    /// Which of the way's events brings it about, counted from 0; `None` for what is left at the end,
    /// and for what the core does.
    pub step: Option<usize>,
    /// What was taken for granted, if anything: then it is only possible.
    pub doubt: Option<&'static str>,
}

/// Tells the life of a type.
pub(crate) fn tell(
    objects: &Objects<'_, '_>,
    ty: TypeId,
    trace: &Trace,
    semantics: Semantics,
) -> DeviceTrace {
    let is_device = objects.is_device(ty) != Some(false);
    let semantics = semantics.applied(is_device);
    let (mut lineage, _) = objects.lineage(ty);
    lineage.pop();
    let declared = objects.get(ty);
    DeviceTrace {
        name: declared.name.clone(),
        ancestors: lineage.into_iter().map(|id| objects.get(id).name.clone()).collect(),
        location: declared.location,
        is_abstract: declared.is_abstract,
        events: trace.events.iter().map(event).collect(),
        paths: ways(trace, is_device).into_iter().map(|way| walk(trace, semantics, way)).collect(),
        glue: semantics.glue,
        doubts: doubts(objects, ty, trace),
        unfollowed: sorted(trace.opaque.iter().map(|call| &call.callee)),
    }
}

fn event(event: &Event) -> TraceEvent {
    let shown = |value: &Value| value.to_string();
    let roles = [
        ("owner", &event.owner, matches!(event.op, Op::Init | Op::Child | Op::Link)),
        ("container", &event.container, matches!(event.op, Op::Add | Op::Delete)),
        ("target", &event.target, event.target != Value::Unknown),
    ];
    let mut args: Vec<(&'static str, String)> = roles
        .into_iter()
        .filter(|(.., takes_part)| *takes_part)
        .map(|(role, value, _)| (role, shown(value)))
        .collect();
    if let Some(kind) = event.kind {
        args.push(("kind", kind.as_str().to_owned()));
    }
    if !event.ty.is_empty() {
        args.push(("type", event.ty.to_string()));
    }
    TraceEvent {
        phase: event.phase,
        op: event.op,
        place: shown(&event.region),
        args,
        location: event.location,
        guards: event
            .guards
            .iter()
            .filter(|guard| guard.is_telling())
            .map(Guard::to_string)
            .collect(),
        rollback: event.rollback,
        stack: event.stack.clone(),
    }
}

fn walk(trace: &Trace, semantics: Semantics, way: Way) -> PathOutcome {
    let replay = replay(trace, semantics, way);
    let (events, turns) = told(&replay.steps);
    PathOutcome {
        path: way.path,
        failure: way.failure.map(|at| trace.failures[at].location),
        steps: events,
        turns,
        dies: replay.outcome.dies(),
        seen: observed(&replay),
        references: replay.references,
    }
}

/// The events of a way, and what the core does between them.
fn told(steps: &[Step]) -> (Vec<usize>, Vec<Turn>) {
    let (mut events, mut turns) = (Vec::new(), Vec::new());
    for step in steps {
        let what = match step {
            Step::Event(at) => {
                events.push(*at);
                continue;
            }
            Step::Unrealized => CoreStep::Unrealized,
            Step::RealizeFailed => CoreStep::RealizeFailed,
            Step::Dropped => CoreStep::Dropped,
        };
        turns.push(Turn { after: events.len(), what });
    }
    (events, turns)
}

fn observed(replay: &Replay) -> Vec<Observed> {
    let is_event = |step: &Step| matches!(step, Step::Event(_));
    // Counted in events, without what the core does.
    let event = |step: usize| {
        let before = replay.steps[..step].iter().filter(|step| is_event(step)).count();
        is_event(&replay.steps[step]).then_some(before)
    };
    let seen = replay.outcome.seen.iter().zip(&replay.seen_in);
    seen.map(|(seen, step)| Observed {
        kind: seen.kind,
        place: seen.place.to_string(),
        events: seen.events.clone(),
        step: step.and_then(event),
        doubt: seen.doubt,
    })
    .collect()
}

fn doubts(objects: &Objects<'_, '_>, ty: TypeId, trace: &Trace) -> Vec<String> {
    let mut doubts = doubts_about_type(objects, ty);
    if trace.truncated {
        doubts.push("the callbacks are too large to be walked to their end".to_owned());
    }
    if objects.is_uncertain(ty, &TRACED) {
        doubts.push("which callback the type has depends on a condition".to_owned());
    }
    for (names, what) in [
        (&trace.ambiguous, "more than one of which matters, and none is followed"),
        (&trace.chosen, "of which the one that matters is followed"),
    ] {
        let names = sorted(names.iter()).into_iter();
        doubts.extend(names.map(|name| format!("`{name}` has several definitions, {what}")));
    }
    doubts
}

fn sorted<'n>(names: impl Iterator<Item = &'n Name>) -> Vec<Name> {
    let mut names: Vec<Name> = names.cloned().collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// What the type tables leave open.
fn doubts_about_type(objects: &Objects<'_, '_>, ty: TypeId) -> Vec<String> {
    let mut doubts = Vec::new();
    let (lineage, is_whole) = objects.lineage(ty);
    for &at in &lineage {
        let name = &objects.get(at).name;
        let tables = objects.count_named(name);
        if tables > 1 {
            doubts.push(format!("`{name}` is declared {tables} times; the first is taken"));
        }
    }
    let root = lineage.first().map(|&root| objects.get(root)).filter(|_| !is_whole);
    if let Some(root) = root {
        doubts.push(match objects.named(&root.parent) {
            Some(_) => {
                format!("the ancestors are a circle: `{}` is one of them twice", root.parent)
            }
            None => format!("the parent `{}` of `{}` is not in the tree", root.parent, root.name),
        });
    }
    doubts
}
