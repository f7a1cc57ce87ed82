//! # null-owner-in-device
//!
//! ## What it does
//!
//! Reports regions that lie in the memory of a device and are initialised with a null owner.
//!
//! ## Why it matters in a device model
//!
//! A region without an owner becomes a child of the machine. Nothing ends it when the device is
//! freed, so the machine goes on with a child in freed memory: the next walk over the object tree,
//! or over the memory map, reads it. And a container, a mapping or an access in flight that refers
//! to the region does not keep the device alive.
//!
//! ## Example
//!
//! ```c
//! static void plover_realize(DeviceState *dev, Error **errp)
//! {
//!     PloverState *s = PLOVER(dev);
//!
//!     memory_region_init_io(&s->regs, NULL, &plover_ops, s, "plover", 0x100);
//! }
//! ```
//!
//! ## Use instead
//!
//! ```c
//!     memory_region_init_io(&s->regs, OBJECT(dev), &plover_ops, s, "plover", 0x100);
//! ```
//!
//! ## Fix safety
//!
//! No fix is offered: with an owner, what contains the region keeps the device alive, and may have
//! to be undone in unrealize.
//!
//! ## References
//!
//! - QEMU, `docs/devel/memory.rst`, "Region lifecycle"
//! - QEMU, `system/memory.c`, `memory_region_do_init`

use crate::finding::{Finding, Remedy, Rule, Severity};
use crate::leftover::{is_on, rank};
use devmodel_analyzer::Analysis;
use devmodel_analyzer::lifecycle::{Kind, LifecyclePath, Observation};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "null-owner-in-device",
    summary: "a region in a device's memory has no owner, and outlives the device",
    remedy: Remedy { one: "own the memory region", many: "own the memory regions" },
    source: include_str!("null_owner_in_device.rs"),
    check,
};

fn check(analysis: &Analysis) -> Vec<Finding> {
    analysis.observations.iter().filter(|seen| is_unowned(seen)).map(finding).collect()
}

fn is_unowned(seen: &Observation) -> bool {
    seen.kind == Kind::NullOwner && seen.doubt.is_none()
}

/// What can be asked of any type at any time is worse than what happens to types that stay.
fn severity(seen: &Observation) -> Severity {
    let unplugged = rank(seen, Severity::Error);
    if is_on(seen, LifecyclePath::Introspect) {
        unplugged.max(Severity::Warning)
    } else {
        unplugged
    }
}

fn finding(seen: &Observation) -> Finding {
    let message = format!(
        "`{}` lies in the device but is owned by nobody, so it is still a child of the machine \
         when its memory is freed; name the device as its owner",
        seen.region
    );
    Finding::seen(RULE.name, severity(seen), seen, message)
}
