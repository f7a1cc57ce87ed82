//! One rule, one file: an observation becomes a finding.
//!
//! This file is the catalogue and nothing else.

mod finding;
mod leftover;
mod region;

pub use finding::{Finding, Rule, Severity};

use devmodel_analyzer::Analysis;
use region::{
    del_subregion_in_finalize, leak_on_failed_realize, leak_on_introspection,
    missing_del_subregion, null_owner_in_device, redundant_del_subregion, region_init_twice,
    self_reference_cycle, unparent_in_finalize,
};

/// Every rule, by name.
pub const CATALOGUE: &[Rule] = &[
    del_subregion_in_finalize::RULE,
    leak_on_failed_realize::RULE,
    leak_on_introspection::RULE,
    missing_del_subregion::RULE,
    null_owner_in_device::RULE,
    redundant_del_subregion::RULE,
    region_init_twice::RULE,
    self_reference_cycle::RULE,
    unparent_in_finalize::RULE,
];

/// Runs the rules that `selected` accepts; findings come ordered by file, position and rule.
#[must_use]
pub fn check(analysis: &Analysis, selected: &dyn Fn(&Rule) -> bool) -> Vec<Finding> {
    let mut findings: Vec<Finding> = CATALOGUE
        .iter()
        .filter(|rule| selected(rule))
        .flat_map(|rule| (rule.check)(analysis))
        .collect();
    findings.sort_by(|a, b| (a.location, a.rule).cmp(&(b.location, b.rule)));
    findings.dedup_by(|later, kept| kept.absorb(later));
    findings
}
