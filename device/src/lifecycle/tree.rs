//! The tree that owns the devices. Nothing else does.

use super::bag::Bag;
use super::cell::AnyCell;
use super::error::{MachineError, State};
use crate::arena::{Arena, key};
use crate::bus::AnyBus;
use crate::meta::Inside;
use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;

key! {
    /// A device of a machine. The id of a device that is gone names no other device.
    pub DevId
}

/// One device and its place in the tree.
pub(crate) struct Slot {
    pub(crate) cell: Arc<dyn AnyCell>,
    pub(crate) state: State,
    pub(crate) bag: Bag,
    /// Whether it was ever realized: then its end is an event.
    pub(crate) was_realized: bool,
    pub(crate) unplug_requested: bool,
    /// What it is a part of.
    pub(crate) parent: Option<DevId>,
    /// Its parts, in the order of the fields.
    pub(crate) children: Vec<Part>,
    /// The buses that it has, in the order of the fields.
    pub(crate) buses: Vec<Arc<dyn AnyBus>>,
    pub(crate) seat: Option<Seat>,
    pub(crate) links: Vec<Option<DevId>>,
    pub(crate) resets: u32,
}

/// A device that is a part of another one.
#[derive(Clone, Copy)]
pub(crate) struct Part {
    pub(crate) id: DevId,
    pub(crate) element: u16,
    pub(crate) inside: Option<Inside>,
}

/// Where a device is, or will be, plugged.
#[derive(Clone)]
pub(crate) struct Seat {
    pub(crate) bus: Arc<dyn AnyBus>,
    pub(crate) address: Arc<dyn Any + Send + Sync>,
}

pub(crate) struct Tree {
    slots: Arena<DevId, Slot>,
    names: HashMap<Arc<str>, DevId>,
}

impl Slot {
    pub(crate) fn new(cell: Arc<dyn AnyCell>, parent: Option<DevId>) -> Self {
        let links = vec![None; cell.meta().links.len()];
        Self {
            cell,
            state: State::Created,
            bag: Bag::default(),
            was_realized: false,
            unplug_requested: false,
            parent,
            children: Vec::new(),
            buses: Vec::new(),
            seat: None,
            links,
            resets: 0,
        }
    }

    /// # Errors
    ///
    /// [`MachineError::InvalidTransition`] if it is in another state.
    pub(crate) fn must_be(&self, state: State, to: &'static str) -> Result<(), MachineError> {
        if self.state == state {
            return Ok(());
        }
        Err(MachineError::InvalidTransition { from: self.state, to })
    }
}

impl Tree {
    pub(crate) fn with_limit(devices: usize) -> Self {
        Self { slots: Arena::with_limit(devices), names: HashMap::new() }
    }

    pub(crate) fn get(&self, id: DevId) -> Result<&Slot, MachineError> {
        self.slots.get(id).ok_or(MachineError::NoSuchDevice(id))
    }

    pub(crate) fn get_mut(&mut self, id: DevId) -> Result<&mut Slot, MachineError> {
        self.slots.get_mut(id).ok_or(MachineError::NoSuchDevice(id))
    }

    pub(crate) fn find(&self, name: &str) -> Option<DevId> {
        self.names.get(name).copied()
    }

    pub(crate) fn insert(
        &mut self,
        name: &str,
        slot: impl FnOnce(DevId) -> Slot,
    ) -> Result<DevId, MachineError> {
        if self.names.contains_key(name) {
            return Err(MachineError::DuplicateId(name.to_owned()));
        }
        let id = self.slots.insert_with(slot).map_err(|_| MachineError::Full)?;
        let name = self.get(id)?.cell.core().name.clone();
        self.names.insert(name, id);
        Ok(id)
    }

    pub(crate) fn remove(&mut self, id: DevId) -> Option<Slot> {
        let slot = self.slots.remove(id)?;
        self.names.remove(&slot.cell.core().name);
        Some(slot)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (DevId, &Slot)> {
        self.slots.iter()
    }

    /// The devices whose seat is on a bus of this one.
    pub(crate) fn plugged(&self, id: DevId) -> Vec<DevId> {
        let Ok(slot) = self.get(id) else {
            return Vec::new();
        };
        if slot.buses.is_empty() {
            return Vec::new();
        }
        let sits_here = |seat: &Seat| slot.buses.iter().any(|bus| Arc::ptr_eq(bus, &seat.bus));
        let here =
            self.slots.iter().filter(|(_, other)| other.seat.as_ref().is_some_and(sits_here));
        here.map(|(id, _)| id).collect()
    }

    /// This device with its parts and what is plugged into its buses, and theirs; parents first.
    pub(crate) fn subtree(&self, id: DevId) -> Vec<DevId> {
        spread(id, |id| self.parts(id).chain(self.plugged(id)).collect())
    }

    /// This device with its parts, and theirs, without what is plugged into their buses; parents first.
    pub(crate) fn whole(&self, id: DevId) -> Vec<DevId> {
        spread(id, |id| self.parts(id).collect())
    }

    fn parts(&self, id: DevId) -> impl Iterator<Item = DevId> {
        let parts = self.slots.get(id).map(|slot| slot.children.as_slice());
        parts.unwrap_or_default().iter().map(|part| part.id)
    }
}

/// A device, what is next to it, what is next to that, and so on.
fn spread(id: DevId, next: impl Fn(DevId) -> Vec<DevId>) -> Vec<DevId> {
    let mut all = vec![id];
    let mut at = 0;
    while at < all.len() {
        all.extend(next(all[at]));
        at += 1;
    }
    all
}
