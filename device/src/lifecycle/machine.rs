//! The machine: the one owner of everything.

use super::counts::Counts;
use super::error::{MachineError, State};
use super::event::Event;
use super::inbox::Inbox;
use super::regions::Board;
use super::services::{Phase, Services};
use super::teardown::{Closing, Grave};
use super::tree::{DevId, Slot, Tree};
use super::{DeviceCell, Fault, as_cell_of};
use crate::access::AccessError;
use crate::bus::{BusRef, BusType, PciHostSpaces, SysBus};
use crate::cx::Cx;
use crate::device::{Device, Entered};
use crate::handle::WeakDev;
use crate::memory::{Memory, MemoryError};
use crate::meta::Meta;
use crate::property::{PropertyError, Value};
use std::collections::VecDeque;
use std::marker::PhantomData;
use std::sync::Arc;

/// A machine: the one owner of its devices and of its memory.
///
/// It stays on one thread (it is not [`Send`]), so that no device can have it. Other threads have
/// [`AddressSpace`](crate::AddressSpace)s and [`WeakDev`]s, which keep nothing alive. What handlers on
/// other threads ask of the machine it does in [`reclaim`](Self::reclaim), which whoever runs it calls
/// now and then. When it is dropped, every device goes the way of unplug.
pub struct Machine {
    pub(super) tree: Tree,
    pub(super) services: Arc<Services>,
    pub(super) board: Board,
    pub(super) system_bus: BusRef<SysBus>,
    pub(super) events: VecDeque<Event>,
    pub(super) closing: Vec<Closing>,
    pub(super) graveyard: VecDeque<Grave>,
    pub(super) fault: Fault,
    pub(super) blockers: u64,
    on_one_thread: PhantomData<*const ()>,
}

/// The limits of a machine.
#[derive(Clone, Debug)]
pub struct MachineBuilder {
    devices: usize,
    regions: usize,
}

impl Default for MachineBuilder {
    fn default() -> Self {
        Self { devices: usize::MAX, regions: usize::MAX }
    }
}

impl MachineBuilder {
    /// At most this many devices at a time.
    #[must_use]
    pub fn max_devices(mut self, devices: usize) -> Self {
        self.devices = devices;
        self
    }

    /// At most this many regions at a time.
    #[must_use]
    pub fn max_regions(mut self, regions: usize) -> Self {
        self.regions = regions;
        self
    }

    /// The machine, without devices.
    ///
    /// # Errors
    ///
    /// [`MemoryError`] if the limit has no room for the two regions that every machine has.
    pub fn build(self) -> Result<Machine, MemoryError> {
        let memory = Memory::with_limit(self.regions);
        let board = Board::new(&memory)?;
        let system_bus = BusRef::new(board.system_bus());
        let services = Arc::new(Services {
            memory,
            inbox: Arc::new(Inbox::default()),
            counts: Counts::default(),
            phase: Phase::default(),
        });
        Ok(Machine {
            tree: Tree::with_limit(self.devices),
            services,
            board,
            system_bus,
            events: VecDeque::new(),
            closing: Vec::new(),
            graveyard: VecDeque::new(),
            fault: Fault::default(),
            blockers: 0,
            on_one_thread: PhantomData,
        })
    }
}

impl Default for Machine {
    fn default() -> Self {
        Self::new()
    }
}

impl Machine {
    /// A machine without devices.
    pub fn new() -> Self {
        MachineBuilder::default().build().expect("there is room for two regions")
    }

    /// A machine with limits.
    pub fn builder() -> MachineBuilder {
        MachineBuilder::default()
    }

    /// The bus of devices that are mapped where the board says.
    pub fn system_bus(&self) -> BusRef<SysBus> {
        self.system_bus.clone()
    }

    /// The bus in the field `field` of a device.
    ///
    /// # Errors
    ///
    /// [`MachineError::NoSuchField`] if there is none of this type, and `NoSuchDevice`.
    pub fn bus<B: BusType>(&self, id: DevId, field: &str) -> Result<BusRef<B>, MachineError> {
        let slot = self.tree.get(id)?;
        let meta = slot.cell.meta();
        let at = meta.buses.iter().position(|bus| bus.name == field);
        let bus = at.and_then(|at| slot.buses.get(at)).cloned();
        bus.and_then(BusRef::from_any).ok_or_else(|| no_field(meta, field))
    }

    /// What is alive, also after the machine is gone.
    pub fn counts(&self) -> Counts {
        self.services.counts.clone()
    }

    /// The device of this name.
    pub fn find(&self, name: &str) -> Option<DevId> {
        self.tree.find(name)
    }

    /// The ids of all devices.
    pub fn devices(&self) -> Vec<DevId> {
        self.tree.iter().map(|(id, _)| id).collect()
    }

