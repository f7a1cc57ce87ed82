//! The user decides, fix by fix.

mod answer;
mod draft;
mod editor;
mod session;

use crate::Streams;
use crate::fix::Repair;
use anyhow::Result;
use devmodel_analyzer::Analysis;
use devmodel_edit::Fix;
use session::Session;

/// What the user decided about a repair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// To be applied as it is.
    Accepted,
    /// To be applied like this, as the user edited it.
    Edited(Fix),
    /// Not to be applied.
    Declined,
    /// Not asked about, as it conflicts with one that is to be applied.
    Deferred,
}

/// Asks about each repair of an analysis and returns what was decided about each, in their order.
///
/// Questions and answers are those of `git add -p`; where the answers end, the rest is declined.
pub(crate) fn ask(
    repairs: &[Repair],
    analysis: &Analysis,
    streams: &mut Streams<'_>,
) -> Result<Vec<Choice>> {
    let mut session = Session::new(repairs, analysis, streams);
    for repair in repairs {
        session.decide(repair)?;
    }
    Ok(session.choices)
}
