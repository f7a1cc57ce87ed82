//! Endings: the ways in which a phase stops early because something failed.

use super::{Guard, Tracer};
use crate::lifecycle::Phase;
use crate::model::{Expr, ExprKind, Location, Name, Stmt, StmtKind};
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::sync::Arc;

/// One way in which a phase fails.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    /// The phase.
    pub(crate) phase: Phase,
    /// The statement that takes the way out.
    pub(crate) location: Location,
    /// How many events stand before it; those that undo another failure do not happen on this way.
    pub(crate) before: usize,
    /// The events on the way out, in order.
    pub(crate) undone: Vec<Range<usize>>,
    /// The conditions under which it is taken: what happens only under others has not happened.
    pub(crate) guards: Arc<[Guard]>,
    /// The events of a call that has failed in a way that was not followed: they may not have
    /// happened.
    pub(crate) unsure: Range<usize>,
    /// The label where the way goes on, in the function being walked.
    label: Option<Name>,
    /// Whether the function being walked has taken a way out because of it.
    answered: bool,
    /// Whether the walk went on after it as if nothing had failed.
    passed: bool,
}

#[cfg(test)]
impl Failure {
    /// A failure that nothing answers any more.
    pub(crate) fn new(
        phase: Phase,
        location: Location,
        before: usize,
        undone: Range<usize>,
    ) -> Self {
        Self {
            phase,
            location,
            before,
            undone: vec![undone],
            guards: [].into(),
            unsure: 0..0,
            label: None,
            answered: true,
            passed: false,
        }
    }
}

/// How many failures and events there were at some point of the walk.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mark {
    failures: usize,
    events: usize,
}

/// What the walk of one function keeps about its ways out.
#[derive(Debug, Default)]
pub(super) struct Exits {
    /// Failures from here on are of this function or of what it calls.
    base: usize,
    /// What came from here on happened in the statement before, or in the one being walked.
    fresh: Mark,
    /// What came from here on happened in the statement being walked.
    now: Mark,
    /// How many events stand before each label.
    labels: FxHashMap<Name, usize>,
}

impl Exits {
    /// The statement being walked, and the one before.
    pub(super) const fn marks(&self) -> (Mark, Mark) {
        (self.fresh, self.now)
    }

    pub(super) const fn set_marks(&mut self, (fresh, now): (Mark, Mark)) {
        (self.fresh, self.now) = (fresh, now);
    }

    /// The failures of the statement before `now`.
    pub(super) const fn recent(&self, now: Mark) -> Range<usize> {
        self.fresh.failures..now.failures
    }

    /// Whether nothing has failed since the statement before, of `failures` in all.
    pub(super) const fn is_calm(&self, failures: usize) -> bool {
        self.fresh.failures == failures
    }
}

impl Exits {
    /// Where the events of what a condition asks about begin: of the call in it, or of the
    /// statement before.
    fn asked(&self, condition: &Expr) -> usize {
        let mut calls = false;
        condition.each(&mut |expr| calls |= matches!(expr.kind, ExprKind::Call { .. }));
        if calls { self.now.events } else { self.fresh.events }
    }
}

impl Tracer<'_, '_> {
    /// The exits of a function that is about to be walked.
    pub(super) fn exits(&self) -> Exits {
        let here = self.mark();
        Exits { base: here.failures, fresh: here, now: here, labels: FxHashMap::default() }
    }

    /// Where the walk is.
    pub(super) fn mark(&self) -> Mark {
        Mark { failures: self.failures.len(), events: self.trace.events.len() }
    }

    /// A branch that leaves because something failed has been walked; its events are `taken`. The
    /// branch answers what has just failed in a call; if nothing has, or the branch has an error of
    /// its own, it is a failure itself.
    pub(super) fn fail(
        &mut self,
        exits: &Exits,
        (condition, branch): (&Expr, &Stmt),
        own: bool,
        taken: Range<usize>,
    ) {
        let label = goto(branch);
        let mut answers = false;
        if !own {
            for failure in
                self.failures[exits.fresh.failures..].iter_mut().filter(|one| !one.answered)
            {
                failure.undone.push(taken.clone());
                failure.label.clone_from(&label);
                failure.answered = true;
                answers = true;
            }
        }
        if !answers {
            let guards = self.guards_in_force();
            self.failures.push(Failure {
                guards,
                phase: self.phase,
                location: Location::new(self.file(), branch.span),
                before: taken.start,
                unsure: if own { 0..0 } else { exits.asked(condition)..taken.start },
                undone: vec![taken],
                label,
                answered: true,
                passed: false,
            });
        }
    }

    /// The next statement answers what fails in the one before it, and nothing older.
    pub(super) fn next_statement(&self, exits: &mut Exits, before: &mut Mark) {
        exits.fresh = *before;
        *before = self.mark();
        exits.now = *before;
    }

    /// Control goes on after failures that nobody has answered: what has undone them was not on the
    /// way out of the phase.
    pub(super) fn pass(&mut self, failures: Range<usize>) {
        let end = failures.end.min(self.failures.len());
        for at in failures.start.min(end)..end {
            if !self.failures[at].answered && !self.failures[at].passed {
                self.failures[at].passed = true;
                self.take_back(at);
            }
        }
    }

    /// The function returns right after what has failed: the caller learns of it.
    pub(super) fn answer(&mut self, from: usize) {
        for failure in self.failures.iter_mut().skip(from).filter(|one| !one.passed) {
            failure.answered = true;
        }
    }

    /// The events that undo a failure are those of a phase that goes on.
    fn take_back(&mut self, failure: usize) {
        if self.rollback {
            return;
        }
        for range in &self.failures[failure].undone {
            for event in &mut self.trace.events[range.clone()] {
                event.rollback = false;
                event.leaving = true;
            }
        }
    }

    /// A label has been reached.
    pub(super) fn reach_label(&self, exits: &mut Exits, label: &Name) {
        exits.labels.entry(label.clone()).or_insert(self.trace.events.len());
    }

    /// The function ends: ways out that went on at a label run to the end of the function, and
    /// what nobody has answered is left to the caller if it failed at the very end.
    pub(super) fn leave(&mut self, exits: &Exits) {
        let end = self.trace.events.len();
        let fresh = exits.fresh.failures;
        self.pass(exits.base..fresh);
        let mut kept = Vec::new();
        for (at, mut failure) in (exits.base..).zip(self.failures.drain(exits.base..)) {
            let reached = failure.label.take().and_then(|label| exits.labels.get(&label));
            if let Some(&start) = reached {
                failure.undone.push(start..end);
            }
            let open = at >= fresh && !failure.passed;
            if std::mem::take(&mut failure.answered) || open {
                kept.push(failure);
            }
        }
        self.failures.extend(kept);
    }
}

/// The label to which a branch jumps at its end.
fn goto(branch: &Stmt) -> Option<Name> {
    match &branch.kind {
        StmtKind::Goto(label) => Some(label.clone()),
        StmtKind::Block(body) => body.last().and_then(goto),
        _ => None,
    }
}
