//! `explain`: the page of a rule.

use crate::arguments::Explain;
use crate::selection::find;
use crate::{Engine, Status, Streams};
use anyhow::Result;
use devmodel_rules::Rule;
use std::io::{self, Write};

pub(crate) fn run(
    arguments: &Explain,
    engine: &Engine,
    streams: &mut Streams<'_>,
) -> Result<Status> {
    match &arguments.rule {
        Some(name) => {
            let page = find(name, engine.catalogue)?.documentation();
            writeln!(streams.output, "{}", page.trim_end())?;
        }
        None => list(engine.catalogue, streams.output)?,
    }
    Ok(Status::Clean)
}

fn list(catalogue: &[Rule], output: &mut dyn Write) -> io::Result<()> {
    let width = catalogue.iter().map(|rule| rule.name.len()).max();
    let width = width.unwrap_or_default();
    for rule in catalogue {
        writeln!(output, "{:width$}  {}", rule.name, rule.summary)?;
    }
    Ok(())
}
