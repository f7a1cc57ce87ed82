//! # strong-handle-in-callback
//!
//! ## What it does
//!
//! Reports closures and objects that hold a strong handle (`Arc`, `Rc`) of a device and are stored in a field
//! of that same device.
//!
//! Not reported are weak handles, and fields that another function empties.
//!
//! ## Why it matters in a device model
//!
//! The device owns the callback and the callback owns the device: the count never falls to zero. After
//! unplug the device is never dropped, and neither are its memory, its descriptors and its threads.
//!
//! ## Example
//!
//! ```rust
//! fn arm(plover: &Arc<Plover>) {
//!     let me = plover.clone();
//!     *plover.on_kick.lock().unwrap() = Some(Box::new(move || {
//!         me.poll();
//!     }));
//! }
//! ```
//!
//! ## Use instead
//!
//! ```rust
//! fn arm(plover: &Arc<Plover>) {
//!     let me = Arc::downgrade(plover);
//!     *plover.on_kick.lock().unwrap() = Some(Box::new(move || {
//!         let Some(me) = me.upgrade() else { return };
//!         me.poll();
//!     }));
//! }
//! ```
//!
//! ## Fix safety
//!
//! Unsafe: the handle is made weak, and the closure returns if the device is gone. It is taken for granted
//! that nothing else but the closure kept the device alive until it is called. A fix is offered for closures
//! in braces without a result, and a variable that only the closure uses.
//!
//! ## References
//!
//! - The documentation of `std::sync::Arc`, "Breaking cycles with `Weak`"

use crate::finding::{Finding, Remedy, Rule, Severity};
use devmodel_analyzer::Analysis;
use devmodel_analyzer::lifecycle::{Registration, RegistrationKind};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "strong-handle-in-callback",
    summary: "a device owns what holds a strong handle of it",
    remedy: Remedy {
        one: "let the callback hold a weak handle",
        many: "let callbacks hold weak handles",
    },
    source: include_str!("strong_handle_in_callback.rs"),
    check,
};

fn check(analysis: &Analysis) -> Vec<Finding> {
    let seen = analysis.registrations.iter();
    seen.filter(|seen| seen.kind == RegistrationKind::StrongHandle).map(finding).collect()
}

fn finding(seen: &Registration) -> Finding {
    let Registration { what, container, .. } = seen;
    let message = format!(
        "`{container}` is part of the device of which `{what}` is a strong handle, so the device is never \
         dropped; hold a weak handle"
    );
    Finding::registered(RULE.name, Severity::Warning, seen, message)
}
