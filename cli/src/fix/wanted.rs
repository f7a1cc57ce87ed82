//! Which repairs the user asked for.

use devmodel_analyzer::model::FileId;
use devmodel_edit::{Applicability, Fix};
use devmodel_rules::Finding;
use std::collections::{BTreeMap, BTreeSet};

/// Which repairs are made.
#[derive(Clone)]
pub(crate) struct Wanted {
    /// The least that a fix may be trusted.
    pub(crate) least: Applicability,
    /// The files whose findings are repaired, with the names of the rules that run for each.
    pub(crate) files: BTreeMap<FileId, BTreeSet<&'static str>>,
}

impl Wanted {
    /// Whether this finding is to be repaired, if it can be.
    pub(crate) fn accepts(&self, finding: &Finding) -> bool {
        let rules = self.files.get(&finding.location.file);
        rules.is_some_and(|rules| rules.contains(finding.rule))
    }

    /// Whether a fix is trusted as far as the user asked for.
    pub(crate) fn trusts(&self, fix: &Fix) -> bool {
        fix.applicability() >= self.least
    }
}
