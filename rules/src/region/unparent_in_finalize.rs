//! # unparent-in-finalize
//!
//! ## What it does
//!
//! Reports calls of `object_unparent` on a device's own region that run only from its
//! `instance_finalize`.
//!
//! ## Why it matters in a device model
//!
//! An object's children are released before its `instance_finalize` runs, and a region is a child
//! of its owner. At best the call does nothing, because the region has no parent any more; at worst
//! it reads the memory of a region that is already freed. The documentation recommended the
//! pattern for years, which is how it spread.
//!
//! ## Example
//!
//! ```c
//! static void plover_finalize(Object *obj)
//! {
//!     PloverState *s = PLOVER(obj);
//!
//!     object_unparent(OBJECT(s->window));
//!     g_free(s->window);
//! }
//! ```
//!
//! ## Use instead
//!
//! ```c
//! static void plover_finalize(Object *obj)
//! {
//!     PloverState *s = PLOVER(obj);
//!
//!     g_free(s->window);
//! }
//! ```
//!
//! ## Fix safety
//!
//! Safe: the owner has dropped the region already, so nothing is left to be unparented.
//!
//! ## References
//!
//! - QEMU, `docs/devel/memory.rst`, "Region lifecycle"
//! - qemu-devel, 2025-09-01, "vfio/pci: Do not unparent in instance_finalize"

use crate::finding::{Finding, Remedy, Rule, Severity};
use devmodel_analyzer::Analysis;
use devmodel_analyzer::lifecycle::{RegionCall, Verdict};
use devmodel_analyzer::vocabulary::Op;

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "unparent-in-finalize",
    summary: "a region is unparented after its owner has released it",
    remedy: Remedy {
        one: "do not unparent the region in instance_finalize",
        many: "do not unparent the regions in instance_finalize",
    },
    source: include_str!("unparent_in_finalize.rs"),
    check,
};

fn check(analysis: &Analysis) -> Vec<Finding> {
    analysis.calls.iter().filter(|call| is_too_late(call)).map(finding).collect()
}

fn is_too_late(call: &RegionCall) -> bool {
    call.op == Op::Unparent && call.verdict == Verdict::AfterFinalize
}

fn finding(call: &RegionCall) -> Finding {
    let message =
        format!("`{}` has no parent any more: {}; delete the call", call.region, call.reason);
    Finding::about(RULE.name, Severity::Warning, call, message)
}
