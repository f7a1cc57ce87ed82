//! What changes between two models, field by field.

use crate::difference::{Change, Difference, Fate};
use devmodel_analyzer::lifecycle::{Glue, OwnershipModel};
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct ModelDiff<'a> {
    from: Side,
    to: Side,
    paths: Vec<OnPath<'a>>,
}

#[derive(Serialize)]
struct Side {
    model: &'static str,
    glue: Vec<&'static str>,
}

/// The types whose own object leaks under one of the two only, and what else changes.
#[derive(Serialize)]
struct OnPath<'a> {
    path: &'static str,
    appeared: &'a [&'a str],
    disappeared: &'a [&'a str],
    leaking_children: Changed<'a>,
    faulting: Changed<'a>,
    undecided: Changed<'a>,
}

#[derive(Clone, Copy, Default, Serialize)]
struct Changed<'a> {
    appeared: &'a [&'a str],
    disappeared: &'a [&'a str],
}

impl<'a> ModelDiff<'a> {
    pub(super) fn new(difference: &'a Difference<'a>) -> Self {
        let paths = difference.paths.iter();
        Self {
            from: Side::new(difference.from),
            to: Side::new(difference.to),
            paths: paths.map(|(path, changes)| OnPath::new(path.as_str(), changes)).collect(),
        }
    }
}

impl Side {
    fn new((model, glue): (OwnershipModel, Glue)) -> Self {
        Self { model: model.as_str(), glue: glue.words() }
    }
}

impl<'a> OnPath<'a> {
    fn new(path: &'static str, changes: &'a [Change<'a>]) -> Self {
        let of = |fate| {
            let change = changes.iter().find(|change| change.fate == fate);
            change.map_or(Changed::default(), |change| Changed {
                appeared: &change.appeared,
                disappeared: &change.disappeared,
            })
        };
        let Changed { appeared, disappeared } = of(Fate::Leaking);
        Self {
            path,
            appeared,
            disappeared,
            leaking_children: of(Fate::LeakingChildren),
            faulting: of(Fate::Faulting),
            undecided: of(Fate::Undecided),
        }
    }
}
