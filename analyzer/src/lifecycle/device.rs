//! The life of one type, to be shown: its events phase by phase, and what every path leads to.

use super::simulation::{Outcome, Seen, Semantics, Step, Way, simulate, steps, ways};
use super::{Kind, LifecyclePath, Phase};
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
    /// All events in order, phase by phase.
    pub events: Vec<TraceEvent>,
    /// What every path leads to.
    pub paths: Vec<PathOutcome>,
    /// What stands in the way of a full account: calls that could not be followed, and the like.
    pub doubts: Vec<String>,
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
    /// Whether the object dies at the end.
    pub dies: bool,
    /// What goes wrong, or is left.
    pub seen: Vec<Observed>,
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
        events: trace.events.iter().map(event).collect(),
        paths: ways(trace, is_device).into_iter().map(|way| walk(trace, semantics, way)).collect(),
        doubts: doubts(objects, ty, trace),
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
        guards: event.guards.iter().map(Guard::to_string).collect(),
        rollback: event.rollback,
        stack: event.stack.clone(),
    }
}

fn walk(trace: &Trace, semantics: Semantics, way: Way) -> PathOutcome {
    let outcome = simulate(trace, semantics, way, &[]);
    let dies = outcome.dies();
    let mut events: Vec<usize> = steps(trace, way)
        .into_iter()
        .filter_map(|step| match step {
            Step::Event(at) => Some(at),
            Step::Unrealized | Step::RealizeFailed | Step::Dropped => None,
        })
        .collect();
    if dies {
        let last = trace.events.iter().enumerate();
        events.extend(last.filter(|(_, one)| one.phase == Phase::Finalize).map(|(at, _)| at));
    }
    PathOutcome {
        path: way.path,
        failure: way.failure.map(|at| trace.failures[at].location),
        steps: events,
        dies,
        seen: observed(outcome),
    }
}

fn observed(outcome: Outcome) -> Vec<Observed> {
    let shown = |seen: Seen| Observed {
        kind: seen.kind,
        place: seen.place.to_string(),
        events: seen.events,
        doubt: seen.doubt,
    };
    outcome.seen.into_iter().map(shown).collect()
}

fn doubts(objects: &Objects<'_, '_>, ty: TypeId, trace: &Trace) -> Vec<String> {
    let mut doubts = Vec::new();
    if trace.truncated {
        doubts.push("the callbacks are too large to be walked to their end".to_owned());
    }
    if objects.is_uncertain(ty, &TRACED) {
        doubts.push("which callback the type has depends on a condition".to_owned());
    }
    let mut opaque: Vec<&Name> = trace.opaque.iter().map(|call| &call.callee).collect();
    opaque.sort_unstable();
    opaque.dedup();
    doubts.extend(opaque.into_iter().map(|callee| format!("`{callee}` is not followed")));
    doubts
}
