//! # manual-teardown
//!
//! ## What it does
//!
//! Reports devices of the `devmodel` framework that take their regions apart by hand: calls of
//! `del_subregion` and `unparent` in an `unrealize` or `finalize` hook, in `Drop`, in private functions that
//! only these call, and before `realize` gives up.
//!
//! ## Why it matters in a device model
//!
//! Every region of a device, by attribute or by hand, is noted when it is made. The framework takes it out of
//! all views before the `unrealize` hook runs and removes it on every way out, a failed realize and a panic
//! included. So these calls do nothing; they have to be kept in step with `realize` all the same, and suggest
//! to readers that a device without them leaks.
//!
//! ## Example
//!
//! ```rust
//! #[derive(Device)]
//! #[device(name = "plover", parent = SysBus, realize = start, unrealize = stop)]
//! struct Plover {
//!     bar: MemoryRegion,
//!     regs: MemoryRegion,
//! }
//!
//! impl Plover {
//!     fn stop(&mut self, cx: &mut Cx<'_, Self>) {
//!         self.bar.del_subregion(cx, &self.regs);
//!         self.regs.unparent(cx);
//!         self.bar.unparent(cx);
//!     }
//! }
//! ```
//!
//! ## Use instead
//!
//! Nothing. The hook goes with its word in `#[device(..)]`, an implementation of `Drop` that is left empty goes
//! with it, and so do imports, loops, branches and private functions that only served these calls.
//!
//! ## Fix safety
//!
//! Safe. A call stays, and is not reported, if its function does anything else with the region afterwards,
//! itself or through another function. No fix is offered where a call shares its line with something else.
//!
//! ## References
//!
//! - `devmodel::manual`, "Regions and whole devices by hand"
//! - QEMU, `docs/devel/memory.rst`, "Region lifecycle", for what C devices do

use crate::finding::{Finding, Remedy, Rule, Severity};
use devmodel_analyzer::Analysis;
use devmodel_analyzer::lifecycle::{Conversion, ConversionKind};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "manual-teardown",
    summary: "regions are taken apart by hand, where the framework does it anyway",
    remedy: Remedy {
        one: "leave the teardown of the memory region to the framework",
        many: "leave the teardown of the memory regions to the framework",
    },
    source: include_str!("manual_teardown.rs"),
    check,
};

fn check(analysis: &Analysis) -> Vec<Finding> {
    let seen = analysis.conversions.iter();
    seen.filter(|seen| seen.kind == ConversionKind::Teardown).map(finding).collect()
}

fn finding(seen: &Conversion) -> Finding {
    let regions: Vec<String> = seen.regions.iter().map(|region| format!("`{region}`")).collect();
    let message = format!(
        "{} need not be taken apart by hand: the framework removes a device's regions on every way out; \
         delete the calls",
        regions.join(", ")
    );
    Finding::converted(RULE.name, Severity::Warning, seen, message)
}
