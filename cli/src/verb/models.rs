//! `models`: what becomes of every type under every ownership model.

use crate::arguments::{Format, Models};
use crate::difference::{Difference, Fate};
use crate::format::{View, human, json, short};
use crate::scope::Scope;
use crate::survey::Survey;
use crate::{Engine, Status, Streams};
use anyhow::Result;
use devmodel_analyzer::Request;
use devmodel_analyzer::lifecycle::{LifecyclePath, ModelOutcome};

/// What of the outcomes is asked for.
pub(crate) struct Selected<'a> {
    /// The outcomes on the paths asked for.
    pub(crate) outcomes: Vec<&'a ModelOutcome>,
    /// The fate of which to name the types.
    pub(crate) show: Option<Fate>,
    /// What changes between two models.
    pub(crate) difference: Option<Difference<'a>>,
}

pub(crate) fn run(
    arguments: &Models,
    engine: &Engine,
    streams: &mut Streams<'_>,
) -> Result<Status> {
    let scope = Scope::new(&arguments.tree, engine, streams)?;
    let survey = Survey::new(scope, &arguments.tree, Request::Models, engine, streams)?;
    let view = View {
        analysis: &survey.analysis,
        color: arguments.style.color(streams.color),
        elapsed: streams.interactive.then_some(survey.elapsed),
    };
    let selected = select(arguments, &view);
    match arguments.style.format {
        Format::Human => human::models(&view, &selected, streams.output)?,
        Format::Short => short::models(&view, &selected, streams.output)?,
        Format::Json => json::models(&view, &selected, streams.output)?,
    }
    Ok(Status::Clean)
}

fn select<'a>(arguments: &Models, view: &View<'a>) -> Selected<'a> {
    let only: Option<LifecyclePath> = arguments.on.map(Into::into);
    let all = view.analysis.outcomes.iter();
    let outcomes: Vec<&ModelOutcome> =
        all.filter(|outcome| only.is_none_or(|path| outcome.path == path)).collect();
    let facts = &view.analysis.model;
    let difference = arguments
        .model_diff
        .map(|pair| Difference::new(&outcomes, pair.from.of(facts), pair.to.of(facts)));
    Selected { outcomes, show: arguments.show, difference }
}
