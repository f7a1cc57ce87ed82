//! # unregistered-on-error
//!
//! ## What it does
//!
//! Reports registrations with a bus, a VM or an event loop that stay in force when a later step of the same
//! function fails: by `?`, by `return Err(..)`, or by handing on the result of its last call. The evidence
//! names the place where the function fails.
//!
//! A registration counts as taken back if a call on the way out does it, in whatever function; if a guard
//! or the drop of a value does it; if it is recorded where another function finds it that takes back; or if
//! a caller does it when it sees the error. What ends with a file descriptor, as an irqfd or a watch of an
//! event loop does, is only reported if the descriptor stays.
//!
//! ## Why it matters in a device model
//!
//! The caller is told that there is no device, and drops it. The bus keeps a handle of it all the same: the
//! guest still reaches a device that was never finished, the range is taken for the next attempt, which
//! fails with an overlap, and the memory is never freed. An ioeventfd stays in the kernel until the VM ends.
//!
//! ## Example
//!
//! ```rust
//! fn attach(bus: &mut IoManager, vm: &VmFd, plover: Arc<Plover>) -> Result<(), Error> {
//!     bus.register_mmio(plover.range, plover.clone())?;
//!     vm.register_ioevent(&plover.kick, &plover.doorbell, NoDatamatch)?;
//!     Ok(())
//! }
//! ```
//!
//! ## Use instead
//!
//! Take it back before the error is returned, or do last what cannot fail.
//!
//! ```rust
//! fn attach(bus: &mut IoManager, vm: &VmFd, plover: Arc<Plover>) -> Result<(), Error> {
//!     bus.register_mmio(plover.range, plover.clone())?;
//!     vm.register_ioevent(&plover.kick, &plover.doorbell, NoDatamatch).inspect_err(|_| {
//!         bus.deregister_mmio(plover.range.base());
//!     })?;
//!     Ok(())
//! }
//! ```
//!
//! ## Fix safety
//!
//! Unsafe: on every way out with an error, the call is written that takes back what is in force there, what
//! came last first. It is taken for granted that nothing else does so.
//!
//! No fix is offered where what is registered is told by an expression that is more than a path, by a value
//! that is moved, or by a variable of an inner block; for what an earlier turn of a loop has registered; and
//! for what a function that is called has registered.
//!
//! ## References
//!
//! - vm-device, `IoManager`; dbs-device, `IoManager::register_device_io`, which takes back what it did
//! - Linux, `Documentation/virt/kvm/api.rst`, "KVM_IOEVENTFD"

use crate::finding::{Finding, Remedy, Rule, Severity};
use devmodel_analyzer::Analysis;
use devmodel_analyzer::lifecycle::{Registration, RegistrationKind};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "unregistered-on-error",
    summary: "a function that fails leaves what it has registered",
    remedy: Remedy {
        one: "take the registration back when a later step fails",
        many: "take registrations back when a later step fails",
    },
    source: include_str!("unregistered_on_error.rs"),
    check,
};

fn check(analysis: &Analysis) -> Vec<Finding> {
    let seen = analysis.registrations.iter();
    seen.filter(|seen| seen.kind == RegistrationKind::LeftOnError).map(finding).collect()
}

fn finding(seen: &Registration) -> Finding {
    let Registration { function, what, container, removal, .. } = seen;
    let severity = if seen.is_removable { Severity::Error } else { Severity::Warning };
    let message = format!(
        "if `{function}` fails afterwards, `{what}` stays registered with `{container}`; take it back with \
         `{removal}` on the way out"
    );
    Finding::registered(RULE.name, severity, seen, message)
}
