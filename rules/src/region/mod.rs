//! Rules about memory regions.

pub(crate) mod del_subregion_in_finalize;
pub(crate) mod leak_on_failed_realize;
pub(crate) mod leak_on_introspection;
pub(crate) mod missing_del_subregion;
pub(crate) mod null_owner_in_device;
pub(crate) mod redundant_del_subregion;
pub(crate) mod redundant_unparent;
pub(crate) mod region_ended_in_container;
pub(crate) mod region_freed_while_child;
pub(crate) mod region_freed_while_live;
pub(crate) mod region_init_twice;
pub(crate) mod region_reinitialised_in_transaction;
pub(crate) mod self_reference_cycle;
pub(crate) mod unmatched_del_subregion;
pub(crate) mod unparent_in_finalize;
pub(crate) mod unparent_of_link_target;
