//! Taking regions apart by hand.

use super::MemoryRegion;
use crate::cx::{Cx, RealizeCx};
use crate::device::Device;

/// Where regions are taken apart by hand: a hook or handler ([`Cx`], [`RealizeCx`]), or [`NoCx`].
pub trait Context: sealed::Context {}

impl<D: Device> Context for Cx<'_, D> {}
impl<D: Device> Context for RealizeCx<'_, D> {}
impl Context for NoCx {}

/// Stands where a context would, in a `finalize` hook or a `Drop`: there is none, as the device is not realized.
/// So its regions are gone, and nothing is left to be done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoCx;

pub(super) mod sealed {
    use super::MemoryRegion;

    pub trait Context {
        fn detach(&self, container: &MemoryRegion, child: &MemoryRegion);
        fn remove(&self, region: &MemoryRegion);
    }
}

impl<D: Device> sealed::Context for Cx<'_, D> {
    fn detach(&self, container: &MemoryRegion, child: &MemoryRegion) {
        if let Ok(container) = self.node(container) {
            // It may be gone, or somewhere else: then there is nothing to take out.
            let _ = self.change(child, |change, child| change.detach_from(container, child));
        }
    }

    fn remove(&self, region: &MemoryRegion) {
        let regions = self.inner().regions();
        if let Some(node) = regions.and_then(|regions| regions.by_hand.forget(region.entry())) {
            self.inner().remove(node);
        }
    }
}

impl<D: Device> sealed::Context for RealizeCx<'_, D> {
    fn detach(&self, container: &MemoryRegion, child: &MemoryRegion) {
        sealed::Context::detach(&**self, container, child);
    }

    fn remove(&self, region: &MemoryRegion) {
        sealed::Context::remove(&**self, region);
    }
}

impl sealed::Context for NoCx {
    fn detach(&self, _: &MemoryRegion, _: &MemoryRegion) {}

    fn remove(&self, _: &MemoryRegion) {}
}
