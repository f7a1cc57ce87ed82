//! # redundant-unparent
//!
//! ## What it does
//!
//! Reports calls of `object_unparent` on a region that run only when the device that owns the region is
//! torn down, or when its failed realize is undone, and that change nothing there, because the tree's own
//! core unparents the device's regions.
//!
//! ## Why it matters in a device model
//!
//! Where the device core ends a device's regions by itself, the call is noise that has to be kept in
//! step with realize by hand, and that ends a region too early where the two disagree.
//!
//! ## Example
//!
//! ```c
//! static void plover_exit(PCIDevice *dev)
//! {
//!     PloverState *s = PLOVER(dev);
//!
//!     object_unparent(OBJECT(&s->regs));
//! }
//! ```
//!
//! ## Use instead
//!
//! Nothing. The callback, its assignment in `class_init`, and the locals, loops and branches that only
//! served the call go with it.
//!
//! ## Fix safety
//!
//! Safe. The fix is offered only if every caller is teardown (or rollback of realize), the region is
//! owned by the device that is torn down, its memory is not freed afterwards, and the glue of the tree
//! makes the call unobservable. State glue that the tree does not have with `--assume auto-unparent`.
//!
//! ## References
//!
//! - QEMU, `docs/devel/memory.rst`, "Region lifecycle"
//! - qemu-devel, 2025-09-01, "memory: Stop piggybacking on memory region owners", patch 16

use crate::finding::{Finding, Remedy, Rule, Severity};
use devmodel_analyzer::Analysis;
use devmodel_analyzer::lifecycle::{RegionCall, Verdict};
use devmodel_analyzer::vocabulary::Op;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "redundant-unparent",
    summary: "a region is unparented in teardown, where the core does it anyway",
    remedy: Remedy {
        one: "do not unparent the memory region",
        many: "do not unparent the memory regions",
    },
    source: include_str!("redundant_unparent.rs"),
    check,
};

fn check(analysis: &Analysis) -> Vec<Finding> {
    analysis.calls.iter().filter(|call| is_redundant(call)).map(finding).collect()
}

fn is_redundant(call: &RegionCall) -> bool {
    call.op == Op::Unparent && call.verdict == Verdict::Redundant
}

fn finding(call: &RegionCall) -> Finding {
    let message =
        format!("`{}` need not be unparented: {}; delete the call", call.region, call.reason);
    Finding::about(RULE.name, Severity::Warning, call, message)
}
