//! What every document starts with, and the places in it.

use crate::format::View;
use crate::format::place::Places;
use devmodel_analyzer::lifecycle::Evidence;
use devmodel_analyzer::model::Location;
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Head<'a> {
    version: u32,
    tool: Tool,
    tree: Tree<'a>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Tree<'a> {
    root: &'static str,
    model: &'static str,
    model_evidence: Vec<Loc<'a>>,
    glue: Vec<&'static str>,
    files: usize,
    functions: usize,
    types: usize,
    opaque_functions: usize,
    opaque_macros: usize,
    unreadable: Vec<Unreadable<'a>>,
}

/// A file of which nothing was read.
#[derive(Serialize)]
struct Unreadable<'a> {
    file: &'a str,
    message: &'a str,
}

/// A place and what is to be seen there.
#[derive(Serialize)]
pub(super) struct Loc<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    message: &'a str,
}

impl<'a> Head<'a> {
    pub(super) fn new(view: &View<'a>, places: &Places<'a>) -> Self {
        let analysis = view.analysis;
        let statistics = analysis.statistics;
        Self {
            version: 1,
            tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
            tree: Tree {
                root: ".",
                model: analysis.model.model.as_str(),
                model_evidence: Loc::chain(&analysis.model.model_evidence, places),
                glue: analysis.model.glue.words(),
                files: statistics.files,
                functions: statistics.functions,
                types: statistics.types,
                opaque_functions: statistics.opaque_functions,
                opaque_macros: statistics.opaque_macros,
                unreadable: Unreadable::all(view),
            },
        }
    }
}

impl<'a> Unreadable<'a> {
    fn all(view: &View<'a>) -> Vec<Self> {
        let analysis = view.analysis;
        let files = analysis.unreadable.iter();
        files.map(|(file, why)| Self { file: &analysis.file(*file).path, message: why }).collect()
    }
}

impl<'a> Loc<'a> {
    pub(super) fn new(location: Location, message: &'a str, places: &Places<'a>) -> Self {
        let place = places.of(location);
        Self { file: place.file, line: place.start.line, column: place.start.column, message }
    }

    pub(super) fn chain(evidence: &'a [Evidence], places: &Places<'a>) -> Vec<Self> {
        evidence.iter().map(|link| Self::new(link.location, &link.message, places)).collect()
    }
}
