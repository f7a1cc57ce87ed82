//! The ways along a path; those that come to the same are one.

use super::event::place;
use super::place::Places;
use devmodel_analyzer::lifecycle::{LifecyclePath, Observed, PathOutcome};
use devmodel_analyzer::model::Location;

/// Ways that differ only in where realize fails.
pub(crate) struct Ways<'a> {
    /// The first of them.
    pub(crate) first: &'a PathOutcome,
    /// Where realize fails, way by way.
    pub(crate) failures: Vec<Location>,
}

/// The ways along a path, or along all; those that end alike are put together.
pub(crate) fn fold(paths: &[PathOutcome], only: Option<LifecyclePath>) -> Vec<Ways<'_>> {
    let mut folded: Vec<Ways<'_>> = Vec::new();
    for outcome in paths.iter().filter(|one| only.is_none_or(|path| one.path == path)) {
        let known = folded.iter_mut().find(|ways| ends_alike(ways.first, outcome));
        match known {
            Some(ways) => ways.failures.extend(outcome.failure),
            None => folded
                .push(Ways { first: outcome, failures: outcome.failure.into_iter().collect() }),
        }
    }
    folded
}

fn ends_alike(one: &PathOutcome, other: &PathOutcome) -> bool {
    // Later failures move the step in which a fault happens, and nothing else about it.
    let same = |(one, other): (&Observed, &Observed)| {
        (one.kind, &one.place, &one.events, one.doubt)
            == (other.kind, &other.place, &other.events, other.doubt)
    };
    one.path == other.path
        && one.dies == other.dies
        && one.seen.len() == other.seen.len()
        && one.seen.iter().zip(&other.seen).all(same)
        && one.references == other.references
}

impl Ways<'_> {
    /// What becomes of the object.
    pub(crate) const fn state(&self) -> &'static str {
        if self.first.dies { "finalized" } else { "held" }
    }

    /// Where realize fails, in one line: all places, or the first ones and how many more there are.
    pub(crate) fn failing(&self, places: &Places<'_>, all: bool) -> Option<String> {
        const FEW: usize = 3;
        let mut lines = self.places(places);
        if !all && lines.len() > FEW {
            let rest = lines.len() - (FEW - 1);
            lines.truncate(FEW - 1);
            lines.push(format!("{rest} more"));
        }
        (!lines.is_empty()).then(|| format!("realize fails at {}", lines.join(", ")))
    }

    /// The places where realize fails.
    pub(crate) fn places(&self, places: &Places<'_>) -> Vec<String> {
        let mut lines: Vec<String> = self.failures.iter().map(|at| place(*at, places)).collect();
        lines.dedup();
        lines
    }
}

/// One thing that goes wrong, or is left.
pub(crate) fn observation(seen: &Observed) -> String {
    let doubt = seen.doubt.map(|doubt| format!(" (perhaps: {doubt})"));
    format!("{} `{}`{}", seen.kind.as_str(), seen.place, doubt.unwrap_or_default())
}

/// The numbers of events.
pub(crate) fn numbers(events: &[usize]) -> String {
    let numbers: Vec<String> = events.iter().map(|at| format!("#{at}")).collect();
    numbers.join(" ")
}
