//! What is done about findings, whole or not at all.

use devmodel_edit::Fix;
use devmodel_rules::Finding;

/// The findings that one fix cures: the deletions of a function that are empty only together share
/// their edits.
#[derive(Clone, Debug)]
pub(crate) struct Repair {
    /// At least one, in the order of the output.
    pub(crate) findings: Vec<Finding>,
    /// What is done about them.
    pub(crate) fix: Fix,
}

impl Repair {
    /// The repairs of findings, each where its first finding is.
    pub(crate) fn of(findings: &[Finding]) -> Vec<Self> {
        let mut repairs: Vec<Self> = Vec::new();
        for finding in findings {
            let Some(fix) = &finding.fix else { continue };
            match repairs.iter_mut().find(|repair| repair.fix == *fix) {
                Some(repair) => repair.findings.push(finding.clone()),
                None => repairs.push(Self { findings: vec![finding.clone()], fix: fix.clone() }),
            }
        }
        repairs
    }
}
