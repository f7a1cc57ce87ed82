//! What a handler or hook can reach besides its device.

use crate::access::{AccessError, Attrs};
use crate::bus::PciHostSpaces;
use crate::device::Device;
use crate::handle::WeakDev;
use crate::io::RegionKey;
use crate::lifecycle::{
    BusMaster, DevId, Effects, Inner, Port, RealizeError, Undo, UnplugError, write_ram,
};
use crate::memory::{EventFd, MemoryError, NodeId, RamBlock, Transaction};
use crate::region::{Alias, Container, Handle, HandleTo, HasBytes, Place, RomDevice};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

#[cfg(feature = "memory")]
use crate::{
    device::{Entered, Ops},
    io::IoSpec,
    lifecycle::Locking,
    memory::{AddressSpace, Listener, split},
};

/// What a handler or hook can reach besides its device. It ends with the call.
pub struct Cx<'a, D: Device> {
    inner: &'a Inner<D>,
    port: &'a Port<D>,
    region: RegionKey,
    attrs: Attrs,
    failure: Option<AccessError>,
}

impl<'a, D: Device> Cx<'a, D> {
    pub(crate) fn new(
        inner: &'a Inner<D>,
        port: &'a Port<D>,
        region: RegionKey,
        attrs: Attrs,
    ) -> Self {
        Self { inner, port, region, attrs, failure: None }
    }

    pub(crate) fn failure(&self) -> Option<AccessError> {
        self.failure
    }

    /// The id of the device.
    pub fn id(&self) -> DevId {
        self.inner.core.id
    }

    /// The name that the device was given.
    pub fn name(&self) -> &str {
        &self.inner.core.name
    }

    /// In a register handler: which element of an array of regions is accessed, else 0.
    pub fn element(&self) -> u16 {
        self.region.element
    }

    /// In a register handler: which region is accessed.
    pub fn region(&self) -> RegionKey {
        self.region
    }

    /// In a register handler: what came along with the access.
    pub fn attrs(&self) -> Attrs {
        self.attrs
    }

    /// In a register handler: makes the access fail.
    pub fn fail(&mut self, error: AccessError) {
        self.failure = Some(error);
    }

    /// The device for later: for a thread, a timer, the completion of a request. `None` once the
    /// device is being dropped.
    pub fn weak(&self) -> Option<WeakDev<D>> {
        Some(WeakDev::new(self.id(), self.port.to_arc()?))
    }

    /// Unplugs the device from within: from now on nobody gets in, its regions are out of every view,
    /// and the machine does the rest when it next looks ([`Machine::reclaim`](crate::Machine::reclaim)).
    ///
    /// # Errors
    ///
    /// [`UnplugError`] if it must not be unplugged now, `UnplugPending` also in the hooks of realize and
    /// unrealize; nothing has changed then.
    pub fn eject(&self) -> Result<(), UnplugError> {
        let port = self.port.to_arc().filter(|port| port.is_open());
        let cell =
            port.ok_or(UnplugError::UnplugPending)?.device().ok_or(UnplugError::UnplugPending)?;
        cell.eject()
    }

    /// Shows or hides a region.
    ///
    /// # Errors
    ///
    /// [`MemoryError`] if the device is not realized, or the region was not made.
    pub fn set_enabled(&self, region: &impl Handle, on: bool) -> Result<(), MemoryError> {
        self.change(region, |change, node| change.set_enabled(node, on))
    }

    /// Moves a region within its container. `at` is in bytes.
    ///
    /// # Errors
    ///
    /// [`MemoryError`] if the device is not realized or the region in no container.
    pub fn set_address(&self, region: &impl Handle, at: u64) -> Result<(), MemoryError> {
        self.change(region, |change, node| change.set_address(node, at))
    }

    /// Moves the window of an alias over what it shows. `offset` is in bytes.
    ///
    /// # Errors
    ///
    /// [`MemoryError`] if the device is not realized, or a region made by hand is no alias.
    pub fn set_alias_offset(
        &self,
        region: &impl HandleTo<Alias>,
        offset: u64,
    ) -> Result<(), MemoryError> {
        self.change(region, |change, node| change.set_alias_offset(node, offset))
    }

    /// Switches a ROM device between memory (`true`) and registers.
    ///
    /// # Errors
    ///
    /// [`MemoryError`] if the device is not realized, or a region made by hand is no ROM device.
    pub fn set_romd(&self, region: &impl HandleTo<RomDevice>, on: bool) -> Result<(), MemoryError> {
        self.change(region, |change, node| change.set_romd(node, on))
    }

