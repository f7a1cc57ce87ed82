//! The user decides, fix by fix.

mod answer;
mod draft;
mod editor;
mod session;

use crate::Streams;
use crate::fix::{Choice, Repair};
use anyhow::Result;
use devmodel_analyzer::Analysis;
use session::Session;

/// Asks about repairs, pass by pass, until the user has enough.
#[derive(Default)]
pub(crate) struct Interview {
    quit: bool,
}

impl Interview {
    /// Asks about each repair of an analysis and returns what was decided about each, in their order.
    ///
    /// Questions and answers are those of `git add -p`; where the answers end, the rest is declined.
    pub(crate) fn ask(
        &mut self,
        repairs: &[Repair],
        analysis: &Analysis,
        streams: &mut Streams<'_>,
    ) -> Result<Vec<Choice>> {
        if self.quit {
            return Ok(vec![Choice::Declined; repairs.len()]);
        }
        let mut session = Session::new(repairs, analysis, streams);
        for repair in repairs {
            session.decide(repair)?;
        }
        self.quit = session.quit;
        Ok(session.choices)
    }
}
