//! A region that a device makes itself.

use super::{Access, Context};
use crate::cx::RealizeCx;
use crate::device::{Device, Ops};
use crate::lifecycle::{Entry, HandPort, Make, RealizeError};
use crate::memory::MemoryError;
use crate::region::Handle;
use std::fmt;
use std::sync::Weak;

/// A region that the device makes itself, in its `realize` hook; a field without an attribute, or an array of
/// them.
///
/// It starts as nothing. It is a region from one of the `init` methods on until the device is unrealized, and can
/// be made again when the device is realized again. Several regions of one name are numbered in the order of
/// their making, as the elements of an array are ([`Cx::element`](crate::Cx::element)).
///
/// All methods that make or place something note it in the device's bag, and fail with
/// [`RealizeError::Injected`] when a test says so.
#[derive(Default)]
pub struct MemoryRegion(Weak<Entry>);

/// Making it.
impl MemoryRegion {
    /// Makes a region that holds others. Where it holds none, what is below it shines through. `size` is in bytes.
    ///
    /// # Errors
    ///
    /// [`RealizeError::Memory`]: `AlreadyMade`, `ZeroSize`, `Full`.
    pub fn init_container<D: Device>(
        &mut self,
        cx: &mut RealizeCx<'_, D>,
        name: &'static str,
        size: u64,
    ) -> Result<(), RealizeError> {
        self.make(cx, name, size, &Make::Container)
    }

    /// Makes a region of registers, for which `O` answers. `size` is in bytes.
    ///
    /// # Errors
    ///
    /// As [`init_container`](Self::init_container).
    pub fn init_io<O: Ops + 'static>(
        &mut self,
        cx: &mut RealizeCx<'_, O::Device>,
        name: &'static str,
        size: u64,
        access: Access,
    ) -> Result<(), RealizeError> {
        let target = HandPort::<O>::new(cx.port(), access.spec());
        self.make(cx, name, size, &Make::Io(target))
    }

    /// Makes a region that rejects every access. `size` is in bytes.
    ///
    /// # Errors
    ///
    /// As [`init_container`](Self::init_container).
    pub fn init_reserved<D: Device>(
        &mut self,
        cx: &mut RealizeCx<'_, D>,
        name: &'static str,
        size: u64,
    ) -> Result<(), RealizeError> {
        self.make(cx, name, size, &Make::Reserved)
    }

    /// Makes a region of memory, all zeros. `size` is in bytes.
    ///
    /// # Errors
    ///
    /// As [`init_container`](Self::init_container); [`RealizeError::Device`] if there is not enough memory.
    pub fn init_ram<D: Device>(
        &mut self,
        cx: &mut RealizeCx<'_, D>,
        name: &'static str,
        size: u64,
    ) -> Result<(), RealizeError> {
        self.make(cx, name, size, &Make::Ram)
    }

    /// Makes a region of memory that the guest only reads, all zeros. `size` is in bytes.
    ///
    /// # Errors
    ///
    /// As [`init_ram`](Self::init_ram).
    pub fn init_rom<D: Device>(
        &mut self,
        cx: &mut RealizeCx<'_, D>,
        name: &'static str,
        size: u64,
    ) -> Result<(), RealizeError> {
        self.make(cx, name, size, &Make::Rom)
    }

    /// Makes a region of memory to read from, for the writes to which `O` answers, and for reads when it is not in
    /// ROM mode ([`Cx::set_romd`](crate::Cx::set_romd)). `size` is in bytes.
    ///
    /// # Errors
    ///
    /// As [`init_ram`](Self::init_ram).
    pub fn init_rom_device<O: Ops + 'static>(
        &mut self,
        cx: &mut RealizeCx<'_, O::Device>,
        name: &'static str,
        size: u64,
        access: Access,
    ) -> Result<(), RealizeError> {
        let target = HandPort::<O>::new(cx.port(), access.spec());
        self.make(cx, name, size, &Make::RomDevice(target))
    }

    /// Makes a window on another region of the device, `offset` bytes from its start. `size` is in bytes.
    ///
    /// # Errors
    ///
    /// As [`init_container`](Self::init_container); `NoSuchRegion` if the target was not made.
    pub fn init_alias<D: Device>(
        &mut self,
        cx: &mut RealizeCx<'_, D>,
        name: &'static str,
        target: &impl Handle,
        offset: u64,
        size: u64,
    ) -> Result<(), RealizeError> {
        let of = cx.node(target)?;
        self.make(cx, name, size, &Make::Alias { of, offset })
    }

    fn make<D: Device>(
        &mut self,
        cx: &mut RealizeCx<'_, D>,
        name: &'static str,
        size: u64,
        make: &Make,
    ) -> Result<(), RealizeError> {
        let inner = cx.inner();
        let regions = inner.regions().ok_or(MemoryError::NoSuchRegion)?;
        if regions.by_hand.node(&self.0).is_some() {
            return Err(MemoryError::AlreadyMade.into());
        }
        let (memory, what) = (&inner.core.services.memory, (name, size));
        self.0 = regions.by_hand.make(D::META, memory, cx.effects(), what, make)?;
        Ok(())
    }
}

