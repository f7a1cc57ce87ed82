//! `check`: findings.

use crate::arguments::{Check, Format, MessageFormat};
use crate::format::cargo::Messages;
use crate::format::{View, human, json, short};
use crate::scope::Scope;
use crate::selection::Selection;
use crate::suppressions::{Asked, Sifted, sift};
use crate::survey::Survey;
use crate::{Engine, Status, Streams};
use anyhow::Result;
use devmodel_analyzer::Request;
use devmodel_rules::{Finding, Severity};

pub(crate) fn run(arguments: &Check, engine: &Engine, streams: &mut Streams<'_>) -> Result<Status> {
    let scope = Scope::new(&arguments.tree, engine, streams)?;
    let selection = scope.selection(&arguments.rules, engine)?;
    let fail_on = scope.fail_on(arguments.fail_on)?;
    let survey = Survey::new(scope, &arguments.tree, Request::Findings, engine, streams)?;
    let Sifted { findings, suppressions, .. } = findings(&survey, &selection, engine);
    let status = status(&findings, fail_on);
    let view = View {
        analysis: &survey.analysis,
        color: arguments.style.color(streams.color),
        elapsed: streams.interactive.then_some(survey.elapsed),
    };
    let format = match arguments.message_format {
        None => arguments.style.format,
        Some(MessageFormat::Human) => Format::Human,
        Some(MessageFormat::Short) => Format::Short,
        Some(style) => {
            let messages = Messages { view, scope: survey.scope(), style };
            let success = status == Status::Clean;
            messages.write(&findings, &suppressions.unused, success, streams.output)?;
            return Ok(status);
        }
    };
    match format {
        Format::Human => human::check(&view, &findings, streams.output)?,
        Format::Short => short::check(&view, &findings, streams.output)?,
        Format::Json => json::check(&view, &findings, &suppressions, streams.output)?,
    }
    if !arguments.tree.quiet {
        short::remarks(&view, &suppressions.unused, streams.errors)?;
    }
    Ok(status)
}

/// The findings of the selected rules in the part of the tree that the user asked about, less what its authors
/// accept.
fn findings(survey: &Survey, selection: &Selection, engine: &Engine) -> Sifted {
    let mut findings = (engine.check)(&survey.analysis, &|rule| selection.runs(rule));
    findings.retain(|finding| {
        let file = finding.location.file;
        survey.covers(file) && selection.accepts(finding.rule, &survey.analysis.file(file).path)
    });
    let asked = Asked {
        file: &|file| survey.covers(file),
        rule: &|rule, file| selection.accepts(rule, &survey.analysis.file(file).path),
        features: survey.scope().features(),
        catalogue: engine.catalogue,
    };
    sift(findings, &survey.analysis, &asked)
}

fn status(findings: &[Finding], fail_on: Severity) -> Status {
    if findings.iter().any(|finding| finding.severity >= fail_on) {
        Status::Findings
    } else {
        Status::Clean
    }
}
