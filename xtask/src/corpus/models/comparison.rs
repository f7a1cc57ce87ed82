//! Names that were predicted beside names that were measured.

use std::collections::BTreeSet;
use std::fmt;

/// How many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// Measured.
    pub(super) measured: usize,
    /// Predicted and measured.
    pub(super) found: usize,
    /// Predicted.
    pub(super) predicted: usize,
    /// Predicted, but measured not to be so.
    pub(super) beyond: usize,
}

/// What is still good enough, in percent.
pub(super) struct Bounds {
    /// The least share of what was measured that is found.
    pub(super) found: usize,
    /// The largest share of what was predicted that is beyond.
    pub(super) beyond: usize,
}

/// One target, or all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Comparison {
    /// The name of the target.
    pub(super) name: String,
    found: BTreeSet<String>,
    missed: BTreeSet<String>,
    beyond: BTreeSet<String>,
}

impl Counts {
    /// Why these are not good enough.
    pub(super) fn failure(&self, bounds: &Bounds) -> Option<String> {
        if self.found * 100 < self.measured * bounds.found {
            return Some(format!("found only {}", share(self.found, self.measured)));
        }
        if self.beyond * 100 > self.predicted * bounds.beyond {
            return Some(format!("beyond are {}", share(self.beyond, self.predicted)));
        }
        None
    }
}

impl Comparison {
    /// Names outside `types` were not measured and are left out; without `types` it is only known
    /// what was held, so nothing is beyond it.
    pub(super) fn new(
        name: &str,
        measured: &BTreeSet<String>,
        predicted: &BTreeSet<String>,
        types: Option<&BTreeSet<String>>,
    ) -> Self {
        let beyond = predicted.difference(measured);
        Self {
            name: name.to_owned(),
            found: measured.intersection(predicted).cloned().collect(),
            missed: measured.difference(predicted).cloned().collect(),
            beyond: beyond
                .filter(|name| types.is_some_and(|types| types.contains(*name)))
                .cloned()
                .collect(),
        }
    }

    /// All targets; a type of several of them counts once.
    pub(super) fn sum<'a>(parts: impl Iterator<Item = &'a Self>) -> Self {
        let mut sum = Self {
            name: "all".to_owned(),
            found: BTreeSet::new(),
            missed: BTreeSet::new(),
            beyond: BTreeSet::new(),
        };
        for part in parts {
            sum.found.extend(part.found.iter().cloned());
            sum.missed.extend(part.missed.iter().cloned());
            sum.beyond.extend(part.beyond.iter().cloned());
        }
        // A name may be beyond on one target and found on another.
        let held = sum.found.union(&sum.missed).cloned().collect();
        sum.beyond = sum.beyond.difference(&held).cloned().collect();
        sum
    }

    /// How many of each.
    pub(super) fn counts(&self) -> Counts {
        let found = self.found.len();
        Counts {
            measured: found + self.missed.len(),
            found,
            predicted: found + self.beyond.len(),
            beyond: self.beyond.len(),
        }
    }

    /// Why it is not good enough.
    pub(super) fn failure(&self, bounds: &Bounds) -> Option<String> {
        self.counts().failure(bounds).map(|why| format!("{}: {why}", self.name))
    }

    /// Prints what does not agree, each name with a remark.
    pub(super) fn names(&self, remark: impl Fn(&str) -> &'static str) {
        for (what, names) in [("missed", &self.missed), ("beyond", &self.beyond)] {
            let named: Vec<String> =
                names.iter().map(|name| format!("{name}{}", remark(name))).collect();
            if !named.is_empty() {
                println!("    {what}: {}", named.join(", "));
            }
        }
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts { measured, found, predicted, beyond } = self.counts();
        write!(
            f,
            "{:<14} measured {measured:>4}  predicted {predicted:>4}  found {:<20}  missed {:>3}  beyond {}",
            self.name,
            share(found, measured),
            self.missed.len(),
            share(beyond, predicted),
        )
    }
}

fn share(part: usize, whole: usize) -> String {
    match (100 * part).checked_div(whole) {
        Some(percent) => format!("{part} of {whole} ({percent}%)"),
        None => format!("{part} of {whole}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Bounds, Comparison, Counts};
    use std::collections::BTreeSet;

    const BOUNDS: Bounds = Bounds { found: 90, beyond: 10 };

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn types_of_other_targets_are_left_out() {
        let types = set(&["a", "b", "c"]);
        let row = Comparison::new("t", &set(&["a", "b"]), &set(&["b", "c", "z"]), Some(&types));
        let expected = Counts { measured: 2, found: 1, predicted: 2, beyond: 1 };
        assert_eq!(row.counts(), expected);
        assert_eq!((row.missed, row.beyond), (set(&["a"]), set(&["c"])));
    }

    #[test]
    fn without_types_nothing_is_beyond() {
        let row = Comparison::new("t", &set(&["a"]), &set(&["a", "b"]), None);
        assert_eq!(row.counts(), Counts { measured: 1, found: 1, predicted: 1, beyond: 0 });
    }

    #[test]
    fn a_type_of_two_targets_counts_once() {
        let types = set(&["a", "b"]);
        let predicted = set(&["a", "b"]);
        let one = Comparison::new("one", &set(&["a"]), &predicted, Some(&types));
        let two = Comparison::new("two", &set(&["a", "b"]), &predicted, Some(&types));
        let sum = Comparison::sum([&one, &two].into_iter());
        assert_eq!(sum.counts(), Counts { measured: 2, found: 2, predicted: 2, beyond: 0 });
    }

    #[test]
    fn the_bounds_themselves_are_good_enough() {
        let good = Counts { measured: 10, found: 9, predicted: 10, beyond: 1 };
        assert_eq!(good.failure(&BOUNDS), None);
        let missing = Counts { measured: 100, found: 89, predicted: 89, beyond: 0 };
        assert_eq!(missing.failure(&BOUNDS).as_deref(), Some("found only 89 of 100 (89%)"));
        let wild = Counts { measured: 16, found: 16, predicted: 18, beyond: 2 };
        assert_eq!(wild.failure(&BOUNDS).as_deref(), Some("beyond are 2 of 18 (11%)"));
    }

    #[test]
    fn where_nothing_was_measured_nothing_may_be_predicted() {
        assert_eq!(Counts::default().failure(&BOUNDS), None);
        let one = Counts { predicted: 1, beyond: 1, ..Counts::default() };
        assert!(one.failure(&BOUNDS).is_some());
    }
}
