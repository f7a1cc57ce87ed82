//! # unmatched-del-subregion
//!
//! ## What it does
//!
//! Reports calls of `memory_region_del_subregion` that run on some path on which the region was never
//! added: in the rollback of a realize that had not come so far, or without the condition under which
//! the region is added.
//!
//! ## Why it matters in a device model
//!
//! `memory_region_del_subregion` asserts that the region is in the container: the machine aborts, with
//! all its guests' state, because one device could not be made or is taken away.
//!
//! ## Example
//!
//! ```c
//! static void plover_realize(DeviceState *dev, Error **errp)
//! {
//!     PloverState *s = PLOVER(dev);
//!
//!     if (s->has_aux) {
//!         memory_region_add_subregion(&s->bar, 0x40, &s->aux);
//!     }
//! }
//!
//! static void plover_unrealize(DeviceState *dev)
//! {
//!     PloverState *s = PLOVER(dev);
//!
//!     memory_region_del_subregion(&s->bar, &s->aux);
//! }
//! ```
//!
//! ## Use instead
//!
//! Give the deletion the condition of the addition, or ask `memory_region_is_mapped`; in a rollback,
//! undo only what was done.
//!
//! ## Fix safety
//!
//! Unsafe: where only the condition is missing, in unrealize, and asks for a property, the call is put
//! under it. It is taken for granted that the property is not changed while the device is realized. The
//! lives of all types that reach the call are walked with the condition first. No fix is offered in a
//! rollback.
//!
//! ## References
//!
//! - QEMU, `docs/devel/memory.rst`, "Region lifecycle"
//! - QEMU, 193982c6f942, "pci: Only unmap bus_master_enabled_region if was added previously"

use crate::finding::{Finding, Remedy, Rule, Severity};
use devmodel_analyzer::Analysis;
use devmodel_analyzer::lifecycle::{Kind, Observation};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "unmatched-del-subregion",
    summary: "a region is deleted from a container that it need not be in",
    remedy: Remedy {
        one: "delete the subregion only where it was added",
        many: "delete the subregions only where they were added",
    },
    source: include_str!("unmatched_del_subregion.rs"),
    check,
};

fn check(analysis: &Analysis) -> Vec<Finding> {
    let seen = analysis.observations.iter();
    seen.filter(|seen| seen.kind == Kind::UnmatchedDelete && seen.doubt.is_none())
        .map(finding)
        .collect()
}

fn finding(seen: &Observation) -> Finding {
    let (region, container) = (&seen.region, &seen.container);
    let message = format!(
        "`{region}` need not be in `{container}` here, and then this aborts; delete it only where it \
         was added"
    );
    Finding::seen(RULE.name, Severity::of_fault(seen), seen, message)
}
