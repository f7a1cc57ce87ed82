//! # unparent-of-link-target
//!
//! ## What it does
//!
//! Reports `object_unparent` of an object in a field that is a link property, where nothing in the tree
//! puts an object of the device's own into that field.
//!
//! ## Why it matters in a device model
//!
//! A link refers to an object that somebody else made and owns, often another device or a backend.
//! Unparenting it takes it from its owner: it vanishes from the machine, or is freed while its owner and
//! others still use it.
//!
//! ## Example
//!
//! ```c
//! static const Property plover_properties[] = {
//!     DEFINE_PROP_LINK("nest", PloverState, nest, TYPE_NEST, NestState *),
//! };
//!
//! static void plover_unrealize(DeviceState *dev)
//! {
//!     PloverState *s = PLOVER(dev);
//!
//!     object_unparent(OBJECT(s->nest));
//! }
//! ```
//!
//! ## Use instead
//!
//! Nothing: the link's own reference is dropped when the device goes. An object that the device is to
//! own is made a child of it (`object_initialize_child`, `object_property_add_child`).
//!
//! ## Fix safety
//!
//! No fix is offered.
//!
//! ## References
//!
//! - QEMU, `include/qom/object.h`, `object_property_add_link`

use crate::finding::{Finding, Remedy, Rule, Severity};
use devmodel_analyzer::Analysis;
use devmodel_analyzer::lifecycle::{Kind, Observation};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "unparent-of-link-target",
    summary: "an object is unparented that the device only refers to",
    remedy: Remedy {
        one: "do not unparent the link's target",
        many: "do not unparent the links' targets",
    },
    source: include_str!("unparent_of_link_target.rs"),
    check,
};

fn check(analysis: &Analysis) -> Vec<Finding> {
    let seen = analysis.observations.iter();
    seen.filter(|seen| seen.kind == Kind::UnparentOfLink && seen.doubt.is_none())
        .map(finding)
        .collect()
}

fn finding(seen: &Observation) -> Finding {
    let region = &seen.region;
    let message = format!(
        "`{region}` is a link: the object belongs to somebody else, and is not the device's to \
         unparent; delete the call"
    );
    Finding::seen(RULE.name, Severity::of_fault(seen), seen, message)
}
