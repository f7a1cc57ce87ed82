//! `models`: what becomes of every type under every ownership model.

use crate::arguments::Models;
use crate::format::{View, json};
use crate::survey::Survey;
use crate::{Engine, Status, Streams};
use anyhow::Result;
use devmodel_analyzer::Request;

pub(crate) fn run(
    arguments: &Models,
    engine: &Engine,
    streams: &mut Streams<'_>,
) -> Result<Status> {
    let survey = Survey::new(&arguments.tree, Request::Models, engine, streams)?;
    let view = View {
        analysis: &survey.analysis,
        color: arguments.style.color(streams.color),
        elapsed: streams.interactive.then_some(survey.elapsed),
    };
    json::models(&view, streams.output)?;
    Ok(Status::Clean)
}