    /// The content of a region of memory. `None` if the device is not realized, or in a build without
    /// memory. The memory stays for as long as somebody has it; the device does not.
    pub fn ram(&self, region: &impl HasBytes) -> Option<Arc<RamBlock>> {
        let regions = self.inner.regions()?;
        match region.place() {
            Place::Described(key) => regions.ram(key),
            Place::ByHand(region) => regions.by_hand.ram(region.entry()),
        }
    }

    /// Two of the device's containers as those in which a bus of the device maps memory and I/O BARs. `None`
    /// if the device is not realized, or in a build without memory.
    pub fn pci_spaces(
        &self,
        memory: &impl HandleTo<Container>,
        io: &impl HandleTo<Container>,
    ) -> Option<PciHostSpaces> {
        if cfg!(not(feature = "memory")) {
            return None;
        }
        let (memory, io) = (self.node(memory).ok()?, self.node(io).ok()?);
        Some(PciHostSpaces { memory, io, dma: self.inner.dma() })
    }

    /// Writes to the content of a region of memory, as the device itself. Whoever watches the region for
    /// writes is told, which [`ram`](Self::ram) does not do.
    ///
    /// # Errors
    ///
    /// [`AccessError::Decode`] beyond its end, `Revoked` if the device is not realized or the region has no
    /// content, `NoMemory` in a build without memory.
    pub fn write_ram(
        &self,
        region: &impl HasBytes,
        offset: u64,
        data: &[u8],
    ) -> Result<(), AccessError> {
        self.inner.regions().ok_or(AccessError::Revoked)?;
        if cfg!(not(feature = "memory")) {
            return Err(AccessError::NoMemory);
        }
        let node = self.node(region).map_err(|_| AccessError::Revoked)?;
        let ram = self.ram(region).ok_or(AccessError::Revoked)?;
        write_ram(&self.inner.core.services.memory, node, &ram, offset, data)
    }

    /// What the device sees as a bus master, to be kept: for a thread of the device's own.
    pub fn bus_master(&self) -> BusMaster {
        self.inner.dma()
    }

    /// Reads from memory as a bus master.
    ///
    /// # Errors
    ///
    /// [`AccessError`] as of any access; `NoMemory` if the bus gives the device no way to memory.
    pub fn dma_read(&self, address: u64, data: &mut [u8]) -> Result<(), AccessError> {
        self.inner.dma().read(address, data)
    }

    /// Writes to memory as a bus master.
    ///
    /// # Errors
    ///
    /// [`AccessError`] as of any access; `NoMemory` if the bus gives the device no way to memory.
    pub fn dma_write(&self, address: u64, data: &[u8]) -> Result<(), AccessError> {
        self.inner.dma().write(address, data)
    }

    /// The region in the machine's memory.
    ///
    /// # Errors
    ///
    /// `NoSuchRegion` if the device is not realized, or the region was not made.
    pub(crate) fn node(&self, region: &impl Handle) -> Result<NodeId, MemoryError> {
        let regions = self.inner.regions().ok_or(MemoryError::NoSuchRegion)?;
        let node = match region.place() {
            Place::Described(key) => regions.node(key),
            Place::ByHand(region) => regions.by_hand.node(region.entry()),
        };
        node.ok_or(MemoryError::NoSuchRegion)
    }

    pub(crate) fn change(
        &self,
        region: &impl Handle,
        change: impl FnOnce(&mut Transaction<'_>, NodeId) -> Result<(), MemoryError>,
    ) -> Result<(), MemoryError> {
        let node = self.node(region)?;
        self.inner.core.services.memory.transaction(|memory| change(memory, node))
    }

    pub(crate) fn inner(&self) -> &'a Inner<D> {
        self.inner
    }
}

#[cfg(feature = "memory")]
impl<D: Device> Cx<'_, D> {
    #[inline]
    pub(crate) fn split_read(
        &mut self,
        mut device: Entered<'_, D>,
        spec: &IoSpec,
        offset: u64,
        size: u8,
    ) -> u64 {
        let region = self.region;
        split::read(spec, offset, size, |offset, size| {
            D::__read(D::Lock::again(&mut device), self, region, offset, size)
        })
    }

    pub(crate) fn split_write(
        &mut self,
        mut device: Entered<'_, D>,
        spec: &IoSpec,
        offset: u64,
        size: u8,
        value: u64,
    ) {
        let region = self.region;
        split::write(spec, offset, size, value, |offset, size, value| {
            D::__write(D::Lock::again(&mut device), self, region, offset, size, value);
        });
    }

    pub(crate) fn split_read_by<O: Ops<Device = D>>(
        &mut self,
        mut device: Entered<'_, D>,
        spec: &IoSpec,
        offset: u64,
        size: u8,
    ) -> u64 {
        split::read(spec, offset, size, |offset, size| {
            O::read(D::Lock::again(&mut device), self, offset, size)
        })
    }

    pub(crate) fn split_write_by<O: Ops<Device = D>>(
        &mut self,
        mut device: Entered<'_, D>,
        spec: &IoSpec,
        offset: u64,
        size: u8,
        value: u64,
    ) {
        split::write(spec, offset, size, value, |offset, size, value| {
            O::write(D::Lock::again(&mut device), self, offset, size, value);
        });
    }
}

