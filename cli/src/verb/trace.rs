//! `trace`: the life of one type.

use crate::arguments::{Format, Trace};
use crate::format::{View, human, json, short};
use crate::scope::Scope;
use crate::selection::nearest;
use crate::survey::Survey;
use crate::{Engine, Status, Streams};
use anyhow::{Error, Result, anyhow};
use devmodel_analyzer::Request;
use devmodel_analyzer::model::Name;

/// How many names are offered for one that does not exist.
const OFFERED: usize = 3;

pub(crate) fn run(arguments: &Trace, engine: &Engine, streams: &mut Streams<'_>) -> Result<Status> {
    let request = Request::Trace(arguments.name.clone());
    let scope = Scope::new(&arguments.tree, engine, streams)?;
    let survey = Survey::new(scope, &arguments.tree, request, engine, streams)?;
    let Some(device) = &survey.analysis.device else {
        return Err(unknown(&arguments.name, &survey.analysis.type_names));
    };
    let view = View {
        analysis: &survey.analysis,
        color: arguments.style.color(streams.color),
        elapsed: streams.interactive.then_some(survey.elapsed),
    };
    let path = arguments.on.map(Into::into);
    match arguments.style.format {
        Format::Human => human::trace(&view, device, path, streams.output)?,
        Format::Short => short::trace(&view, device, path, streams.output)?,
        Format::Json => json::trace(&view, device, path, streams.output)?,
    }
    Ok(Status::Clean)
}

fn unknown(name: &str, types: &[Name]) -> Error {
    let near = nearest(name, types.iter().map(Name::as_str), OFFERED);
    let near: Vec<String> = near.iter().map(|name| format!("`{name}`")).collect();
    match &near[..] {
        [] => anyhow!("no type is called `{name}` in this tree; name it as its table does"),
        names => {
            anyhow!("no type is called `{name}` in this tree; did you mean {}?", names.join(" or "))
        }
    }
}
