//! # region-freed-while-child
//!
//! ## What it does
//!
//! Reports frees of memory that contains a region which is still a child of its owner.
//!
//! ## Why it matters in a device model
//!
//! The owner drops its children when it is finalized. A region whose memory is gone by then is used
//! after it was freed: it is finalized in memory that may belong to somebody else.
//!
//! ## Example
//!
//! ```c
//! static void plover_exit(PCIDevice *dev)
//! {
//!     PloverState *s = PLOVER(dev);
//!
//!     memory_region_del_subregion(&s->bar, s->regs);
//!     g_free(s->regs);
//! }
//! ```
//!
//! ## Use instead
//!
//! Free the memory in `instance_finalize`, when the children are gone. Where the region has to go
//! earlier, unparent it first, and see `region-freed-while-live`.
//!
//! ## Fix safety
//!
//! No fix is offered.
//!
//! ## References
//!
//! - QEMU, `docs/devel/memory.rst`, "Region lifecycle"
//! - QEMU, 4e494de66800, "Qemu/Xen: Fix early freeing MSIX MMIO memory region"

use crate::finding::{Finding, Remedy, Rule, Severity};
use devmodel_analyzer::Analysis;
use devmodel_analyzer::lifecycle::{Kind, Observation};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "region-freed-while-child",
    summary: "memory of a region is freed that its owner still holds as a child",
    remedy: Remedy {
        one: "free the memory region in instance_finalize",
        many: "free the memory regions in instance_finalize",
    },
    source: include_str!("region_freed_while_child.rs"),
    check,
};

fn check(analysis: &Analysis) -> Vec<Finding> {
    let seen = analysis.observations.iter();
    seen.filter(|seen| seen.kind == Kind::FreedWhileChild && seen.doubt.is_none())
        .map(finding)
        .collect()
}

fn finding(seen: &Observation) -> Finding {
    let region = &seen.region;
    let message = format!(
        "the memory of `{region}` is freed while its owner still holds it as a child, and will end \
         it later; free it in `instance_finalize`"
    );
    Finding::seen(RULE.name, Severity::of_fault(seen), seen, message)
}
