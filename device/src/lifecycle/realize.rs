//! Realize: every effect goes into the device's bag before the next one happens, and what the guest
//! sees, it sees at once, at the end.

use super::bag::{Effects, Undo};
use super::cell::message;
use super::error::{MachineError, RealizeError, State};
use super::machine::Machine;
use super::regions::{self, Mapping};
use super::tree::{DevId, Part};
use crate::bus::{AnyBus, BusEvent, PlugCx};
use crate::device::ResetPhase;
use std::panic::{AssertUnwindSafe, catch_unwind};

impl Machine {
    /// Realizes a device, with its parts: from now on it takes part in the machine.
    ///
    /// In this order: the bus admits it, its regions are made, its parts are realized, its own `realize`
    /// hook runs, which may make more regions ([`manual`](crate::manual)), the bus says where its exports go,
    /// and, if the machine is running, it is reset. Then all of it becomes visible in one memory transaction. If anything fails or panics, all that was done is undone
    /// in reverse order, and nobody has seen any of it.
    ///
    /// # Errors
    ///
    /// [`RealizeError`]. The device is as it was, but for a panic, which poisons it.
    pub fn realize(&mut self, id: DevId) -> Result<(), RealizeError> {
        self.may_realize(id)?;
        let mut mappings = Vec::new();
        self.realize_one(id, &mut mappings)?;
        if let Err(error) = caught(|| self.show(id, &mappings)) {
            self.close(id, false);
            self.reclaim();
            return Err(error);
        }
        self.greet(id);
        Ok(())
    }

    fn may_realize(&self, id: DevId) -> Result<(), RealizeError> {
        let slot = self.tree.get(id)?;
        let meta = slot.cell.meta();
        slot.must_be(State::Created, "be realized")?;
        if slot.parent.is_some() {
            return Err(MachineError::InvalidTransition {
                from: State::Created,
                to: "be realized without the device that it is a part of",
            }
            .into());
        }
        if self.is_running() && !meta.hotpluggable {
            return Err(RealizeError::NotHotpluggable(meta.name));
        }
        if self.services.phase.is_migrating() {
            return Err(RealizeError::Migrating);
        }
        match (meta.bus, &slot.seat) {
            (Some(bus), None) => Err(RealizeError::NeedsBus { device: meta.name, bus }),
            (_, Some(seat)) => self.is_live(&*seat.bus),
            (None, None) => Ok(()),
        }
    }

    /// A bus works as long as the device that has it is realized.
    fn is_live(&self, bus: &dyn AnyBus) -> Result<(), RealizeError> {
        match bus.owner_id() {
            Some(owner) if self.state(owner) != Ok(State::Realized) => {
                let why = "the device that has it is not realized".to_owned();
                Err(RealizeError::Bus { bus: bus.name(), why })
            }
            _ => Ok(()),
        }
    }

    /// Realizes the device and its parts, unseen. After an error nothing of it is left.
    fn realize_one(&mut self, id: DevId, mappings: &mut Vec<Mapping>) -> Result<(), RealizeError> {
        let before = mappings.len();
        let mut effects = Effects::new(&self.fault);
        let done = caught(|| self.steps(id, &mut effects, mappings));
        let slot = self.tree.get_mut(id)?;
        effects.bag.settle();
        slot.bag = effects.bag;
        if let Err(error) = done {
            mappings.truncate(before);
            self.undo(id);
            return Err(error);
        }
        slot.state = State::Realized;
        slot.was_realized = true;
        Ok(())
    }

