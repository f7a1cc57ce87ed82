//! # region-ended-in-container
//!
//! ## What it does
//!
//! Reports regions that are unparented, freed, initialised or added again while they are in a container,
//! and containers that are initialised again or freed while they contain regions.
//!
//! ## Why it matters in a device model
//!
//! The container keeps the region in its list. Finalizing a region that is contained aborts under memory
//! cores that do not detach it; otherwise the list leads into memory that is gone or starts anew, and the
//! next change of the memory map follows it.
//!
//! ## Example
//!
//! ```c
//! static void plover_exit(PCIDevice *dev)
//! {
//!     PloverState *s = PLOVER(dev);
//!
//!     object_unparent(OBJECT(&s->regs));
//!     memory_region_del_subregion(&s->bar, &s->regs);
//! }
//! ```
//!
//! ## Use instead
//!
//! Delete the region from its container first.
//!
//! ## Fix safety
//!
//! No fix is offered.
//!
//! ## References
//!
//! - QEMU, `docs/devel/memory.rst`, "Region lifecycle"

use crate::finding::{Finding, Remedy, Rule, Severity};
use devmodel_analyzer::Analysis;
use devmodel_analyzer::lifecycle::{Kind, LifecyclePath, Observation};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "region-ended-in-container",
    summary: "a region ends, or is made again, while it is in a container",
    remedy: Remedy {
        one: "delete the subregion before it ends",
        many: "delete the subregions before they end",
    },
    source: include_str!("region_ended_in_container.rs"),
    check,
};

fn check(analysis: &Analysis) -> Vec<Finding> {
    analysis.observations.iter().filter(|seen| is_fault(seen)).map(finding).collect()
}

/// What is only found when the device is realized a second time was not undone the first time, and
/// that is another matter.
fn is_fault(seen: &Observation) -> bool {
    seen.kind == Kind::EndedInContainer
        && seen.doubt.is_none()
        && seen.paths.iter().any(|path| *path != LifecyclePath::Replug)
}

fn finding(seen: &Observation) -> Finding {
    let region = &seen.region;
    let message = format!(
        "`{region}` is in a container, or contains a region, where this call ends it or makes it \
         again; delete it from its container first"
    );
    Finding::seen(RULE.name, Severity::of_fault(seen), seen, message)
}
