//! # redundant-del-subregion
//!
//! ## What it does
//!
//! Reports calls of `memory_region_del_subregion` that run only when the device that owns the
//! region is torn down, or when its failed realize is undone, and that change nothing there,
//! because the tree's own core takes the region out of its container.
//!
//! ## Why it matters in a device model
//!
//! Whether such a call is needed depends on the memory core. Up to QEMU 10.1 a container keeps the
//! *owner* of its subregion alive, so a device that contains its own region leaks without the call.
//! Where the device core deletes subregions by itself, or where a container takes no reference on a
//! region of its own owner, the call is noise: it has to be kept in step with realize by hand, and
//! where the two disagree it aborts on unplug.
//!
//! ## Example
//!
//! ```c
//! static void plover_exit(PCIDevice *dev)
//! {
//!     PloverState *s = PLOVER(dev);
//!
//!     memory_region_del_subregion(&s->bar, &s->regs);
//! }
//! ```
//!
//! ## Use instead
//!
//! Nothing. The callback, its assignment in `class_init`, and the locals, loops and branches that
//! only served the call go with it.
//!
//! ## Fix safety
//!
//! Safe. The fix is offered only if every caller is teardown (or rollback of realize), the region
//! is owned by the device that is torn down, nothing that runs afterwards relies on the region
//! being out of its container, and the ownership model and glue of the tree make the call
//! unobservable. State glue that the tree does not have with `--assume auto-delete`.
//!
//! ## References
//!
//! - QEMU, `docs/devel/memory.rst`, "Region lifecycle"
//! - qemu-devel, 2025-09-01, "memory: Stop piggybacking on memory region owners", patches 4 to 14

use crate::finding::{Finding, Remedy, Rule, Severity};
use devmodel_analyzer::Analysis;
use devmodel_analyzer::lifecycle::{RegionCall, Verdict};
use devmodel_analyzer::vocabulary::Op;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "redundant-del-subregion",
    summary: "a region is taken out of its container in teardown, where the core does it anyway",
    remedy: Remedy { one: "do not delete the subregion", many: "do not delete the subregions" },
    source: include_str!("redundant_del_subregion.rs"),
    check,
};

fn check(analysis: &Analysis) -> Vec<Finding> {
    analysis.calls.iter().filter(|call| is_redundant(call)).map(finding).collect()
}

fn is_redundant(call: &RegionCall) -> bool {
    call.op == Op::Delete && call.verdict == Verdict::Redundant
}

fn finding(call: &RegionCall) -> Finding {
    let message = format!(
        "`{}` need not be deleted from `{}`: {}; delete the call",
        call.region, call.container, call.reason
    );
    Finding::about(RULE.name, Severity::Warning, call, message)
}
