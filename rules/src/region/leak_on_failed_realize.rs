//! # leak-on-failed-realize
//!
//! ## What it does
//!
//! Reports regions that `realize` puts into a container, and address spaces that it makes, where
//! `realize` can fail afterwards and its way out does not undo it. The evidence names the place
//! where it fails.
//!
//! ## Why it matters in a device model
//!
//! A `realize` that fails is not followed by `unrealize`: the callback has to undo what it has done
//! so far. What it leaves in a container keeps the device alive, or leaves the memory map of the
//! machine with a region of a device that was never there. Whoever may add devices can repeat that.
//!
//! ## Example
//!
//! ```c
//! static void plover_realize(PCIDevice *dev, Error **errp)
//! {
//!     PloverState *s = PLOVER(dev);
//!
//!     memory_region_add_subregion(&s->bar, 0, &s->regs);
//!     if (!s->backend) {
//!         error_setg(errp, "a backend is needed");
//!         return;
//!     }
//! }
//! ```
//!
//! ## Use instead
//!
//! Check what can be wrong before the first region is added, or delete the region on the way out.
//!
//! ## Fix safety
//!
//! No fix is offered.
//!
//! ## References
//!
//! - QEMU, `docs/devel/memory.rst`, "Region lifecycle"
//! - QEMU, `hw/core/qdev.c`, `device_set_realized`

use crate::finding::{Finding, Remedy, Rule, Severity};
use crate::leftover::{is_left, is_on, rank, told};
use devmodel_analyzer::Analysis;
use devmodel_analyzer::lifecycle::{LifecyclePath, Observation};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "leak-on-failed-realize",
    summary: "a realize that fails leaves behind what only unrealize would undo",
    remedy: Remedy {
        one: "delete the subregion when realize fails",
        many: "delete the subregions when realize fails",
    },
    source: include_str!("leak_on_failed_realize.rs"),
    check,
};

fn check(analysis: &Analysis) -> Vec<Finding> {
    analysis.observations.iter().filter(|seen| is_leak(seen)).map(finding).collect()
}

/// What is left also where realize does well, or is never called, is reported as that.
fn is_leak(seen: &Observation) -> bool {
    is_left(seen)
        && is_on(seen, LifecyclePath::FailedRealize)
        && !is_on(seen, LifecyclePath::Introspect)
        && !is_on(seen, LifecyclePath::Unplug)
}

fn finding(seen: &Observation) -> Finding {
    let told = told(seen);
    let message = format!("if realize fails afterwards, {told}; undo it on the way out");
    Finding::seen(RULE.name, rank(seen, Severity::Error), seen, message)
}
