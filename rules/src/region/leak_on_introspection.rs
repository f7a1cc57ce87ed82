//! # leak-on-introspection
//!
//! ## What it does
//!
//! Reports regions that `instance_init` puts into a container, and address spaces that it makes,
//! where nothing undoes it if the device is never realized.
//!
//! ## Why it matters in a device model
//!
//! An object is made and dropped, without being realized, whenever somebody asks what properties
//! its type has: `device_add TYPE,help`, `device-list-properties`, the introspection test. What
//! `instance_init` does must therefore be undone by the core or by `instance_finalize` alone. A
//! region that is left in a container keeps its owner alive (QEMU up to 10.1), so every such
//! question leaks a whole device, or leaves the machine's memory map with a region of a device that
//! does not exist.
//!
//! ## Example
//!
//! ```c
//! static void plover_init(Object *obj)
//! {
//!     PloverState *s = PLOVER(obj);
//!
//!     memory_region_init(&s->window, obj, "plover", 0x1000);
//!     memory_region_init_io(&s->regs, obj, &plover_ops, s, "plover-regs", 0x100);
//!     memory_region_add_subregion(&s->window, 0, &s->regs);
//! }
//! ```
//!
//! ## Use instead
//!
//! Initialise the regions in `instance_init`, and put them together in `realize`; take them apart in
//! `unrealize`.
//!
//! ## Fix safety
//!
//! No fix is offered: what else depends on the order of the calls is for a maintainer to see.
//!
//! ## References
//!
//! - QEMU, `docs/devel/memory.rst`, "Region lifecycle"
//! - QEMU, `tests/qtest/device-introspect-test.c`

use crate::finding::{Finding, Remedy, Rule, Severity};
use crate::leftover::{is_left, is_on, told};
use devmodel_analyzer::Analysis;
use devmodel_analyzer::lifecycle::{LifecyclePath, Observation};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "leak-on-introspection",
    summary: "a device that is created and dropped without being realized leaves something behind",
    remedy: Remedy { one: "add the subregion in realize", many: "add the subregions in realize" },
    source: include_str!("leak_on_introspection.rs"),
    check,
};

fn check(analysis: &Analysis) -> Vec<Finding> {
    analysis.observations.iter().filter(|seen| is_leak(seen)).map(finding).collect()
}

fn is_leak(seen: &Observation) -> bool {
    is_left(seen) && is_on(seen, LifecyclePath::Introspect)
}

fn finding(seen: &Observation) -> Finding {
    let told = told(seen);
    let message = format!("after introspection {told}; move this call to realize");
    Finding::seen(RULE.name, Severity::Warning, seen, message)
}
