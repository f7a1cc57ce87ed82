//! `check`: findings.

use crate::arguments::{Check, Format};
use crate::format::{View, human, json, short};
use crate::selection::Selection;
use crate::survey::Survey;
use crate::{Engine, Status, Streams};
use anyhow::Result;
use devmodel_analyzer::Request;
use devmodel_rules::{Finding, Severity};

pub(crate) fn run(arguments: &Check, engine: &Engine, streams: &mut Streams<'_>) -> Result<Status> {
    let selection = Selection::new(&arguments.rules, engine.catalogue)?;
    let survey = Survey::new(&arguments.tree, Request::Findings, engine, streams)?;
    let findings = findings(&survey, &selection, engine);
    let view = View {
        analysis: &survey.analysis,
        color: arguments.style.color(streams.color),
        elapsed: streams.interactive.then_some(survey.elapsed),
    };
    match arguments.style.format {
        Format::Human => human::check(&view, &findings, streams.output)?,
        Format::Short => short::check(&view, &findings, streams.output)?,
        Format::Json => json::check(&view, &findings, streams.output)?,
    }
    Ok(status(&findings, arguments.fail_on.into()))
}

/// The findings of the selected rules in the part of the tree that the user asked about.
pub(crate) fn findings(survey: &Survey, selection: &Selection, engine: &Engine) -> Vec<Finding> {
    let mut findings = (engine.check)(&survey.analysis, &|rule| selection.accepts(rule));
    findings.retain(|finding| survey.covers(finding.location.file));
    findings
}

fn status(findings: &[Finding], fail_on: Severity) -> Status {
    if findings.iter().any(|finding| finding.severity >= fail_on) {
        Status::Findings
    } else {
        Status::Clean
    }
}
