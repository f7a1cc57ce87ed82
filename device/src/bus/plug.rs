//! How a bus maps what a device exports.

use crate::lifecycle::{AnyCell, BusMaster, Mapper, Mapping};
use crate::memory::NodeId;
use crate::meta::Meta;
use std::sync::Arc;

/// A region that a device exports to its bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Export {
    /// The number under which it is exported.
    pub index: u8,
    /// The region.
    pub region: NodeId,
    /// Its size in bytes.
    pub size: u64,
}

/// What a bus can do with a device that it plugs.
pub struct PlugCx<'a> {
    cell: &'a Arc<dyn AnyCell>,
    mappings: &'a mut Vec<Mapping>,
}

impl<'a> PlugCx<'a> {
    pub(crate) fn new(cell: &'a Arc<dyn AnyCell>, mappings: &'a mut Vec<Mapping>) -> Self {
        Self { cell, mappings }
    }

    /// What is known of the device's type.
    pub fn meta(&self) -> &'static Meta {
        self.cell.meta()
    }

    /// What moves the device's regions later, when the guest says so.
    pub fn mapper(&self) -> Mapper {
        Mapper::new(&self.cell.core().services.memory)
    }

    /// What the device exports, in the order of the numbers. Empty in a build without memory, and what the
    /// `realize` hook makes is not there before it has run.
    pub fn exports(&self) -> Vec<Export> {
        self.cell.regions().map(|regions| regions.exports(self.cell.meta())).unwrap_or_default()
    }

    /// Maps a region of the device, once the whole device is ready. `at` is in bytes from the start of
    /// `container`.
    pub fn map(&mut self, container: NodeId, at: u64, region: NodeId, priority: i32) {
        self.mappings.push(Mapping { container, at, region, priority });
    }

    /// Sets what the device sees as a bus master.
    #[cfg(feature = "memory")]
    pub fn set_dma(&mut self, space: crate::memory::AddressSpace) {
        self.cell.set_dma(BusMaster::new(space));
    }

    /// The device sees what another one sees.
    pub(crate) fn give_dma(&mut self, space: BusMaster) {
        self.cell.set_dma(space);
    }
}
