//! # derive-available
//!
//! ## What it does
//!
//! Reports devices of the `devmodel` framework whose regions are made by hand in `realize`, or that implement
//! `manual::Lifecycle` by hand, where the attributes of `#[derive(Device)]` can say the same.
//!
//! ## Why it matters in a device model
//!
//! What attributes say is data: introspection shows it without an instance, the compiler checks that regions
//! fit their containers and do not overlap, and nothing is left that could be forgotten in a hook. The by-hand
//! layer is for what only realize can know, and for code on its way from C.
//!
//! ## Example
//!
//! ```rust
//! #[derive(Device)]
//! #[device(name = "plover", parent = SysBus, realize = start)]
//! struct Plover {
//!     regs: MemoryRegion,
//! }
//!
//! impl Plover {
//!     fn start(&mut self, cx: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {
//!         self.regs.init_io::<Self>(cx, "regs", 0x100, Access::new().implemented(4, 4))?;
//!         self.regs.export(cx, 0)?;
//!         Ok(())
//!     }
//! }
//! ```
//!
//! ## Use instead
//!
//! ```rust
//! #[derive(Device)]
//! #[device(name = "plover", parent = SysBus)]
//! struct Plover {
//!     #[region(io, size = 0x100, export = 0, implemented(4))]
//!     regs: Region<Io>,
//! }
//! ```
//!
//! ## Fix safety
//!
//! Safe if every use of the region is explained: it is made by one call that every successful realize runs, its
//! size is made of constants and properties, it is placed and exported at most once, and whatever else is done
//! with it takes both sorts of regions. Regions that are connected change together. The framework makes
//! the regions of attributes before the hook runs, and the bus maps what is exported after it: nobody sees a
//! difference, as a realize that fails undoes all, in whatever order it was done.
//!
//! Unsafe, with the assumption in the message, if a region has another name by hand than its field, since saved
//! states and tools know it by its name; if a handler tells regions apart by number; if memory of a computed
//! size would be taken before realize has looked at an unbounded property; and if constants from outside the
//! tree decide whether regions fit, which the compiler then checks.
//!
//! No fix is offered, and the reason is said, where something is in the way that an author can move.
//! Nothing is reported about regions that attributes can't express.
//!
//! ## References
//!
//! - `devmodel::manual`, "Regions and whole devices by hand"
//! - `devmodel`, the attributes of `#[derive(Device)]`

use crate::finding::{Finding, Remedy, Rule, Severity};
use devmodel_analyzer::Analysis;
use devmodel_analyzer::lifecycle::{Conversion, ConversionKind};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "derive-available",
    summary: "a device does by hand what attributes of the derive can say",
    remedy: Remedy {
        one: "let the derive make the memory region",
        many: "let the derive make the memory regions",
    },
    source: include_str!("derive_available.rs"),
    check,
};

fn check(analysis: &Analysis) -> Vec<Finding> {
    let seen = analysis.conversions.iter();
    seen.filter(|seen| seen.kind == ConversionKind::Lifecycle).map(finding).collect()
}

fn finding(seen: &Conversion) -> Finding {
    let regions: Vec<String> = seen.regions.iter().map(|region| format!("`{region}`")).collect();
    let what = match regions.as_slice() {
        [] => format!("`{}` is a device by hand", seen.ty),
        regions => format!("{} made by hand", are(regions)),
    };
    let advice = match seen.cure {
        Some(_) => "attributes of `#[derive(Device)]` say the same".to_owned(),
        None => format!("attributes could say the same, but {}", seen.reason),
    };
    Finding::converted(RULE.name, Severity::Note, seen, format!("{what}, where {advice}"))
}

fn are(regions: &[String]) -> String {
    format!("{} {}", regions.join(", "), if regions.len() == 1 { "is" } else { "are" })
}
