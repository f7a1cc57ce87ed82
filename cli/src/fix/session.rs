//! A tree under repair, and what all rules say about it as it stands.

use super::Texts;
use crate::arguments::Tree;
use crate::scope::Scope;
use crate::suppressions::{Asked, sift};
use crate::survey::Survey;
use crate::{Engine, Streams};
use anyhow::Result;
use devmodel_analyzer::model::Location;
use devmodel_analyzer::{Analysis, Request};
use devmodel_edit::{Edit, FileId, Fix};
use devmodel_rules::Finding;
use std::collections::BTreeSet;
use std::path::Path;

/// A tree whose files change in memory only.
pub(crate) struct Session<'e> {
    engine: &'e Engine,
    survey: Survey,
    findings: Vec<Finding>,
    /// Where the findings are that the authors of the tree accept.
    suppressed: Vec<Location>,
    /// The files that ever changed, as they were read.
    originals: Texts,
}

impl<'e> Session<'e> {
    /// Reads and analyses the tree.
    pub(crate) fn new(
        scope: Scope,
        arguments: &Tree,
        engine: &'e Engine,
        streams: &mut Streams<'_>,
    ) -> Result<Self> {
        let survey = Survey::new(scope, arguments, Request::Findings, engine, streams)?;
        let (findings, suppressed) = findings(&survey, engine);
        Ok(Self { engine, survey, findings, suppressed, originals: Texts::new() })
    }

    /// What the analysis says of the tree as it stands.
    pub(crate) const fn analysis(&self) -> &Analysis {
        &self.survey.analysis
    }

    /// What all rules say of the whole tree as it stands, less what its authors accept.
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
        (self.findings, self.suppressed) = findings(&self.survey, self.engine);
        Ok(())
    }

    /// Whether a fix changes code of which the authors of the tree say that it stays.
    pub(crate) fn is_kept(&self, fix: &Fix) -> bool {
        let takes = |edit: &Edit, kept: &Location| {
            edit.file == kept.file && edit.span.range().contains(&(kept.span.start as usize))
        };
        fix.edits().iter().any(|edit| self.suppressed.iter().any(|kept| takes(edit, kept)))
    }
}

fn findings(survey: &Survey, engine: &Engine) -> (Vec<Finding>, Vec<Location>) {
    let findings = (engine.check)(&survey.analysis, &|_| true);
    let files: BTreeSet<FileId> = findings.iter().map(|finding| finding.location.file).collect();
    let asked = Asked {
        file: &|file| files.contains(&file),
        rule: &|_, _| true,
        features: survey.scope().features(),
        catalogue: engine.catalogue,
    };
    let sifted = sift(findings, &survey.analysis, &asked);
    (sifted.findings, sifted.suppressed)
}
