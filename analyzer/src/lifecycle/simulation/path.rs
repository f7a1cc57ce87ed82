//! Lifecycle paths as words over events.

use super::state::exclude;
use crate::lifecycle::{LifecyclePath, Phase};
use crate::trace::{Event, Trace};
use crate::vocabulary::Op;

/// One step of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    /// The event of this number happens.
    Event(usize),
    /// Unrealize is over: the core's glue runs.
    Unrealized,
    /// Realize has failed: the core's glue runs.
    RealizeFailed,
    /// Whoever made the object gives up the last reference from outside.
    Dropped,
}

/// One way along a path: `failure` numbers the failure of realize that it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Way {
    /// The path.
    pub(crate) path: LifecyclePath,
    /// Which of the trace's failures ends realize.
    pub(crate) failure: Option<usize>,
}

/// All ways that a type can go, in order of the paths. Objects that are no devices may be realized
/// too, as buses are.
pub(crate) fn ways(trace: &Trace, is_device: bool) -> Vec<Way> {
    let way = |path| Way { path, failure: None };
    let mut ways = vec![way(LifecyclePath::Introspect)];
    let lives = |phase| matches!(phase, Phase::Realize | Phase::Unrealize | Phase::Unparent);
    if !is_device && !trace.events.iter().any(|event| lives(event.phase)) {
        return ways;
    }
    let realize = |at: &usize| trace.failures[*at].phase == Phase::Realize;
    ways.extend(
        (0..trace.failures.len())
            .filter(realize)
            .map(|at| Way { path: LifecyclePath::FailedRealize, failure: Some(at) }),
    );
    ways.extend(
        [LifecyclePath::Unplug, LifecyclePath::Replug, LifecyclePath::LateFinalize].map(way),
    );
    ways
}

/// The steps of one way, up to the moment in which the object is dropped. What the finalizers do
/// comes after that, if it is not kept alive.
pub(crate) fn steps(trace: &Trace, way: Way) -> Vec<Step> {
    let mut steps = Vec::new();
    phase(trace, Phase::Init, &mut steps);
    match (way.path, way.failure) {
        (LifecyclePath::Introspect, _) => {}
        (LifecyclePath::FailedRealize, Some(failure)) => fail(trace, failure, &mut steps),
        (LifecyclePath::FailedRealize, None) => {}
        (LifecyclePath::Replug, _) => {
            live(trace, &mut steps);
            live(trace, &mut steps);
        }
        (LifecyclePath::Unplug | LifecyclePath::LateFinalize, _) => live(trace, &mut steps),
    }
    if !matches!(way.path, LifecyclePath::Introspect) {
        phase(trace, Phase::Unparent, &mut steps);
    }
    steps.push(Step::Dropped);
    steps
}

/// Realized, and unrealized again.
fn live(trace: &Trace, steps: &mut Vec<Step>) {
    phase(trace, Phase::Realize, steps);
    phase(trace, Phase::Unrealize, steps);
    steps.push(Step::Unrealized);
}

/// The events of a phase that goes well.
fn phase(trace: &Trace, phase: Phase, steps: &mut Vec<Step>) {
    let events = trace.events.iter().enumerate();
    let happens = events.filter(|(_, event)| event.phase == phase && !undoes(event));
    steps.extend(happens.map(|(at, _)| Step::Event(at)));
}

/// Whether it only undoes what was done. On a way out that nothing shows to be a failure, and that
/// ends something, it most likely does.
fn undoes(event: &Event) -> bool {
    let ends = matches!(event.op, Op::Delete | Op::Unparent | Op::Free | Op::SpaceDestroy);
    let builds = matches!(event.phase, Phase::Init | Phase::Realize);
    event.rollback || (event.leaving && ends && builds)
}

/// Realize up to a failure, and what undoes it.
fn fail(trace: &Trace, failure: usize, steps: &mut Vec<Step>) {
    let failure = &trace.failures[failure];
    let before = trace.events.iter().enumerate().take(failure.before);
    let done = before.filter(|(_, event)| {
        let happens = event.phase == Phase::Realize && !undoes(event);
        happens && !exclude(&event.guards, &failure.guards)
    });
    steps.extend(done.map(|(at, _)| Step::Event(at)));
    steps.extend(failure.undone.iter().cloned().flatten().map(Step::Event));
    steps.push(Step::RealizeFailed);
}
