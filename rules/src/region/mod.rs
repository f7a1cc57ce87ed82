//! Rules about memory regions.

pub(crate) mod del_subregion_in_finalize;
pub(crate) mod redundant_del_subregion;
pub(crate) mod self_reference_cycle;
pub(crate) mod unparent_in_finalize;
