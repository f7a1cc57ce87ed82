//! # removal-error-dropped
//!
//! ## What it does
//!
//! Reports calls that take a registration back and whose `Result` nobody looks at: by `let _ =`, by `.ok()`,
//! or because it is the whole statement.
//!
//! Not reported are calls on the way out with another error, calls in `Drop`, functions that are only called
//! from there, and calls that give an `Option` or nothing.
//!
//! ## Why it matters in a device model
//!
//! What was not taken back stays: the guest still reaches the device, and the next registration of the same
//! range or eventfd fails, far from the cause. The usual reason is an argument that differs from that of
//! the registration, which would show at once if the error did.
//!
//! ## Example
//!
//! ```rust
//! fn unplug(&mut self, vm: &VmFd) {
//!     let _ = vm.unregister_ioevent(&self.kick, &self.doorbell, NoDatamatch);
//! }
//! ```
//!
//! ## Use instead
//!
//! Hand the error on, or tell of it.
//!
//! ```rust
//! fn unplug(&mut self, vm: &VmFd) -> Result<(), Error> {
//!     vm.unregister_ioevent(&self.kick, &self.doorbell, NoDatamatch)?;
//!     Ok(())
//! }
//! ```
//!
//! ## Fix safety
//!
//! No fix is offered.
//!
//! ## References
//!
//! - kvm-ioctls, `VmFd::unregister_ioevent`
//! - event-manager, `SubscriberOps::remove_subscriber`

use crate::finding::{Finding, Remedy, Rule, Severity};
use devmodel_analyzer::Analysis;
use devmodel_analyzer::lifecycle::{Phase, Registration, RegistrationKind};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "removal-error-dropped",
    summary: "nobody looks at the error of taking a registration back",
    remedy: Remedy {
        one: "look at the error of taking back",
        many: "look at the errors of taking back",
    },
    source: include_str!("removal_error_dropped.rs"),
    check,
};

fn check(analysis: &Analysis) -> Vec<Finding> {
    let seen = analysis.registrations.iter();
    seen.filter(|seen| seen.kind == RegistrationKind::ErrorDropped).map(finding).collect()
}

fn finding(seen: &Registration) -> Finding {
    let Registration { removal, container, .. } = seen;
    let severity = if seen.phase == Phase::Unrealize { Severity::Warning } else { Severity::Note };
    let message = format!(
        "nobody looks at the error of `{removal}`: what could not be taken back stays registered with \
         `{container}`; hand the error on, or tell of it"
    );
    Finding::registered(RULE.name, severity, seen, message)
}