/// What the `realize` hook can reach: all of [`Cx`], and whatever has to be undone some day.
///
/// Every effect is undone, in reverse order, on every way out: an error or a panic later in realize,
/// unrealize, unplug, the end of the machine.
pub struct RealizeCx<'r, D: Device> {
    cx: Cx<'r, D>,
    arc: &'r Arc<Port<D>>,
    effects: &'r mut Effects,
}

impl<'r, D: Device> RealizeCx<'r, D> {
    pub(crate) fn new(
        inner: &'r Inner<D>,
        arc: &'r Arc<Port<D>>,
        effects: &'r mut Effects,
    ) -> Self {
        let cx = Cx::new(inner, arc, RegionKey::default(), Attrs::default());
        Self { cx, arc, effects }
    }

    /// The device for later: for a thread, a timer, the completion of a request.
    pub fn weak(&self) -> WeakDev<D> {
        WeakDev::new(self.id(), self.arc.clone())
    }

    pub(crate) fn port(&self) -> Arc<Port<D>> {
        self.arc.clone()
    }

    pub(crate) fn effects(&mut self) -> &mut Effects {
        self.effects
    }

    /// Notes what has to be done when the device is unrealized, after its `unrealize` hook, or when its
    /// realize fails.
    ///
    /// # Errors
    ///
    /// [`RealizeError::Injected`], under test; `undo` is run then.
    pub fn defer(&mut self, undo: impl FnOnce() + Send + 'static) -> Result<(), RealizeError> {
        self.effects.bag.push(Undo::Run(Box::new(undo)));
        self.effects.fault.step("defer")
    }

    /// Rings a bell, instead of calling the handler, when the guest writes `size` bytes at `offset` of a region
    /// of registers: any value, or only `datamatch`. 0 bytes stand for any size. It goes with the region.
    ///
    /// # Errors
    ///
    /// [`RealizeError::Injected`], under test; [`RealizeError::Memory`] if it is there already or beyond the
    /// region's end. Nothing happens in a build without memory.
    pub fn add_eventfd(
        &mut self,
        region: &impl Handle,
        (offset, size, datamatch): (u64, u8, Option<u64>),
        fd: Arc<dyn EventFd>,
    ) -> Result<(), RealizeError> {
        self.effects.fault.step("ioeventfd")?;
        if cfg!(not(feature = "memory")) {
            return Ok(());
        }
        let node = self.node(region)?;
        let memory = &self.inner.core.services.memory;
        memory.transaction(|change| change.add_eventfd(node, offset, size, datamatch, fd))?;
        Ok(())
    }

    /// Keeps a value until the device is unrealized, for its `Drop`.
    ///
    /// # Errors
    ///
    /// [`RealizeError::Injected`], under test; the value is dropped then.
    pub fn keep(&mut self, value: impl Send + 'static) -> Result<(), RealizeError> {
        self.defer(move || drop(value))
    }
}

impl<'r, D: Device> Deref for RealizeCx<'r, D> {
    type Target = Cx<'r, D>;

    fn deref(&self) -> &Self::Target {
        &self.cx
    }
}

impl<D: Device> DerefMut for RealizeCx<'_, D> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.cx
    }
}

#[cfg(feature = "memory")]
impl<D: Device> RealizeCx<'_, D> {
    /// Registers a listener for an address space, or for all, until the device is unrealized.
    ///
    /// # Errors
    ///
    /// [`RealizeError::Injected`], under test; the listener is unregistered then.
    /// [`RealizeError::Memory`] from within another listener.
    pub fn listen(
        &mut self,
        priority: i32,
        space: Option<&AddressSpace>,
        listener: Box<dyn Listener>,
    ) -> Result<(), RealizeError> {
        let memory = self.inner.core.services.memory.clone();
        let id = memory.register(priority, space, listener)?;
        // It is gone already if it has panicked.
        self.defer(move || drop(memory.unregister(id)))
    }
}