    /// What is known of the device's type.
    ///
    /// # Errors
    ///
    /// [`MachineError::NoSuchDevice`].
    pub fn meta(&self, id: DevId) -> Result<&'static Meta, MachineError> {
        Ok(self.tree.get(id)?.cell.meta())
    }

    /// Where the device is in its life.
    ///
    /// # Errors
    ///
    /// [`MachineError::NoSuchDevice`].
    pub fn state(&self, id: DevId) -> Result<State, MachineError> {
        Ok(self.tree.get(id)?.state)
    }

    /// What the panic of a poisoned device said; `None` if it is sound.
    ///
    /// # Errors
    ///
    /// [`MachineError::NoSuchDevice`].
    pub fn poison(&self, id: DevId) -> Result<Option<String>, MachineError> {
        Ok(self.tree.get(id)?.cell.core().panic_message())
    }

    /// Sets a property, before realize.
    ///
    /// # Errors
    ///
    /// [`PropertyError`] of every kind, and `NoSuchDevice`.
    pub fn set(
        &mut self,
        id: DevId,
        name: &str,
        value: impl Into<Value>,
    ) -> Result<(), MachineError> {
        let slot = self.tree.get(id)?;
        let (at, property) = property(slot.cell.meta(), name)?;
        if slot.state != State::Created {
            return Err(PropertyError::AfterRealize { name: property.name }.into());
        }
        let value = value.into();
        property.check(&value)?;
        slot.cell.set_property(at, &value).map_err(|_| MachineError::Poisoned)
    }

    /// Reads a property.
    ///
    /// # Errors
    ///
    /// [`PropertyError::Unknown`], and `NoSuchDevice`.
    pub fn get(&self, id: DevId, name: &str) -> Result<Value, MachineError> {
        let slot = self.tree.get(id)?;
        let (at, _) = property(slot.cell.meta(), name)?;
        slot.cell.property(at).map_err(|_| MachineError::Poisoned)
    }

    /// A reference to a realized device, for other threads.
    ///
    /// # Errors
    ///
    /// [`MachineError::WrongType`]; `InvalidTransition` if it is not realized; `NoSuchDevice`.
    pub fn weak<D: Device>(&self, id: DevId) -> Result<WeakDev<D>, MachineError> {
        let slot = self.tree.get(id)?;
        let cell = typed::<D>(slot)?;
        slot.must_be(State::Realized, "be referred to")?;
        let port = cell.port().ok_or(MachineError::NoSuchDevice(id))?;
        Ok(WeakDev::new(id, port))
    }

    /// Runs `f` on a realized device, in its turn, as if it were one of its handlers.
    ///
    /// # Errors
    ///
    /// Those of [`weak`](Self::weak); [`MachineError::Poisoned`] if the device panicked before or does
    /// now.
    pub fn with<D: Device, R>(
        &self,
        id: DevId,
        f: impl FnOnce(Entered<'_, D>, &mut Cx<'_, D>) -> R,
    ) -> Result<R, MachineError> {
        let weak = self.weak::<D>(id)?;
        weak.with(f).map_err(|error| match error {
            AccessError::Poisoned => MachineError::Poisoned,
            _ => MachineError::NoSuchDevice(id),
        })
    }

    /// Runs `f` on a device that is not realized: to give it what no property can hold, such as the file that
    /// its output goes to.
    ///
    /// # Errors
    ///
    /// [`MachineError::WrongType`]; `InvalidTransition` if it is realized; `NoSuchDevice`; `Poisoned`.
    pub fn configure<D: Device, R>(
        &mut self,
        id: DevId,
        f: impl FnOnce(&mut D) -> R,
    ) -> Result<R, MachineError> {
        let slot = self.tree.get(id)?;
        slot.must_be(State::Created, "be configured")?;
        let cell = typed::<D>(slot)?;
        cell.alone(f).map_err(|_| MachineError::Poisoned)
    }

    /// The next thing that happened, oldest first. Things happen in calls of the machine.
    pub fn next_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// While a machine migrates nothing is plugged or unplugged.
    pub fn set_migrating(&mut self, migrating: bool) {
        self.services.phase.set_migrating(migrating);
    }

    /// Whether the machine has been started.
    pub fn is_running(&self) -> bool {
        self.services.phase.is_running()
    }
}

impl Machine {
    /// Makes realize fail after `after` effects.
    pub(crate) fn set_fault(&mut self, after: Option<usize>, panics: bool) {
        self.fault.set(after, panics);
    }

    /// How many effects there were since.
    pub(crate) fn fault_steps(&self) -> usize {
        self.fault.steps()
    }

    /// Where a bus without a host bridge maps what is on it: everything in what the vCPUs see.
    pub(crate) fn spaces(&self) -> PciHostSpaces {
        self.board.spaces()
    }
}

#[cfg(feature = "memory")]
impl Machine {
    /// The memory of the machine, for regions that belong to no device.
    pub fn memory(&self) -> &Memory {
        &self.services.memory
    }

    /// What the vCPUs see.
    pub fn address_space(&self) -> crate::AddressSpace {
        self.board.space()
    }

    /// What the vCPUs see of I/O ports, from 0 to 0xffff.
    pub fn port_space(&self) -> crate::AddressSpace {
        self.board.ports()
    }

    /// The container that [`address_space`](Self::address_space) shows.
    pub fn system(&self) -> crate::memory::NodeId {
        self.board.system()
    }
}

fn typed<D: Device>(slot: &Slot) -> Result<Arc<DeviceCell<D>>, MachineError> {
    let (found, wanted) = (slot.cell.meta().name, D::META.name);
    as_cell_of::<D>(slot.cell.clone()).ok_or(MachineError::WrongType { found, wanted })
}

fn property<'m>(
    meta: &'m Meta,
    name: &str,
) -> Result<(usize, &'m crate::PropertyMeta), PropertyError> {
    let mut properties = meta.properties.iter().enumerate();
    properties
        .find(|(_, property)| property.name == name)
        .ok_or_else(|| PropertyError::Unknown { device: meta.name, name: name.to_owned() })
}

pub(super) fn no_field(meta: &Meta, field: &str) -> MachineError {
    MachineError::NoSuchField { device: meta.name, field: field.to_owned() }
}
