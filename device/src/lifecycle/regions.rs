//! A device's regions in the machine's memory, made from what its type says about them.

#[cfg(feature = "memory")]
#[path = "regions/mapped.rs"]
mod imp;
#[cfg(not(feature = "memory"))]
#[path = "regions/absent.rs"]
mod imp;

mod by_hand;

pub(crate) use by_hand::{Entry, Make};
pub(crate) use imp::{Board, Regions, map, part_mapping, remove, write_ram};
pub use imp::{BusMaster, Mapper};

use crate::memory::NodeId;

/// A region that is to be put somewhere, once everything else is ready.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(not(feature = "memory"), expect(dead_code, reason = "there are no regions"))]
pub(crate) struct Mapping {
    pub(crate) container: NodeId,
    /// In bytes from the start of the container.
    pub(crate) at: u64,
    pub(crate) region: NodeId,
    pub(crate) priority: i32,
}
