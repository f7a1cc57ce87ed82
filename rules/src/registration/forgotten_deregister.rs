//! # forgotten-deregister
//!
//! ## What it does
//!
//! Reports registrations that nothing takes back although the device goes:
//!
//! - a manager drops its handle of a device in a method such as `remove` or `unplug`, and leaves what the
//!   same manager has registered for it;
//! - a type takes its registration back in one of its methods, but neither its `Drop` nor any function that
//!   tears down leads there;
//! - all other devices that implement a trait take theirs back in a method of the trait, and one does not;
//! - the token by which a registration is taken back is thrown away, in a tree that takes others back.
//!
//! A tree in which devices never go is not reported; nor is what ends with a file descriptor.
//!
//! ## Why it matters in a device model
//!
//! After the removal the bus still holds a handle: the guest reaches a device that is not there any more, the
//! memory is never freed, and the range can't be used again. An ioeventfd makes the kernel signal a
//! descriptor that nobody reads.
//!
//! ## Example
//!
//! ```rust
//! impl Manager {
//!     fn add(&mut self, id: u32, range: MmioRange, device: Arc<Plover>) -> Result<(), Error> {
//!         self.bus.register_mmio(range, device.clone())?;
//!         self.devices.insert(id, device);
//!         Ok(())
//!     }
//!
//!     fn remove(&mut self, id: u32) {
//!         self.devices.remove(&id);
//!     }
//! }
//! ```
//!
//! ## Use instead
//!
//! Keep what the registration is taken back by, and do so before the handle is dropped.
//!
//! ```rust
//! fn remove(&mut self, id: u32) {
//!     if let Some((range, _)) = self.devices.remove(&id) {
//!         self.bus.deregister_mmio(range.base());
//!     }
//! }
//! ```
//!
//! ## Fix safety
//!
//! No fix is offered.
//!
//! ## References
//!
//! - vm-device, `IoManager::deregister_mmio`
//! - event-manager, `SubscriberOps::remove_subscriber`
//! - Linux, `Documentation/virt/kvm/api.rst`, "KVM_IOEVENTFD"

use crate::finding::{Finding, Remedy, Rule, Severity};
use devmodel_analyzer::Analysis;
use devmodel_analyzer::lifecycle::{Registration, RegistrationKind};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "forgotten-deregister",
    summary: "a device goes and its registration stays",
    remedy: Remedy {
        one: "take the registration back when the device goes",
        many: "take registrations back when devices go",
    },
    source: include_str!("forgotten_deregister.rs"),
    check,
};

fn check(analysis: &Analysis) -> Vec<Finding> {
    let seen = analysis.registrations.iter();
    seen.filter(|seen| seen.kind == RegistrationKind::Forgotten).map(finding).collect()
}

fn finding(seen: &Registration) -> Finding {
    let Registration { what, container, removal, .. } = seen;
    let severity = if seen.is_removable { Severity::Error } else { Severity::Warning };
    let message = format!(
        "`{what}` stays registered with `{container}` when the device goes; take it back with `{removal}`"
    );
    Finding::registered(RULE.name, severity, seen, message)
}
