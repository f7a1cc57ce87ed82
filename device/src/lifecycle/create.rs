//! Making devices: the first phase, in which nothing of the machine can be reached.

use super::cell::{NewCell, Seed, cell_of};
use super::error::MachineError;
use super::machine::Machine;
use super::tree::{DevId, Part, Seat, Slot};
use crate::bus::{BusRef, BusType};
use crate::device::Device;
use crate::handle::ChildCell;
use crate::meta::Meta;
use std::sync::Arc;

/// The device types that may be asked for by name.
#[derive(Debug, Default)]
pub struct Registry(Vec<(&'static Meta, NewCell)>);

impl Registry {
    /// No types.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a type.
    #[must_use]
    pub fn with<D: Device>(mut self) -> Self {
        self.0.push((D::META, cell_of::<D>()));
        self
    }

    /// What is known of each type, in the order in which they were added.
    pub fn types(&self) -> impl Iterator<Item = &'static Meta> {
        self.0.iter().map(|(meta, _)| *meta)
    }

    pub(crate) fn find(&self, name: &str) -> Option<(&'static Meta, NewCell)> {
        self.0.iter().find(|(meta, _)| meta.name == name).copied()
    }
}

impl Machine {
    /// Makes a device under a name that no other device has. It is not seen by anybody before
    /// [`realize`](Self::realize).
    ///
    /// # Errors
    ///
    /// [`MachineError::DuplicateId`], `Full`, `Abstract`.
    pub fn create<D: Device>(&mut self, name: &str) -> Result<DevId, MachineError> {
        self.make(D::META, cell_of::<D>(), name, None)
    }

    /// Makes a device of a type that is known by its name only.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create); [`MachineError::NoSuchField`] if there is no such type, or if users
    /// can't make one.
    pub fn create_by_name(
        &mut self,
        registry: &Registry,
        device: &str,
        name: &str,
    ) -> Result<DevId, MachineError> {
        let known = registry.find(device).filter(|(meta, _)| meta.user_creatable);
        let unknown = || MachineError::NoSuchField { device: "registry", field: device.to_owned() };
        let (meta, new) = known.ok_or_else(unknown)?;
        self.make(meta, new, name, None)
    }

    /// Says where a device will be plugged when it is realized.
    ///
    /// # Errors
    ///
    /// [`MachineError::InvalidTransition`] if it is realized; `NoSuchDevice`; `WrongType` if it does not
    /// sit on such a bus; `SeatCycle`.
    pub fn seat<B: BusType>(
        &mut self,
        id: DevId,
        bus: &BusRef<B>,
        address: B::Address,
    ) -> Result<(), MachineError> {
        let slot = self.tree.get(id)?;
        slot.must_be(super::State::Created, "be seated")?;
        let wanted = slot.cell.meta().bus.unwrap_or("nothing");
        if wanted != B::NAME {
            return Err(MachineError::WrongType { found: B::NAME, wanted });
        }
        let bus = bus.to_any();
        if bus.owner_id().is_some_and(|owner| self.tree.subtree(id).contains(&owner)) {
            return Err(MachineError::SeatCycle);
        }
        self.tree.get_mut(id)?.seat = Some(Seat { bus, address: Arc::new(address) });
        Ok(())
    }

    pub(super) fn make(
        &mut self,
        meta: &'static Meta,
        new: NewCell,
        name: &str,
        parent: Option<DevId>,
    ) -> Result<DevId, MachineError> {
        if meta.is_abstract {
            return Err(MachineError::Abstract(meta.name));
        }
        let services = &self.services;
        let is_part = parent.is_some();
        let slot = |id| Slot::new(new.make(Seed { id, name, is_part, services }), parent);
        let id = self.tree.insert(name, slot)?;
        if let Err(error) = self.furnish(id, meta, name) {
            self.discard(id);
            return Err(error);
        }
        Ok(id)
    }

    /// Makes the device's parts, and tells its buses whose they are.
    fn furnish(&mut self, id: DevId, meta: &'static Meta, name: &str) -> Result<(), MachineError> {
        let cell = self.tree.get(id)?.cell.clone();
        let buses = cell.buses().map_err(|_| MachineError::Poisoned)?;
        for (field, bus) in buses.iter().enumerate() {
            bus.set_owner(&cell, field);
        }
        self.tree.get_mut(id)?.buses = buses;
        for (field, child) in meta.children.iter().enumerate() {
            for element in 0..child.count {
                let path = part_name(name, child.name, child.count, element);
                let part = self.make(child.device, child.cell, &path, Some(id))?;
                let whole = self.tree.get_mut(id)?;
                whole.children.push(Part { id: part, element, inside: child.inside });
                let child = ChildCell(self.tree.get(part)?.cell.clone());
                cell.adopt(field, element, &child).map_err(|_| MachineError::Poisoned)?;
            }
        }
        Ok(())
    }

    /// Takes a device, which is not realized, and its parts out of the tree, and finalizes them.
    fn discard(&mut self, id: DevId) {
        self.bury(id);
        self.dig();
    }
}

fn part_name(whole: &str, field: &str, count: u16, element: u16) -> String {
    if count == 1 { format!("{whole}/{field}") } else { format!("{whole}/{field}[{element}]") }
}
