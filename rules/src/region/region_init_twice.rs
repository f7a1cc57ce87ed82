//! # region-init-twice
//!
//! ## What it does
//!
//! Reports regions that are initialised while they are already a child of their owner: twice in one
//! life of a device, or again when the device is realized a second time. For the second, there is
//! one finding for each type, at the first such region.
//!
//! ## Why it matters in a device model
//!
//! Initialising a region clears its memory and makes it a child of its owner once more. The owner
//! then has two child properties for one object that counts one reference, and releasing the second
//! aborts or frees what is in use. What contained the region goes on with a list that points into
//! cleared memory.
//!
//! ## Example
//!
//! ```c
//! static void plover_realize(DeviceState *dev, Error **errp)
//! {
//!     PloverState *s = PLOVER(dev);
//!
//!     memory_region_init_io(&s->regs, OBJECT(s), &plover_ops, s, "plover", 0x100);
//! }
//! ```
//!
//! ## Use instead
//!
//! Initialise the region in `instance_init`, or unparent it in `unrealize`.
//!
//! ## Fix safety
//!
//! No fix is offered.
//!
//! ## References
//!
//! - QEMU, `docs/devel/memory.rst`, "Region lifecycle"
//! - QEMU, `system/memory.c`, `memory_region_do_init`

use crate::finding::{Finding, Remedy, Rule, Severity};
use devmodel_analyzer::Analysis;
use devmodel_analyzer::lifecycle::{Kind, LifecyclePath, Observation};
use devmodel_analyzer::model::Name;
use std::collections::{BTreeMap, BTreeSet};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "region-init-twice",
    summary: "a region is initialised that is a child of its owner already",
    remedy: Remedy {
        one: "initialise the memory region once",
        many: "initialise the memory regions once",
    },
    source: include_str!("region_init_twice.rs"),
    check,
};

fn check(analysis: &Analysis) -> Vec<Finding> {
    let twice = analysis.observations.iter().filter(|seen| is_twice(seen));
    let (again, at_once): (Vec<_>, Vec<_>) = twice.partition(|seen| is_again(seen));
    let mut findings: Vec<Finding> = at_once.into_iter().map(in_one_life).collect();
    findings.extend(by_type(&again).into_iter().map(realized_again));
    findings
}

fn is_twice(seen: &Observation) -> bool {
    seen.kind == Kind::DoubleInit && seen.doubt.is_none()
}

fn is_again(seen: &Observation) -> bool {
    seen.paths.iter().all(|&path| path == LifecyclePath::Replug)
}

fn in_one_life(seen: &Observation) -> Finding {
    let message = format!(
        "`{}` is initialised a second time while it is a child of its owner; unparent it before, or \
         initialise it once",
        seen.region
    );
    Finding::seen(RULE.name, Severity::Error, seen, message)
}

/// What is seen first of each type, with how many regions there are.
fn by_type<'o>(again: &[&'o Observation]) -> Vec<(&'o Observation, usize)> {
    let mut regions: BTreeMap<&Name, BTreeSet<&str>> = BTreeMap::new();
    for seen in again {
        for ty in &seen.types {
            regions.entry(ty).or_default().insert(&seen.region);
        }
    }
    let mut told: BTreeSet<&Name> = BTreeSet::new();
    let mut first = Vec::new();
    for seen in again {
        let new = seen.types.iter().filter(|ty| told.insert(ty)).max_by_key(|ty| regions[ty].len());
        first.extend(new.map(|ty| (*seen, regions[ty].len())));
    }
    first
}

fn realized_again((seen, regions): (&Observation, usize)) -> Finding {
    let others = match regions - 1 {
        0 => String::new(),
        1 => " (and another region)".to_owned(),
        more => format!(" (and {more} other regions)"),
    };
    let message = format!(
        "`{}`{others} is initialised again when the device is realized a second time; initialise it \
         in instance_init, or unparent it in unrealize",
        seen.region
    );
    Finding::seen(RULE.name, Severity::Note, seen, message)
}
