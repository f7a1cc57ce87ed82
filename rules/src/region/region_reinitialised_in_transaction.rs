//! # region-reinitialised-in-transaction
//!
//! ## What it does
//!
//! Reports regions, neither aliases nor pure containers, that a running device deletes or unparents and
//! initialises again between `memory_region_transaction_begin` and `memory_region_transaction_commit`.
//!
//! ## Why it matters in a device model
//!
//! Until the transaction is committed, and then until an RCU grace period has passed, the flat view of
//! the address space refers to the old region. The new one is made in the same memory: accesses run
//! through a half-initialised structure, and the old region's reference is dropped on the new one.
//!
//! ## Example
//!
//! ```c
//! memory_region_transaction_begin();
//! memory_region_del_subregion(&s->bar, &s->regs);
//! object_unparent(OBJECT(&s->regs));
//! memory_region_init_io(&s->regs, OBJECT(s), &plover_ops, s, "regs", s->size);
//! memory_region_add_subregion(&s->bar, 0, &s->regs);
//! memory_region_transaction_commit();
//! ```
//!
//! ## Use instead
//!
//! Keep the region and change it (`memory_region_set_size`, `memory_region_set_enabled`), or move an
//! alias of it.
//!
//! ## Fix safety
//!
//! No fix is offered.
//!
//! ## References
//!
//! - QEMU, `docs/devel/memory.rst`, "Region lifecycle"
//! - QEMU, c6effa9cf59f, "hw/virtio: Add flatview update in vhost_user_cleanup()"

use crate::finding::{Finding, Remedy, Rule, Severity};
use devmodel_analyzer::Analysis;
use devmodel_analyzer::lifecycle::{Kind, Observation};

/// The rule.
pub(crate) const RULE: Rule = Rule {
    name: "region-reinitialised-in-transaction",
    summary: "a region is made again in one transaction, while accesses go to the old one",
    remedy: Remedy {
        one: "do not make the memory region again",
        many: "do not make the memory regions again",
    },
    source: include_str!("region_reinitialised_in_transaction.rs"),
    check,
};

fn check(analysis: &Analysis) -> Vec<Finding> {
    let seen = analysis.observations.iter();
    seen.filter(|seen| seen.kind == Kind::RenewedInTransaction && seen.doubt.is_none())
        .map(finding)
        .collect()
}

fn finding(seen: &Observation) -> Finding {
    let region = &seen.region;
    let message = format!(
        "`{region}` is made again before the transaction ends, while accesses still go to the old \
         one in the same memory; change the region, or move an alias of it"
    );
    Finding::seen(RULE.name, Severity::of_fault(seen), seen, message)
}
