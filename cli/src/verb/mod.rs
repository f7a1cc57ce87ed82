//! What the program does: one verb, one file.

mod audit;
mod check;
mod explain;
mod fix;
mod models;
mod trace;

pub(crate) use models::Selected;

use crate::arguments::Verb;
use crate::{Engine, Status, Streams};
use anyhow::Result;

/// Does what the user asked for.
pub(crate) fn run(verb: &Verb, engine: &Engine, streams: &mut Streams<'_>) -> Result<Status> {
    match verb {
        Verb::Check(arguments) => check::run(arguments, engine, streams),
        Verb::Fix(arguments) => fix::run(arguments, engine, streams),
        Verb::Audit(arguments) => audit::run(arguments, engine, streams),
        Verb::Models(arguments) => models::run(arguments, engine, streams),
        Verb::Trace(arguments) => trace::run(arguments, engine, streams),
        Verb::Explain(arguments) => explain::run(arguments, engine, streams),
    }
}
