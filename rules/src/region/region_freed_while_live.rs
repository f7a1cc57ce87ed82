//! # region-freed-while-live
//!
//! ## What it does
//!
//! Reports frees of memory that contains a region, neither an alias nor a pure container, before the
//! device is finalized.
//!
//! ## Why it matters in a device model
//!
//! Taking a region out of its container does not end what is under way: a vCPU may be in its callbacks, a
//! DMA mapping may point into it, and a reader of the old memory map may look at it until its RCU read
//! section ends. All of those hold a reference on the region's *owner*, so the owner's finalizer is the
//! first place where the memory is surely out of use.
//!
//! ## Example
//!
//! ```c
//! static void plover_exit(PCIDevice *dev)
//! {
//!     PloverState *s = PLOVER(dev);
//!
//!     memory_region_del_subregion(&s->bar, s->regs);
//!     object_unparent(OBJECT(s->regs));
//!     g_free(s->regs);
//! }
//! ```
//!
//! ## Use instead
//!
//! Free the memory in `instance_finalize`.
//!
//! ## Fix safety
//!
//! No fix is offered.
//!
//! ## References
//!
//! - QEMU, `docs/devel/memory.rst`, "Region lifecycle"
//! - QEMU, ba5e6bfa1aee, "vfio: unmap and free BAR data in instance_finalize"

use crate::finding::{Finding, Remedy, Rule, Severity};
use devmodel_analyzer::Analysis;
use devmodel_analyzer::lifecycle::{Kind, Observation};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "region-freed-while-live",
    summary: "memory of a region is freed while accesses may still go there",
    remedy: Remedy {
        one: "free the memory region in instance_finalize",
        many: "free the memory regions in instance_finalize",
    },
    source: include_str!("region_freed_while_live.rs"),
    check,
};

fn check(analysis: &Analysis) -> Vec<Finding> {
    let seen = analysis.observations.iter();
    seen.filter(|seen| seen.kind == Kind::FreedWhileLive && seen.doubt.is_none())
        .map(finding)
        .collect()
}

fn finding(seen: &Observation) -> Finding {
    let region = &seen.region;
    let message = format!(
        "the memory of `{region}` is freed while accesses may still go there; free it in \
         `instance_finalize`"
    );
    Finding::seen(RULE.name, Severity::of_fault(seen), seen, message)
}
