//! Buses: where devices are plugged, and how what they export gets into an address space.

mod pci;
mod sysbus;

pub use pci::{PciAddress, PciBus, PciHostSpaces};
pub use sysbus::{SysBus, SysBusAddress};

use crate::lifecycle::{AnyCell, DevId, Machine, RealizeError, UnplugError};
use crate::meta::Meta;
use crate::sync::{Mutex, lock};
use std::any::Any;
use std::fmt;
use std::sync::{Arc, OnceLock, Weak};

mod plug;
pub use crate::lifecycle::Mapper;
pub use plug::{Export, PlugCx};

/// A type of bus.
///
/// A bus knows its devices by their ids, and holds none of them. What it maps for a device is removed
/// with the device.
pub trait BusType: Sized + Send + 'static {
    /// The name of the bus type, one word.
    const NAME: &'static str;
    /// How a device is addressed on the bus.
    type Address: Clone + Send + Sync + fmt::Debug + 'static;

    /// Whether there is such a bus; false for that of devices that sit on none.
    #[doc(hidden)]
    const IS_THERE: bool = true;

    /// A device is about to be realized here. Called before its own `realize`.
    ///
    /// # Errors
    ///
    /// [`RealizeError::BusFull`], [`RealizeError::AddressTaken`], [`RealizeError::Bus`].
    fn admit(
        &mut self,
        device: DevId,
        meta: &'static Meta,
        address: &Self::Address,
    ) -> Result<(), RealizeError>;

    /// The device's parts and its `realize` hook come next: says what the device sees as a bus master
    /// (`PlugCx::set_dma`).
    ///
    /// # Errors
    ///
    /// [`RealizeError`]; nothing of the device is left then.
    fn connect(
        &mut self,
        cx: &mut PlugCx<'_>,
        device: DevId,
        address: &Self::Address,
    ) -> Result<(), RealizeError> {
        let _ = (cx, device, address);
        Ok(())
    }

    /// The device is realized, its hook has run: maps what it exports. The guest sees the whole of it at
    /// once, later.
    ///
    /// # Errors
    ///
    /// [`RealizeError`]; the device is unrealized then.
    fn plug(
        &mut self,
        cx: &mut PlugCx<'_>,
        device: DevId,
        address: &Self::Address,
    ) -> Result<(), RealizeError> {
        let _ = (cx, device, address);
        Ok(())
    }

    /// The device is gone, or was never realized. Its regions are removed already.
    fn leave(&mut self, device: DevId);

    /// Where the conformance suite plugs a device of a type that it knows nothing else about: a bus, and
    /// an address at which everything that the device exports can be reached. `None` if a bus of this type
    /// can't be made from nothing.
    fn test_seat(
        machine: &Machine,
        device: &'static Meta,
    ) -> Option<(BusRef<Self>, Self::Address)> {
        let _ = (machine, device);
        None
    }

    /// Somebody wants to unplug a device with `unplug = "request"`: the bus tells the guest, which
    /// will acknowledge ([`Bus::acknowledge`]). The device that has the bus is told after this.
    fn unplug_request(&mut self, device: DevId) {
        let _ = device;
    }
}

/// What the device that has a bus is told about it (`#[bus(B, event = f)]`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BusEvent {
    /// Somebody wants this device unplugged.
    UnplugRequested(DevId),
    /// A device has been plugged while the machine runs.
    Plugged(DevId),
    /// A device is gone.
    Gone(DevId),
}

/// The bus of devices that sit on none.
#[derive(Debug, Default)]
pub struct NoBus;

impl BusType for NoBus {
    const NAME: &'static str = "none";
    const IS_THERE: bool = false;
    type Address = ();

    fn admit(&mut self, _: DevId, _: &'static Meta, (): &()) -> Result<(), RealizeError> {
        Ok(())
    }

    fn leave(&mut self, _: DevId) {}
}

/// A bus that a device has; a field with `#[bus(B)]`.
///
/// Devices are plugged into it through [`Machine::bus`](crate::Machine::bus). A handler of the device
/// that has it reaches it with [`with`](Self::with).
pub struct Bus<B: BusType>(Arc<Core<B>>);

/// A bus, from outside. Clones are the same bus.
pub struct BusRef<B: BusType>(Arc<Core<B>>);

struct Core<B> {
    bus: Mutex<B>,
    owner: OnceLock<Owner>,
    devices: Mutex<Vec<(DevId, Weak<dyn AnyCell>)>>,
}

/// The device that has a bus.
struct Owner {
    id: DevId,
    cell: Weak<dyn AnyCell>,
    /// In which field.
    field: usize,
}

impl<B: BusType> Bus<B> {
    /// A bus that is not empty inside; for `#[init(..)]`.
    pub fn new(bus: B) -> Self {
        Self(Arc::new(Core::new(bus)))
    }

    /// Runs `f` on the bus.
    pub fn with<R>(&self, f: impl FnOnce(&mut B) -> R) -> R {
        f(&mut lock(&self.0.bus))
    }

    /// The guest is done with a device that it was asked to give up: the device is closed and out of
    /// every view at once, and gone when the machine next looks.
    ///
    /// # Errors
    ///
    /// [`UnplugError`] if it is not on this bus or must not be unplugged.
    pub fn acknowledge(&self, device: DevId) -> Result<(), UnplugError> {
        let cell = self.0.device(device).ok_or(UnplugError::UnplugPending)?;
        cell.eject()
    }

