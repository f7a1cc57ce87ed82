//! Keeps up with what is mapped.

use crate::map::GuestMap;
use crate::region::RamRegion;
use arc_swap::ArcSwap;
use devmodel::AddressSpace;
use devmodel::memory::{Listener, ListenerId, Memory, MemoryError, Section};
use std::collections::BTreeMap;
use std::sync::Arc;
use vm_memory::GuestAddressSpace;

/// Keeps a [`GuestSpace`] up with an address space, until it is dropped: then the `GuestSpace` has no memory
/// any more.
///
/// If it is dropped inside of a memory transaction it goes on for as long as the memory is there.
pub struct Follower {
    memory: Memory,
    listener: ListenerId,
    guest: GuestSpace,
}

/// The memory of an address space, as it is mapped at any time. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct GuestSpace(Arc<ArcSwap<GuestMap>>);

impl Follower {
    /// Follows `space` from now on.
    ///
    /// # Errors
    ///
    /// [`MemoryError::ReentrantTransaction`] inside of a transaction.
    pub fn new(memory: &Memory, space: &AddressSpace) -> Result<Self, MemoryError> {
        let guest = GuestSpace::default();
        let copy = Copy { guest: guest.clone(), regions: BTreeMap::new(), is_stale: false };
        let listener = memory.register(0, Some(space), Box::new(copy))?;
        Ok(Self { memory: memory.clone(), listener, guest })
    }

    /// The memory that it keeps up.
    pub fn guest(&self) -> GuestSpace {
        self.guest.clone()
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        // Inside of a transaction it can't be unregistered; it is as the documentation says.
        let _ = self.memory.unregister(self.listener);
    }
}

impl std::fmt::Debug for Follower {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Follower").field(&self.listener).finish()
    }
}

impl GuestAddressSpace for GuestSpace {
    type M = GuestMap;
    type T = Arc<GuestMap>;

    fn memory(&self) -> Arc<GuestMap> {
        self.0.load_full()
    }
}

/// The regions by their first address, published at the end of each change.
struct Copy {
    guest: GuestSpace,
    regions: BTreeMap<u64, Arc<RamRegion>>,
    is_stale: bool,
}

impl Copy {
    fn watch(&self, section: &Section<'_>, clients: u8) {
        if let Some(region) = self.regions.get(&section.start) {
            region.log().set_clients(clients);
        }
    }
}

impl Listener for Copy {
    fn region_del(&mut self, section: &Section<'_>) {
        self.is_stale |= self.regions.remove(&section.start).is_some();
    }

    fn region_add(&mut self, section: &Section<'_>) {
        if let Some(region) = RamRegion::new(section) {
            self.regions.insert(section.start, Arc::new(region));
            self.is_stale = true;
        }
    }

    fn log_start(&mut self, section: &Section<'_>, _: u8, clients: u8) {
        self.watch(section, clients);
    }

    fn log_stop(&mut self, section: &Section<'_>, _: u8, clients: u8) {
        self.watch(section, clients);
    }

    fn commit(&mut self) {
        if std::mem::take(&mut self.is_stale) {
            let regions = self.regions.values().cloned().collect();
            self.guest.0.store(Arc::new(GuestMap::new(regions)));
        }
    }
}
