//! # del-subregion-in-finalize
//!
//! ## What it does
//!
//! Reports calls of `memory_region_del_subregion` on a device's own region that run only from its
//! `instance_finalize`.
//!
//! ## Why it matters in a device model
//!
//! An object's children are released before its `instance_finalize` runs, and a region is a child
//! of its owner. By then the region is finalized and in no container, so
//! `memory_region_del_subregion` fails its assertion, or reads freed memory. If the device contained
//! the region until then, the reference that the container holds on the owner means that the
//! finalizer never ran at all.
//!
//! ## Example
//!
//! ```c
//! static void plover_finalize(Object *obj)
//! {
//!     PloverState *s = PLOVER(obj);
//!
//!     memory_region_del_subregion(&s->bar, &s->regs);
//! }
//! ```
//!
//! ## Use instead
//!
//! Take the region out of its container in `unrealize`, if the tree's core does not do it; else delete
//! the call.
//!
//! ## Fix safety
//!
//! Safe: in the finalizer the call can only abort, so it is deleted. Where the device would still keep
//! itself alive without it, because realize adds the region and nothing else takes it out, it is moved
//! to the start of the unrealize callback, which is made if there is none. That is safe if region and
//! container lie in the device, every type that runs the callback makes the addition, nothing writes to
//! a property that is the condition of it, and no function that is not followed is handed the region in
//! unrealize; otherwise the move is unsafe. The lives of all these types are walked with the move first.
//!
//! ## References
//!
//! - QEMU, `docs/devel/memory.rst`, "Region lifecycle"
//! - QEMU, `qom/object.c`, `object_finalize`

use crate::finding::{Finding, Remedy, Rule, Severity};
use devmodel_analyzer::Analysis;
use devmodel_analyzer::lifecycle::{RegionCall, Verdict};
use devmodel_analyzer::vocabulary::Op;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "del-subregion-in-finalize",
    summary: "a region is taken out of its container after it was finalized",
    remedy: Remedy {
        one: "do not delete the subregion in instance_finalize",
        many: "do not delete the subregions in instance_finalize",
    },
    source: include_str!("del_subregion_in_finalize.rs"),
    check,
};

fn check(analysis: &Analysis) -> Vec<Finding> {
    analysis.calls.iter().filter(|call| is_too_late(call)).map(finding).collect()
}

fn is_too_late(call: &RegionCall) -> bool {
    call.op == Op::Delete && call.verdict == Verdict::AfterFinalize
}

fn finding(call: &RegionCall) -> Finding {
    let message = format!(
        "`{}` is deleted from `{}` too late: {}, and the call aborts; delete it, and take the \
         region out in unrealize if the core does not",
        call.region, call.container, call.reason
    );
    Finding::about(RULE.name, Severity::Error, call, message)
}