    #[doc(hidden)]
    pub fn __any(&self) -> Arc<dyn AnyBus> {
        self.0.clone()
    }
}

impl<B: BusType + Default> Default for Bus<B> {
    fn default() -> Self {
        Self::new(B::default())
    }
}

impl<B: BusType> BusRef<B> {
    pub(crate) fn new(bus: B) -> Self {
        Self(Arc::new(Core::new(bus)))
    }

    pub(crate) fn from_any(bus: Arc<dyn AnyBus>) -> Option<Self> {
        bus.into_any().downcast().ok().map(Self)
    }

    pub(crate) fn to_any(&self) -> Arc<dyn AnyBus> {
        self.0.clone()
    }

    /// Runs `f` on the bus.
    pub fn with<R>(&self, f: impl FnOnce(&mut B) -> R) -> R {
        f(&mut lock(&self.0.bus))
    }

    /// The devices that are realized on the bus, in the order of their arrival.
    pub fn devices(&self) -> Vec<DevId> {
        lock(&self.0.devices).iter().map(|(id, _)| *id).collect()
    }
}

impl<B: BusType> Clone for BusRef<B> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<B: BusType> fmt::Debug for Bus<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Bus").field(&B::NAME).finish()
    }
}

impl<B: BusType> fmt::Debug for BusRef<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("BusRef").field(&B::NAME).finish()
    }
}

impl<B: BusType> Core<B> {
    fn new(bus: B) -> Self {
        Self { bus: Mutex::new(bus), owner: OnceLock::new(), devices: Mutex::default() }
    }

    fn device(&self, id: DevId) -> Option<Arc<dyn AnyCell>> {
        let devices = lock(&self.devices);
        devices.iter().find(|(known, _)| *known == id)?.1.upgrade()
    }
}

/// A bus whose type is not known.
#[doc(hidden)]
#[expect(private_interfaces, reason = "only the runtime calls it")]
pub trait AnyBus: Send + Sync {
    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync>;
    fn name(&self) -> &'static str;
    fn set_owner(&self, owner: &Arc<dyn AnyCell>, field: usize);
    /// Who has it, also after they are gone; `None` if it is nobody's.
    fn owner_id(&self) -> Option<DevId>;
    fn owner(&self) -> Option<(Arc<dyn AnyCell>, usize)>;
    fn admit(
        &self,
        cell: &Arc<dyn AnyCell>,
        address: &(dyn Any + Send),
    ) -> Result<(), RealizeError>;
    fn connect(
        &self,
        cx: &mut PlugCx<'_>,
        device: DevId,
        address: &(dyn Any + Send),
    ) -> Result<(), RealizeError>;
    fn plug(
        &self,
        cx: &mut PlugCx<'_>,
        device: DevId,
        address: &(dyn Any + Send),
    ) -> Result<(), RealizeError>;
    fn leave(&self, device: DevId);
    fn unplug_request(&self, device: DevId);
    fn devices(&self) -> Vec<DevId>;
}

impl<B: BusType> AnyBus for Core<B> {
    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync> {
        self
    }

    fn name(&self) -> &'static str {
        B::NAME
    }

    fn set_owner(&self, owner: &Arc<dyn AnyCell>, field: usize) {
        let owner = Owner { id: owner.core().id, cell: Arc::downgrade(owner), field };
        // A bus is a field of one device: nobody else sets it.
        drop(self.owner.set(owner));
    }

    fn owner_id(&self) -> Option<DevId> {
        Some(self.owner.get()?.id)
    }

    fn owner(&self) -> Option<(Arc<dyn AnyCell>, usize)> {
        let owner = self.owner.get()?;
        Some((owner.cell.upgrade()?, owner.field))
    }

    fn admit(
        &self,
        cell: &Arc<dyn AnyCell>,
        address: &(dyn Any + Send),
    ) -> Result<(), RealizeError> {
        let id = cell.core().id;
        let address = address.downcast_ref().ok_or_else(|| wrong_address::<B>())?;
        lock(&self.bus).admit(id, cell.meta(), address)?;
        lock(&self.devices).push((id, Arc::downgrade(cell)));
        Ok(())
    }

    fn connect(
        &self,
        cx: &mut PlugCx<'_>,
        device: DevId,
        address: &(dyn Any + Send),
    ) -> Result<(), RealizeError> {
        let address = address.downcast_ref().ok_or_else(|| wrong_address::<B>())?;
        lock(&self.bus).connect(cx, device, address)
    }

    fn plug(
        &self,
        cx: &mut PlugCx<'_>,
        device: DevId,
        address: &(dyn Any + Send),
    ) -> Result<(), RealizeError> {
        let address = address.downcast_ref().ok_or_else(|| wrong_address::<B>())?;
        lock(&self.bus).plug(cx, device, address)
    }

    fn leave(&self, device: DevId) {
        lock(&self.devices).retain(|(id, _)| *id != device);
        lock(&self.bus).leave(device);
    }

    fn unplug_request(&self, device: DevId) {
        lock(&self.bus).unplug_request(device);
    }

    fn devices(&self) -> Vec<DevId> {
        lock(&self.devices).iter().map(|(id, _)| *id).collect()
    }
}

fn wrong_address<B: BusType>() -> RealizeError {
    RealizeError::Bus { bus: B::NAME, why: "an address of another bus".to_owned() }
}
