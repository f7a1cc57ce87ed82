//! What becomes of types under one model, field by field.

use devmodel_analyzer::lifecycle::ModelOutcome;
use devmodel_analyzer::model::Name;
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Outcome<'a> {
    model: &'static str,
    glue: Vec<&'static str>,
    path: &'static str,
    types: usize,
    leaking: Vec<&'a str>,
    leaking_children: Vec<&'a str>,
    faulting: Vec<&'a str>,
    undecided: Vec<&'a str>,
}

impl<'a> Outcome<'a> {
    pub(super) fn new(outcome: &'a ModelOutcome) -> Self {
        Self {
            model: outcome.model.as_str(),
            glue: outcome.glue.words(),
            path: outcome.path.as_str(),
            types: outcome.types,
            leaking: names(&outcome.leaking),
            leaking_children: names(&outcome.leaking_children),
            faulting: names(&outcome.faulting),
            undecided: names(&outcome.undecided),
        }
    }
}

fn names(names: &[Name]) -> Vec<&str> {
    names.iter().map(Name::as_str).collect()
}
