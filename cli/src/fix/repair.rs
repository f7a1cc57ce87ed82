//! What is done about findings, whole or not at all.

use super::Texts;
use anyhow::{Context, Result};
use devmodel_analyzer::Analysis;
use devmodel_analyzer::lifecycle::RegionCall;
use devmodel_edit::{Edit, FileId, Fix, apply};
use devmodel_rules::Finding;
use std::collections::BTreeMap;

/// The findings that one fix cures: the deletions of a function that are empty only together share
/// their edits.
#[derive(Clone, Debug)]
pub(crate) struct Repair {
    /// At least one, in the order of the output.
    pub(crate) findings: Vec<Finding>,
    /// What the same analysis says about the calls that they are about.
    pub(crate) calls: Vec<RegionCall>,
    /// What is done about them.
    pub(crate) fix: Fix,
}

impl Repair {
    /// The repairs of findings, those that may be trusted most first, each where its first finding is.
    pub(crate) fn of<'f>(
        findings: impl IntoIterator<Item = &'f Finding>,
        analysis: &Analysis,
    ) -> Vec<Self> {
        let mut repairs: Vec<Self> = Vec::new();
        for finding in findings {
            let Some(fix) = &finding.fix else { continue };
            let at = repairs.iter().position(|repair| repair.fix == *fix).unwrap_or_else(|| {
                let (findings, calls) = (Vec::new(), Vec::new());
                repairs.push(Self { findings, calls, fix: fix.clone() });
                repairs.len() - 1
            });
            let calls = analysis.calls.iter().filter(|call| call.location == finding.location);
            repairs[at].calls.extend(calls.cloned());
            repairs[at].findings.push(finding.clone());
        }
        repairs.sort_by_key(|repair| std::cmp::Reverse(repair.fix.applicability()));
        repairs
    }

    /// The texts of the files that `repairs` change together, which must not conflict.
    ///
    /// # Errors
    ///
    /// If an edit does not fit the text it is for.
    pub(crate) fn texts<'t>(repairs: &[Self], text: &dyn Fn(FileId) -> &'t [u8]) -> Result<Texts> {
        let mut edits = BTreeMap::<FileId, Vec<Edit>>::new();
        for edit in repairs.iter().flat_map(|repair| repair.fix.edits()) {
            edits.entry(edit.file).or_default().push(edit.clone());
        }
        let changed = edits.into_iter().map(|(file, edits)| {
            let after =
                apply(text(file), &edits).context("a fix does not fit; please report it")?;
            Ok((file, after))
        });
        changed.collect()
    }
}
