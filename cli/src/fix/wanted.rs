//! Which repairs the user asked for.

use devmodel_analyzer::model::FileId;
use devmodel_edit::{Applicability, Fix};
use devmodel_rules::Finding;
use std::collections::BTreeSet;

/// Which repairs are made.
#[derive(Clone)]
pub(crate) struct Wanted {
    /// The least that a fix may be trusted.
    pub(crate) least: Applicability,
    /// The names of the rules whose findings are repaired.
    pub(crate) rules: Vec<&'static str>,
    /// The files whose findings are repaired.
    pub(crate) files: BTreeSet<FileId>,
}

impl Wanted {
    /// Whether this finding is to be repaired, if it can be.
    pub(crate) fn accepts(&self, finding: &Finding) -> bool {
        self.rules.contains(&finding.rule) && self.files.contains(&finding.location.file)
    }

    /// Whether a fix is trusted as far as the user asked for.
    pub(crate) fn trusts(&self, fix: &Fix) -> bool {
        fix.applicability() >= self.least
    }
}
