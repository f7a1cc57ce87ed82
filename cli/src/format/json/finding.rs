//! A finding, field by field.

use super::head::Loc;
use crate::format::place::Places;
use devmodel_analyzer::lifecycle::{LifecyclePath, Phase};
use devmodel_edit::{Applicability, Edit, Fix};
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Finding<'a> {
    rule: &'static str,
    severity: &'static str,
    applicability: &'static str,
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    function: &'a str,
    types: Vec<&'a str>,
    phases: Vec<&'static str>,
    paths: Vec<&'static str>,
    region: Option<&'a str>,
    owner: &'a str,
    container: Option<&'a str>,
    container_owner: &'a str,
    message: &'a str,
    evidence: Vec<Loc<'a>>,
    fix: Option<Cure<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    witness: Option<Witness<'a>>,
}

/// A life in which it can be watched.
#[derive(Serialize)]
struct Witness<'a> {
    r#type: &'a str,
    path: &'static str,
}

#[derive(Serialize)]
struct Cure<'a> {
    applicability: &'static str,
    edits: Vec<Change<'a>>,
}

#[derive(Serialize)]
struct Change<'a> {
    file: &'a str,
    start: u32,
    end: u32,
    text: &'a str,
}

impl<'a> Finding<'a> {
    pub(super) fn new(finding: &'a devmodel_rules::Finding, places: &Places<'a>) -> Self {
        let place = places.of(finding.location);
        let applicability = finding.fix.as_ref().map(Fix::applicability);
        Self {
            rule: finding.rule,
            severity: finding.severity.as_str(),
            applicability: applicability.unwrap_or(Applicability::Display).as_str(),
            file: place.file,
            line: place.start.line,
            column: place.start.column,
            end_line: place.end.line,
            end_column: place.end.column,
            function: &finding.function,
            types: finding.types.iter().map(|name| name.as_str()).collect(),
            phases: finding.phases.iter().copied().map(Phase::as_str).collect(),
            paths: words(&finding.paths),
            region: named(&finding.region),
            owner: finding.owner.as_str(),
            container: named(&finding.container),
            container_owner: finding.container_owner.as_str(),
            message: &finding.message,
            evidence: Loc::chain(&finding.evidence, places),
            fix: finding.fix.as_ref().map(|fix| Cure::new(fix, places)),
            witness: finding
                .witness
                .as_ref()
                .map(|one| Witness { r#type: &one.ty, path: one.path.as_str() }),
        }
    }
}

impl<'a> Cure<'a> {
    fn new(fix: &'a Fix, places: &Places<'a>) -> Self {
        Self {
            applicability: fix.applicability().as_str(),
            edits: fix.edits().iter().map(|edit| Change::new(edit, places)).collect(),
        }
    }
}

impl<'a> Change<'a> {
    fn new(edit: &'a Edit, places: &Places<'a>) -> Self {
        Self {
            file: places.path(edit.file),
            start: edit.span.start,
            end: edit.span.end,
            text: &edit.text,
        }
    }
}

pub(super) fn words(paths: &[LifecyclePath]) -> Vec<&'static str> {
    paths.iter().copied().map(LifecyclePath::as_str).collect()
}

/// A name, unless it was not found out.
pub(super) fn named(name: &str) -> Option<&str> {
    (!name.is_empty()).then_some(name)
}
