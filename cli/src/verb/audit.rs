//! `audit`: every call that ends or changes a region's life.

use crate::arguments::{Audit, Format};
use crate::format::{View, human, json, short};
use crate::scope::Scope;
use crate::survey::Survey;
use crate::{Engine, Status, Streams};
use anyhow::Result;
use devmodel_analyzer::Request;
use devmodel_analyzer::lifecycle::RegionCall;

pub(crate) fn run(arguments: &Audit, engine: &Engine, streams: &mut Streams<'_>) -> Result<Status> {
    let scope = Scope::new(&arguments.tree, engine, streams)?;
    let survey = Survey::new(scope, &arguments.tree, Request::EveryCall, engine, streams)?;
    let calls: Vec<&RegionCall> =
        survey.analysis.calls.iter().filter(|call| survey.covers(call.location.file)).collect();
    let view = View {
        analysis: &survey.analysis,
        color: arguments.style.color(streams.color),
        elapsed: streams.interactive.then_some(survey.elapsed),
    };
    match arguments.style.format {
        Format::Human => human::audit(&view, &calls, streams.output)?,
        Format::Short => short::audit(&view, &calls, streams.output)?,
        Format::Json => json::audit(&view, &calls, streams.output)?,
    }
    Ok(Status::Clean)
}
