//! One way again, step by step, for whoever wants to check what the simulation says.

use super::{Outcome, Semantics, Simulation, Step, StrongReference, Way, steps};
use crate::lifecycle::Phase;
use crate::trace::Trace;

/// A way as it was walked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Replay {
    /// What it leads to.
    pub(crate) outcome: Outcome,
    /// All steps, with those of the finalizers if they run.
    pub(crate) steps: Vec<Step>,
    /// In which step each thing of the outcome was seen; `None` for what is left at the end.
    pub(crate) seen_in: Vec<Option<usize>>,
    /// What keeps the device or a child of it alive when the last reference from outside goes.
    pub(crate) references: Vec<StrongReference>,
}

/// Walks one way and notes when what happens.
pub(crate) fn replay(trace: &Trace, semantics: Semantics, way: Way) -> Replay {
    let mut simulation = Simulation::new(trace, semantics, way);
    let mut replay = Replay::default();
    for step in steps(trace, way) {
        if step == Step::Dropped {
            replay.references = simulation.strong_references();
        }
        replay.steps.push(step);
        let before = replay.seen_in.len();
        simulation.step(step, &[]);
        if step == Step::Dropped && simulation.outcome.dies() {
            replay.steps.extend(finalizers(trace));
        }
        for seen in &simulation.outcome.seen[before..] {
            let at = match step {
                // The finalizers run within this step, each of their events once.
                Step::Dropped => seen.events.last().and_then(|&event| replay.finalizer(event)),
                _ => Some(replay.steps.len() - 1),
            };
            replay.seen_in.push(at.filter(|_| !seen.kind.is_leak()));
        }
    }
    simulation.doubt_what_failed();
    replay.outcome = simulation.outcome;
    replay
}

impl Replay {
    fn finalizer(&self, event: usize) -> Option<usize> {
        self.steps.iter().rposition(|step| *step == Step::Event(event))
    }
}

/// What the finalizers do.
fn finalizers(trace: &Trace) -> impl Iterator<Item = Step> {
    let events = trace.events.iter().enumerate();
    events.filter(|(_, event)| event.phase == Phase::Finalize).map(|(at, _)| Step::Event(at))
}
