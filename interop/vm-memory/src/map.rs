//! All the memory of an address space at one time.

use crate::log::{BlockLog, LogSlice};
use crate::region::RamRegion;
use std::sync::Arc;
use vm_memory::guest_memory::{GuestMemorySliceIterator, Result};
use vm_memory::{
    GuestAddress, GuestMemory, GuestMemoryBackend, GuestRegionCollection, Permissions,
};

/// Memory that may be written to.
pub type GuestRam = GuestRegionCollection<RamRegion>;

/// All the memory that an address space has at one time, ROM included.
#[derive(Clone, Debug, Default)]
pub struct GuestMap {
    all: GuestRegionCollection<RamRegion>,
    ram: GuestRam,
}

impl GuestMap {
    /// From regions that do not overlap, ascending.
    pub(crate) fn new(regions: Vec<Arc<RamRegion>>) -> Self {
        let writable = regions.iter().filter(|region| !region.is_readonly()).cloned().collect();
        Self { all: collection(regions), ram: collection(writable) }
    }

    /// The memory that may be written to.
    pub fn ram(&self) -> &GuestRam {
        &self.ram
    }

    /// The memory that this kind of access may reach.
    fn reachable(&self, access: Permissions) -> &GuestRegionCollection<RamRegion> {
        if access.has_write() { &self.ram } else { &self.all }
    }
}

impl GuestMemory for GuestMap {
    type PhysicalMemory = GuestRam;
    type Bitmap = BlockLog;

    fn check_range(&self, address: GuestAddress, count: usize, access: Permissions) -> bool {
        GuestMemoryBackend::check_range(self.reachable(access), address, count)
    }

    fn get_slices<'a>(
        &'a self,
        address: GuestAddress,
        count: usize,
        access: Permissions,
    ) -> Result<impl GuestMemorySliceIterator<'a, LogSlice<'a>>> {
        Ok(GuestMemoryBackend::get_slices(self.reachable(access), address, count))
    }

    fn physical_memory(&self) -> Option<&GuestRam> {
        Some(&self.ram)
    }
}

/// The ranges of a flat view are in order and do not overlap, so that it is empty is all that can be wrong.
fn collection(regions: Vec<Arc<RamRegion>>) -> GuestRegionCollection<RamRegion> {
    GuestRegionCollection::from_arc_regions(regions).unwrap_or_default()
}
