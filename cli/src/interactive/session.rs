//! Questions and answers.

use super::answer::Answer;
use super::draft::Draft;
use super::editor;
use crate::Streams;
use crate::fix::{Change, Choice, Repair};
use crate::format::diff;
use crate::format::paint::{QUESTION, paint};
use crate::format::snippet::Snippets;
use crate::format::{View, report};
use anyhow::{Context, Result, ensure};
use devmodel_analyzer::Analysis;
use devmodel_edit::{Applicability, FileId, Fix, select};
use std::collections::HashMap;

/// The decisions about the repairs of an analysis, as far as they are made.
pub(super) struct Session<'a, 's> {
    /// What was decided about the first repairs.
    pub(super) choices: Vec<Choice>,
    count: usize,
    view: View<'a>,
    snippets: Snippets<'a>,
    streams: &'a mut Streams<'s>,
    accepted: Vec<Fix>,
    /// What becomes of the rest of a file.
    files: HashMap<FileId, Choice>,
    /// Whether the user has enough.
    pub(super) quit: bool,
}

impl<'a, 's> Session<'a, 's> {
    /// Nothing is decided yet.
    pub(super) fn new(
        repairs: &[Repair],
        analysis: &'a Analysis,
        streams: &'a mut Streams<'s>,
    ) -> Self {
        Self {
            choices: Vec::new(),
            count: repairs.len(),
            view: View { analysis, color: streams.color, elapsed: None },
            snippets: Snippets::new(&analysis.files),
            streams,
            accepted: Vec::new(),
            files: HashMap::new(),
            quit: false,
        }
    }

    /// Decides about the next repair, with the user unless that is clear already.
    pub(super) fn decide(&mut self, repair: &Repair) -> Result<()> {
        let choice = match self.files.get(&file(repair)) {
            _ if self.quit => Choice::Declined,
            Some(Choice::Declined) => Choice::Declined,
            _ if !self.fits(&repair.fix) => Choice::Deferred,
            Some(choice) => choice.clone(),
            None => self.ask(repair)?,
        };
        match &choice {
            Choice::Accepted => self.accepted.push(repair.fix.clone()),
            Choice::Edited(fix) => self.accepted.push(fix.clone()),
            Choice::Declined | Choice::Deferred => {}
        }
        self.choices.push(choice);
        Ok(())
    }

    fn ask(&mut self, repair: &Repair) -> Result<Choice> {
        let mut draft = self.show(repair)?;
        loop {
            let answer = self.answer()?;
            match answer {
                Answer::Yes => return Ok(Choice::Accepted),
                Answer::No => return Ok(Choice::Declined),
                Answer::All => return Ok(self.rest(repair, Choice::Accepted)),
                Answer::Done => return Ok(self.rest(repair, Choice::Declined)),
                Answer::Quit => {
                    self.quit = true;
                    return Ok(Choice::Declined);
                }
                Answer::Help => write!(self.streams.output, "{}", Answer::help())?,
                Answer::Edit => match self.edit(repair, &mut draft) {
                    Ok(choice) => return Ok(choice),
                    Err(error) => writeln!(self.streams.output, "not applied: {error:#}")?,
                },
            }
        }
    }

    /// Shows a repair with its argument; returns its diff.
    fn show(&mut self, repair: &Repair) -> Result<Draft<'a>> {
        for finding in &repair.findings {
            report::argument(finding, &self.view, &mut self.snippets, self.streams.output)?;
        }
        let mut files = Vec::new();
        for edits in repair.fix.edits().chunk_by(|one, other| one.file == other.file) {
            let id = edits[0].file;
            files.push((
                id,
                self.view.analysis.file(id),
                Change::of(self.view.analysis, edits)?.after,
            ));
        }
        let draft = Draft::new(files);
        diff::write(draft.diff(), self.view.color, self.streams.output)?;
        Ok(draft)
    }

    /// Asks until there is an answer; the end of the input is one.
    fn answer(&mut self) -> Result<Answer> {
        let number = self.choices.len() + 1;
        let question = format!("({number}/{}) apply this fix [{}]?", self.count, Answer::keys());
        write!(self.streams.output, "{} ", paint(&question, QUESTION, self.view.color))?;
        self.streams.output.flush()?;
        let mut line = Vec::new();
        if self.streams.input.read_until(b'\n', &mut line).context("cannot read the answer")? == 0 {
            writeln!(self.streams.output)?;
            return Ok(Answer::Quit);
        }
        Ok(Answer::parse(&String::from_utf8_lossy(&line)).unwrap_or(Answer::Help))
    }

    /// Decides about a repair and all later ones of its file.
    fn rest(&mut self, repair: &Repair, choice: Choice) -> Choice {
        self.files.insert(file(repair), choice.clone());
        choice
    }

    /// Lets the user edit the diff; what does not apply can be edited again.
    fn edit(&mut self, repair: &Repair, draft: &mut Draft<'_>) -> Result<Choice> {
        draft.edit(editor::edit)?;
        let edits = draft.edits()?;
        if edits.is_empty() {
            return Ok(Choice::Declined);
        }
        let fix = match repair.fix.applicability() {
            Applicability::Safe => Fix::safe(edits),
            Applicability::Unsafe => Fix::needs_review(edits),
            Applicability::Display => Fix::display(edits),
        };
        ensure!(self.fits(&fix), "it overlaps a fix that is to be applied");
        Ok(Choice::Edited(fix))
    }

    /// Whether a fix conflicts with none of those that are to be applied.
    fn fits(&self, fix: &Fix) -> bool {
        let together: Vec<&Fix> = self.accepted.iter().chain([fix]).collect();
        select(&together).deferred.is_empty()
    }
}

/// The file that a repair is said to be in.
fn file(repair: &Repair) -> FileId {
    repair.findings[0].location.file
}
