//! # self-reference-cycle
//!
//! ## What it does
//!
//! Reports regions that a device adds to a container of its own, and address spaces that it makes of
//! a region of its own, where nothing undoes it before the last reference to the device is dropped.
//!
//! ## Why it matters in a device model
//!
//! Under a memory core that references the *owner* of a contained region (QEMU up to 10.1), such a
//! device holds a reference on itself: after unplug it is never finalized. Its memory, timers and
//! backends stay, and its id can't be used again.
//!
//! ## Example
//!
//! ```c
//! static void plover_realize(PCIDevice *dev, Error **errp)
//! {
//!     PloverState *s = PLOVER(dev);
//!
//!     memory_region_init(&s->bar, OBJECT(s), "plover-bar", 0x1000);
//!     memory_region_init_io(&s->regs, OBJECT(s), &plover_ops, s, "plover-regs", 0x100);
//!     memory_region_add_subregion(&s->bar, 0, &s->regs);
//! }
//! ```
//!
//! ## Use instead
//!
//! Delete the subregion in the unrealize callback, or destroy the address space there.
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
//! container is no field of the device; for address spaces; or where a condition or a loop cannot be written again there.
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
    name: "self-reference-cycle",
    summary: "a device contains its own region when it goes away, and so keeps itself alive",
    remedy: Remedy {
        one: "delete the subregion on unrealize",
        many: "delete the subregions on unrealize",
    },
    source: include_str!("self_reference_cycle.rs"),
    check,
};

fn check(analysis: &Analysis) -> Vec<Finding> {
    analysis.observations.iter().filter(|seen| is_cycle(seen)).map(finding).collect()
}

/// What is left on introspection already has a rule of its own.
fn is_cycle(seen: &Observation) -> bool {
    matches!(seen.kind, Kind::HeldByCycle | Kind::HeldBySpace)
        && seen.doubt.is_none()
        && is_on(seen, LifecyclePath::Unplug)
        && !is_on(seen, LifecyclePath::Introspect)
}

fn finding(seen: &Observation) -> Finding {
    let cure = match seen.kind {
        Kind::HeldBySpace => "destroy it in unrealize",
        _ => "delete it in unrealize",
    };
    let message = format!("after unrealize {}; {cure}", told(seen));
    Finding::seen(RULE.name, rank(seen, Severity::Error), seen, message)
}