/// What it is besides.
impl MemoryRegion {
    /// Makes its content part of the machine's saved state, under the region's name.
    ///
    /// # Errors
    ///
    /// [`RealizeError::Memory`]: `NoSuchRegion`; `NoContent` if it is no memory. [`RealizeError::Saved`] if an
    /// attribute describes a region of this name that is saved.
    pub fn register_vmstate<D: Device>(
        &self,
        cx: &mut RealizeCx<'_, D>,
    ) -> Result<(), RealizeError> {
        cx.effects().fault.step("vmstate by hand")?;
        let regions = cx.inner().regions().ok_or(MemoryError::NoSuchRegion)?;
        regions.by_hand.migrate(D::META, &self.0)
    }

    /// Has ranges of it never merged with equal neighbours.
    ///
    /// # Errors
    ///
    /// [`RealizeError::Memory`]: `NoSuchRegion`.
    pub fn set_unmergeable<D: Device>(
        &self,
        cx: &mut RealizeCx<'_, D>,
    ) -> Result<(), RealizeError> {
        cx.effects().fault.step("flag by hand")?;
        Ok(cx.change(self, |change, node| change.set_unmergeable(node, true))?)
    }

    /// Exports it under a number, for the bus to map it once the device is ready.
    ///
    /// # Errors
    ///
    /// [`RealizeError::Export`] if the number is taken, or the region has another one; [`RealizeError::Memory`]:
    /// `NoSuchRegion`.
    pub fn export<D: Device>(
        &self,
        cx: &mut RealizeCx<'_, D>,
        index: u8,
    ) -> Result<(), RealizeError> {
        cx.effects().fault.step("export by hand")?;
        let regions = cx.inner().regions().ok_or(MemoryError::NoSuchRegion)?;
        regions.by_hand.export(D::META, &self.0, index)
    }
}

/// What lies in it.
impl MemoryRegion {
    /// Puts a region into this one, `at` bytes from its start.
    ///
    /// # Errors
    ///
    /// [`RealizeError::Memory`]: `NoSuchRegion` if one of them was not made, `AlreadyMapped`, `NotAContainer` in an
    /// alias, `AliasCycle`, `OutOfRange`.
    pub fn add_subregion<D: Device>(
        &self,
        cx: &mut RealizeCx<'_, D>,
        at: u64,
        child: &Self,
    ) -> Result<(), RealizeError> {
        self.add_subregion_overlap(cx, at, child, 0)
    }

    /// The same where something else may be: the one with the higher `priority` answers; of equals, the one that
    /// came last.
    ///
    /// # Errors
    ///
    /// As [`add_subregion`](Self::add_subregion).
    pub fn add_subregion_overlap<D: Device>(
        &self,
        cx: &mut RealizeCx<'_, D>,
        at: u64,
        child: &Self,
        priority: i32,
    ) -> Result<(), RealizeError> {
        cx.effects().fault.step("subregion by hand")?;
        let container = cx.node(self)?;
        Ok(cx.change(child, |change, child| change.attach(container, at, child, priority))?)
    }

    /// Takes a region out of this one. Does nothing if it is not there. In teardown it never is: the device's
    /// regions are taken apart before its hooks run.
    pub fn del_subregion<C: Context>(&self, cx: &C, child: &Self) {
        cx.detach(self, child);
    }
}

/// Its end.
impl MemoryRegion {
    /// Removes the region. Does nothing if there is none, as in teardown, where the framework does it.
    pub fn unparent<C: Context>(&self, cx: &C) {
        cx.remove(self);
    }

    pub(crate) fn entry(&self) -> &Weak<Entry> {
        &self.0
    }
}

impl fmt::Debug for MemoryRegion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entry = self.0.upgrade();
        f.debug_tuple("MemoryRegion").field(&entry.as_ref().map(|entry| entry.name)).finish()
    }
}
