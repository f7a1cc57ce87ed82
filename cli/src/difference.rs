//! What changes between two models.

use devmodel_analyzer::lifecycle::{Glue, LifecyclePath, ModelOutcome, OwnershipModel};
use devmodel_analyzer::model::Name;

/// What the types of a tree may do on a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Fate {
    /// Keep themselves alive
    Leaking,
    /// Leak only through a child
    LeakingChildren,
    /// Run into a fault
    Faulting,
    /// Can't be decided
    Undecided,
}

impl Fate {
    pub(crate) const ALL: [Self; 4] =
        [Self::Leaking, Self::LeakingChildren, Self::Faulting, Self::Undecided];

    /// The word of the output contract, for people.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Leaking => "leaking",
            Self::LeakingChildren => "leaking through a child",
            Self::Faulting => "faulting",
            Self::Undecided => "undecided",
        }
    }

    /// The types of which this holds, sorted.
    pub(crate) fn of(self, outcome: &ModelOutcome) -> &[Name] {
        match self {
            Self::Leaking => &outcome.leaking,
            Self::LeakingChildren => &outcome.leaking_children,
            Self::Faulting => &outcome.faulting,
            Self::Undecided => &outcome.undecided,
        }
    }
}

/// What changes on every path.
pub(crate) struct Difference<'a> {
    /// From this model and glue.
    pub(crate) from: (OwnershipModel, Glue),
    /// To these.
    pub(crate) to: (OwnershipModel, Glue),
    /// Path by path.
    pub(crate) paths: Vec<(LifecyclePath, Vec<Change<'a>>)>,
}

/// The types of which something holds under one model and not under the other.
pub(crate) struct Change<'a> {
    /// What.
    pub(crate) fate: Fate,
    /// Types of which it holds under the second only, sorted.
    pub(crate) appeared: Vec<&'a str>,
    /// Types of which it holds under the first only, sorted.
    pub(crate) disappeared: Vec<&'a str>,
}

impl<'a> Difference<'a> {
    /// Compares on these outcomes, which have every model, glue and path that is asked for.
    pub(crate) fn new(
        outcomes: &[&'a ModelOutcome],
        from: (OwnershipModel, Glue),
        to: (OwnershipModel, Glue),
    ) -> Self {
        let of = |wanted: (OwnershipModel, Glue), path: LifecyclePath| {
            let is_it = |one: &&&ModelOutcome| (one.model, one.glue) == wanted && one.path == path;
            outcomes.iter().find(is_it).copied()
        };
        let paths = LifecyclePath::ALL.into_iter().filter_map(|path| {
            let (one, other) = (of(from, path)?, of(to, path)?);
            Some((path, Fate::ALL.map(|fate| Change::new(fate, one, other)).into()))
        });
        Self { from, to, paths: paths.collect() }
    }
}

impl<'a> Change<'a> {
    fn new(fate: Fate, from: &'a ModelOutcome, to: &'a ModelOutcome) -> Self {
        Self {
            fate,
            appeared: beyond(fate.of(to), fate.of(from)),
            disappeared: beyond(fate.of(from), fate.of(to)),
        }
    }
}

/// The names of the first that are not in the second; both are sorted.
fn beyond<'a>(names: &'a [Name], others: &[Name]) -> Vec<&'a str> {
    let missing = names.iter().filter(|name| others.binary_search(name).is_err());
    missing.map(Name::as_str).collect()
}
