//! # missing-del-subregion
//!
//! ## What it does
//!
//! Reports regions of a device that `realize` puts into a container of somebody else (the system's
//! memory, the ISA bus, the bus that the device sits on) and that are still there after `unrealize`.
//!
//! ## Why it matters in a device model
//!
//! The container outlives the device. Up to QEMU 10.1 it holds a reference on the device, which then
//! is never finalized; under later cores the guest can still reach registers of a device that is
//! gone. Neither the release of the device's children nor a core that deletes subregions of the
//! *same* owner helps.
//!
//! ## Example
//!
//! ```c
//! static void plover_realize(DeviceState *dev, Error **errp)
//! {
//!     PloverState *s = PLOVER(dev);
//!
//!     memory_region_init_io(&s->regs, OBJECT(s), &plover_ops, s, "plover", 0x100);
//!     memory_region_add_subregion(get_system_io(), 0x510, &s->regs);
//! }
//! ```
//!
//! ## Use instead
//!
//! ```c
//! static void plover_unrealize(DeviceState *dev)
//! {
//!     PloverState *s = PLOVER(dev);
//!
//!     memory_region_del_subregion(get_system_io(), &s->regs);
//! }
//! ```
//!
//! ## Fix safety
//!
//! Unsafe where the device can be unplugged: the deletion is written at the start of the unrealize
//! callback, which is made and assigned in every class function that assigns the realize callback if
//! there is none. The condition of the addition goes along if it asks for a property. It is taken for
//! granted that nothing outside the tree deletes the region. Before a fix is offered, the lives of all
//! types that would run the callback are walked with it: all of them must have made the addition, and
//! nothing may show that was not there before. For a device that stays, the same edits are shown, and
//! never applied.
//!
//! No fix is offered where the unrealize callback is shared with types that add nothing, is called from
//! elsewhere too, or is inherited; where something else may delete the region; where the region or its
//! container is no field of the device; or where a condition or a loop cannot be written again there.
//!
//! ## References
//!
//! - QEMU, `docs/devel/memory.rst`, "Region lifecycle"

use crate::finding::{Finding, Remedy, Rule, Severity};
use crate::leftover::{is_on, rank, told};
use devmodel_analyzer::Analysis;
use devmodel_analyzer::lifecycle::{Kind, LifecyclePath, Observation};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "missing-del-subregion",
    summary: "a region of a device stays in a container that is not the device's",
    remedy: Remedy {
        one: "delete the subregion on unrealize",
        many: "delete the subregions on unrealize",
    },
    source: include_str!("missing_del_subregion.rs"),
    check,
};

fn check(analysis: &Analysis) -> Vec<Finding> {
    analysis.observations.iter().filter(|seen| is_missing(seen)).map(finding).collect()
}

/// What is left on introspection already is reported as that.
fn is_missing(seen: &Observation) -> bool {
    seen.kind == Kind::StaleMapping
        && seen.doubt.is_none()
        && is_on(seen, LifecyclePath::Unplug)
        && !is_on(seen, LifecyclePath::Introspect)
}

fn finding(seen: &Observation) -> Finding {
    let told = told(seen);
    let message = format!("after unrealize {told}; delete it in unrealize");
    Finding::seen(RULE.name, rank(seen, Severity::Error), seen, message)
}
