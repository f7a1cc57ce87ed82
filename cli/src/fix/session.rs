//! A tree under repair, and what all rules say about it as it stands.

use super::Texts;
use crate::arguments::Tree;
use crate::survey::Survey;
use crate::{Engine, Streams};
use anyhow::Result;
use devmodel_analyzer::{Analysis, Request};
use devmodel_edit::FileId;
use devmodel_rules::Finding;
use std::path::Path;

/// A tree whose files change in memory only.
pub(crate) struct Session<'e> {
    engine: &'e Engine,
    survey: Survey,
    findings: Vec<Finding>,
    /// The files that ever changed, as they were read.
    originals: Texts,
}

impl<'e> Session<'e> {
    /// Reads and analyses the tree.
    pub(crate) fn new(
        arguments: &Tree,
        engine: &'e Engine,
        streams: &mut Streams<'_>,
    ) -> Result<Self> {
        let survey = Survey::new(arguments, Request::Findings, engine, streams)?;
        let findings = (engine.check)(&survey.analysis, &|_| true);
        Ok(Self { engine, survey, findings, originals: Texts::new() })
    }

    /// What the analysis says of the tree as it stands.
    pub(crate) const fn analysis(&self) -> &Analysis {
        &self.survey.analysis
    }

    /// What all rules say of the whole tree as it stands.
    pub(crate) fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The root of the tree.
    pub(crate) fn root(&self) -> &Path {
        self.survey.root()
    }

    /// Whether the user asked about this file.
    pub(crate) fn covers(&self, file: FileId) -> bool {
        self.survey.covers(file)
    }

    /// The text of a file as it stands.
    pub(crate) fn text(&self, file: FileId) -> &[u8] {
        &self.survey.analysis.file(file).text
    }

    /// The files that ever changed, as they were read.
    pub(crate) const fn originals(&self) -> &Texts {
        &self.originals
    }

    /// Gives files other texts, and analyses the tree again if any differs.
    pub(crate) fn set(&mut self, texts: &Texts) -> Result<()> {
        let differs = |(file, text): &(&FileId, &Vec<u8>)| self.text(**file) != text.as_slice();
        let changed: Vec<(FileId, Vec<u8>)> =
            texts.iter().filter(differs).map(|(file, text)| (*file, text.clone())).collect();
        if changed.is_empty() {
            return Ok(());
        }
        for (file, _) in &changed {
            if !self.originals.contains_key(file) {
                self.originals.insert(*file, self.text(*file).to_vec());
            }
        }
        self.survey.revise(changed, self.engine)?;
        self.findings = (self.engine.check)(&self.survey.analysis, &|_| true);
        Ok(())
    }
}
