//! An address space as one vCPU sees it, for many accesses in a row.

use super::access;
use super::space::AddressSpace;
use crate::access::{AccessError, Attrs};

#[cfg(not(any(loom, shuttle)))]
use super::{space::Space, view::FlatView};
#[cfg(not(any(loom, shuttle)))]
use std::sync::Arc;

#[cfg(test)]
mod tests;

/// An address space as one vCPU sees it: as [`AddressSpace`], but a little faster, since it remembers the
/// view. While it is idle it keeps at most one old view, which keeps no device: [`release`](Self::release)
/// lets go of that.
pub struct Vcpu {
    space: AddressSpace,
    #[cfg(not(any(loom, shuttle)))]
    cache: Option<Cache>,
}

#[cfg(not(any(loom, shuttle)))]
type Cache = arc_swap::cache::Cache<Source, Arc<FlatView>>;

#[cfg(not(any(loom, shuttle)))]
struct Source(Arc<Space>);

#[cfg(not(any(loom, shuttle)))]
impl std::ops::Deref for Source {
    type Target = arc_swap::ArcSwap<FlatView>;

    fn deref(&self) -> &Self::Target {
        self.0.view.inner()
    }
}

impl Vcpu {
    /// A vCPU that sees `space`.
    pub fn new(space: AddressSpace) -> Self {
        Self {
            space,
            #[cfg(not(any(loom, shuttle)))]
            cache: None,
        }
    }

    /// The address space.
    pub fn space(&self) -> &AddressSpace {
        &self.space
    }

    /// See [`AddressSpace::read`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn read(&mut self, address: u64, data: &mut [u8], attrs: Attrs) -> Result<(), AccessError> {
        self.with(|view| access::read(view, address, data, attrs))
    }

    /// See [`AddressSpace::write`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn write(&mut self, address: u64, data: &[u8], attrs: Attrs) -> Result<(), AccessError> {
        self.with(|view| access::write(view, address, data, attrs))
    }

    /// See [`AddressSpace::read_uint`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn read_uint(&mut self, address: u64, size: u8) -> Result<u64, AccessError> {
        self.with(|view| access::read_uint(view, address, size))
    }

    /// See [`AddressSpace::write_uint`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn write_uint(&mut self, address: u64, size: u8, value: u64) -> Result<(), AccessError> {
        self.with(|view| access::write_uint(view, address, size, value))
    }

    /// Forgets the view: to be called before the vCPU sleeps.
    pub fn release(&mut self) {
        #[cfg(not(any(loom, shuttle)))]
        {
            self.cache = None;
        }
    }

    #[cfg(not(any(loom, shuttle)))]
    fn with<R>(&mut self, access: impl FnOnce(&FlatView) -> R) -> R {
        let source = || Cache::new(Source(self.space.0.clone()));
        let cache = self.cache.get_or_insert_with(source);
        access(arc_swap::cache::Access::load(cache))
    }

    #[cfg(any(loom, shuttle))]
    fn with<R>(&mut self, access: impl FnOnce(&super::view::FlatView) -> R) -> R {
        access(&self.space.0.view.load())
    }
}
