//! One rule, one file: an observation becomes a finding.
//!
//! This file is the catalogue and nothing else.

mod finding;
mod framework;
mod leftover;
mod region;
mod registration;

pub use finding::{Finding, Remedy, Rule, Severity};

use devmodel_analyzer::Analysis;
use framework::{derive_available, manual_teardown};
use region::{
    del_subregion_in_finalize, leak_on_failed_realize, leak_on_introspection,
    missing_del_subregion, null_owner_in_device, redundant_del_subregion, redundant_unparent,
    region_ended_in_container, region_freed_while_child, region_freed_while_live,
    region_init_twice, region_reinitialised_in_transaction, self_reference_cycle,
    unmatched_del_subregion, unparent_in_finalize, unparent_of_link_target,
};
use registration::{
    forgotten_deregister, registration_in_init, removal_error_dropped, strong_handle_in_callback,
    unregistered_on_error,
};

/// Every rule, by name.
pub const CATALOGUE: &[Rule] = &[
    del_subregion_in_finalize::RULE,
    derive_available::RULE,
    forgotten_deregister::RULE,
    leak_on_failed_realize::RULE,
    leak_on_introspection::RULE,
    manual_teardown::RULE,
    missing_del_subregion::RULE,
    null_owner_in_device::RULE,
    redundant_del_subregion::RULE,
    redundant_unparent::RULE,
    region_ended_in_container::RULE,
    region_freed_while_child::RULE,
    region_freed_while_live::RULE,
    region_init_twice::RULE,
    region_reinitialised_in_transaction::RULE,
    registration_in_init::RULE,
    removal_error_dropped::RULE,
    self_reference_cycle::RULE,
    strong_handle_in_callback::RULE,
    unmatched_del_subregion::RULE,
    unparent_in_finalize::RULE,
    unparent_of_link_target::RULE,
    unregistered_on_error::RULE,
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
