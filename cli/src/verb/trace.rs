//! `trace`: the life of one type.

use crate::arguments::Trace;
use crate::format::{View, json};
use crate::survey::Survey;
use crate::{Engine, Status, Streams};
use anyhow::{Result, bail};
use devmodel_analyzer::Request;

pub(crate) fn run(arguments: &Trace, engine: &Engine, streams: &mut Streams<'_>) -> Result<Status> {
    let request = Request::Trace(arguments.name.clone());
    let survey = Survey::new(&arguments.tree, request, engine, streams)?;
    let Some(device) = &survey.analysis.device else {
        bail!("no type `{}` in this tree; name it as its table does", arguments.name);
    };
    let view = View {
        analysis: &survey.analysis,
        color: arguments.style.color(streams.color),
        elapsed: streams.interactive.then_some(survey.elapsed),
    };
    json::trace(&view, device, streams.output)?;
    Ok(Status::Clean)
}
