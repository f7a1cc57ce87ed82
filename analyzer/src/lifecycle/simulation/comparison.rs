//! What would be different if some events did not happen.

use super::{Kind, Outcome, Seen, Semantics, simulate, ways};
use crate::lifecycle::LifecyclePath;
use crate::trace::Trace;
use std::fmt;

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    /// The path on which it is seen.
    pub(crate) path: LifecyclePath,
    /// What; `None` if it is the answer to a question whether a region is contained.
    pub(crate) kind: Option<Kind>,
    /// The event that shows it.
    pub(crate) event: Option<usize>,
    /// The region concerned; empty for the answer to a question.
    region: String,
}

/// Why the events are needed.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.as_str();
        match self.kind {
            Some(kind) => write!(
                f,
                "without it the path {path} would lead to {} of `{}`",
                kind.as_str(),
                self.region
            ),
            None => write!(f, "whether a region is contained is asked on the path {path}"),
        }
    }
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
            let Some(difference) = self.compare(way.path, &with, &without) else { continue };
            if difference.kind.is_some_and(Kind::is_leak) {
                return Some(difference);
            }
            found = found.or(Some(difference));
        }
        found
    }

    fn compare(
        &self,
        path: LifecyclePath,
        with: &Outcome,
        without: &Outcome,
    ) -> Option<Difference> {
        let difference = |seen: &Seen| Difference {
            path,
            kind: Some(seen.kind),
            event: seen.events.last().copied(),
            region: seen.place.to_string(),
        };
        let own = |at: &usize| self.own.contains(at);
        let of_own = |seen: &Seen| seen.events.last().is_some_and(own);
        let new = without.seen.iter().find(|seen| !with.seen.contains(seen)).map(difference);
        let gone = || with.seen.iter().find(|seen| !of_own(seen) && !without.seen.contains(seen));
        let answered = || {
            let asked = |answer: &&(usize, bool)| !own(&answer.0);
            let mut answers = with.answers.iter().filter(asked);
            let (at, _) = answers.find(|answer| !without.answers.contains(answer))?;
            Some(Difference { path, kind: None, event: Some(*at), region: String::new() })
        };
        new.or_else(|| gone().map(difference)).or_else(answered)
    }
}
