//! # registration-in-init
//!
//! ## What it does
//!
//! Reports constructors (functions of a type that return one of it) that register what they make with a bus,
//! a VM or an event loop that they were handed.
//!
//! Not reported are types that take the registration back when they are dropped, managers that register with
//! what they build and own, weak handles, and what ends with a file descriptor of the device.
//!
//! ## Why it matters in a device model
//!
//! To make a device and to put it into the machine are two steps. A device that registers itself while it is
//! made can be reached by the guest before it is complete, can't be made to be looked at, tested or
//! configured, and is left behind on the bus if a later step of its construction fails, or if the caller
//! decides against it.
//!
//! ## Example
//!
//! ```rust
//! impl Plover {
//!     fn new(bus: &mut IoManager, range: MmioRange) -> Result<Arc<Self>, Error> {
//!         let plover = Arc::new(Plover { level: AtomicU8::new(0) });
//!         bus.register_mmio(range, plover.clone())?;
//!         Ok(plover)
//!     }
//! }
//! ```
//!
//! ## Use instead
//!
//! Let the constructor make the device, and whoever owns the bus register it; it is also the one who knows
//! when to take it back.
//!
//! ```rust
//! let plover = Arc::new(Plover::new());
//! bus.register_mmio(range, plover.clone())?;
//! ```
//!
//! ## Fix safety
//!
//! No fix is offered: the call moves to the callers.
//!
//! ## References
//!
//! - vm-device, documentation of `device_manager`

use crate::finding::{Finding, Remedy, Rule, Severity};
use devmodel_analyzer::Analysis;
use devmodel_analyzer::lifecycle::{Registration, RegistrationKind};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "registration-in-init",
    summary: "a constructor registers what it makes",
    remedy: Remedy {
        one: "register the device after it is made",
        many: "register devices after they are made",
    },
    source: include_str!("registration_in_init.rs"),
    check,
};

fn check(analysis: &Analysis) -> Vec<Finding> {
    let seen = analysis.registrations.iter();
    seen.filter(|seen| seen.kind == RegistrationKind::InInit).map(finding).collect()
}

fn finding(seen: &Registration) -> Finding {
    let Registration { function, what, container, .. } = seen;
    let message = format!(
        "`{function}` registers `{what}` with `{container}` while the device is made; leave that to whoever \
         owns `{container}`"
    );
    Finding::registered(RULE.name, Severity::Warning, seen, message)
}