    fn steps(
        &mut self,
        id: DevId,
        effects: &mut Effects,
        mappings: &mut Vec<Mapping>,
    ) -> Result<(), RealizeError> {
        let slot = self.tree.get(id)?;
        let (cell, seat, parts) = (slot.cell.clone(), slot.seat.clone(), slot.children.clone());
        cell.core().sound().map_err(|_| MachineError::Poisoned)?;
        self.check_links(id)?;
        if let Some(seat) = &seat {
            effects.fault.step("bus")?;
            seat.bus.admit(&cell, &*seat.address)?;
            effects.bag.push(Undo::Bus(seat.bus.clone(), id));
            if let Some((owner, _)) = seat.bus.owner() {
                owner.core().depend(&cell);
            }
        }
        cell.clone().build(effects)?;
        if let Some(seat) = &seat {
            effects.fault.step("connect")?;
            seat.bus.connect(&mut PlugCx::new(&cell, mappings), id, &*seat.address)?;
        }
        for part in parts {
            effects.fault.step("child")?;
            self.share_dma(id, part.id)?;
            self.realize_one(part.id, mappings)?;
            effects.bag.push(Undo::Child(part.id));
            mappings.extend(self.part_mapping(id, part)?);
        }
        cell.realize_hook(effects)?;
        if let Some(seat) = &seat {
            effects.fault.step("plug")?;
            seat.bus.plug(&mut PlugCx::new(&cell, mappings), id, &*seat.address)?;
        }
        Ok(())
    }

    fn check_links(&self, id: DevId) -> Result<(), RealizeError> {
        let slot = self.tree.get(id)?;
        let meta = slot.cell.meta();
        let is_realized =
            |id: &DevId| self.tree.get(*id).is_ok_and(|slot| slot.state == State::Realized);
        for (link, target) in meta.links.iter().zip(&slot.links) {
            let is_good = target.as_ref().is_some_and(is_realized);
            if !is_good && (link.required || target.is_some()) {
                return Err(RealizeError::Link(link.name));
            }
        }
        Ok(())
    }

    /// A part of a device is a bus master on the device's bus.
    fn share_dma(&self, whole: DevId, part: DevId) -> Result<(), MachineError> {
        let dma = self.tree.get(whole)?.cell.dma();
        self.tree.get(part)?.cell.set_dma(dma);
        Ok(())
    }

    /// Where export 0 of a part goes.
    fn part_mapping(&self, whole: DevId, part: Part) -> Result<Option<Mapping>, RealizeError> {
        let Some(inside) = part.inside else {
            return Ok(None);
        };
        let (whole, cell) = (&self.tree.get(whole)?.cell, &self.tree.get(part.id)?.cell);
        Ok(regions::part_mapping(&**whole, &**cell, inside, part.element))
    }

    /// Makes the device, with all its parts, visible: in one transaction.
    fn show(&mut self, id: DevId, mappings: &[Mapping]) -> Result<(), RealizeError> {
        if self.is_running() {
            self.cold_reset(id)?;
        }
        let all = self.tree.whole(id);
        for id in &all {
            self.tree.get(*id)?.cell.open();
        }
        self.fault.step("publish")?;
        regions::map(&self.services.memory, mappings)
    }

    fn cold_reset(&mut self, id: DevId) -> Result<(), RealizeError> {
        for phase in [ResetPhase::Enter, ResetPhase::Hold, ResetPhase::Exit] {
            self.reset_phase(id, phase);
        }
        let poisoned =
            self.tree.whole(id).into_iter().filter_map(|id| self.poison(id).ok().flatten());
        poisoned.map(RealizeError::Panicked).next().map_or(Ok(()), Err)
    }

    /// What others want to know about a new device.
    fn greet(&mut self, id: DevId) {
        for id in self.tree.whole(id) {
            if let Ok(slot) = self.tree.get(id) {
                slot.cell.core().repeat_inbound();
            }
        }
        if self.is_running() {
            self.tell_bus(id, BusEvent::Plugged(id));
        }
    }

    /// Tells the device that has the bus on which this one sits.
    pub(super) fn tell_bus(&self, id: DevId, event: BusEvent) {
        let seat = self.tree.get(id).ok().and_then(|slot| slot.seat.clone());
        if let Some((owner, field)) = seat.and_then(|seat| seat.bus.owner()) {
            owner.bus_event(field, event);
        }
    }
}

/// A panic is an error, too: whatever was done before it is undone.
fn caught<R>(step: impl FnOnce() -> Result<R, RealizeError>) -> Result<R, RealizeError> {
    let done = catch_unwind(AssertUnwindSafe(step));
    done.unwrap_or_else(|panic| Err(RealizeError::Panicked(message(&*panic))))
}
