//! Every way in which a device goes: first nobody gets in any more and its regions are out of every
//! view, in one transaction; then, as soon as nobody is inside, its hook runs and its bag is emptied;
//! at last, when nobody refers to it any more, it is finalized, on the machine's thread.

use super::bag::{Undo, quietly};
use super::cell::AnyCell;
use super::error::{MachineError, State, UnplugError};
use super::event::Event;
use super::inbox::Request;
use super::machine::Machine;
use super::regions;
use super::thread;
use super::tree::DevId;
use crate::bus::BusEvent;
use crate::meta::Unplug;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Who holds a device for a moment only, on the way to its port, does not tell when that is over.
const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// How far an unplug has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unplugged {
    /// The device is finalized.
    Gone,
    /// Nobody gets in any more and nothing of it is mapped, but somebody was still inside. The rest
    /// happens in a later [`Machine::reclaim`].
    Draining,
    /// The guest has been asked; the device stays until it answers.
    Requested,
}

/// A device that is closed and whose bag is not empty yet.
pub(super) struct Closing {
    root: DevId,
    is_going: bool,
}

/// Devices that are out of the tree, parents first: a device is finalized before its parts.
pub(super) struct Grave {
    root: DevId,
    cells: VecDeque<(Arc<dyn AnyCell>, bool)>,
}

impl Machine {
    /// Unplugs a device, as its type says: at once, or by asking the guest.
    ///
    /// Never waits. When this has returned [`Unplugged::Gone`] or [`Unplugged::Draining`], no handler of
    /// the device starts any more, and nothing of it is mapped; with `Gone`, none runs either.
    ///
    /// # Errors
    ///
    /// [`UnplugError`] of every kind but `WouldDeadlock` and `TimedOut`; nothing has changed then.
    pub fn unplug(&mut self, id: DevId) -> Result<Unplugged, UnplugError> {
        let slot = self.tree.get(id)?;
        let meta = slot.cell.meta();
        if slot.parent.is_some() {
            return Err(UnplugError::PartOfAnother);
        }
        if slot.state == State::Closing || slot.unplug_requested {
            return Err(UnplugError::UnplugPending);
        }
        slot.cell.core().may_unplug(meta)?;
        if slot.state == State::Realized && meta.unplug == Unplug::Request {
            self.request(id)?;
            return Ok(Unplugged::Requested);
        }
        self.remove(id);
        Ok(self.progress(id))
    }

    /// Unplugs a device and waits until it is finalized. If the guest has to be asked, it is waited for.
    /// What other devices' handlers ask for meanwhile is done, too.
    ///
    /// # Errors
    ///
    /// As [`unplug`](Self::unplug); [`UnplugError::TimedOut`] when `time` is over: the unplug goes on;
    /// [`UnplugError::WouldDeadlock`] within a handler: nothing has changed then.
    pub fn unplug_wait(&mut self, id: DevId, time: Duration) -> Result<(), UnplugError> {
        if thread::depth() > 0 {
            return Err(UnplugError::WouldDeadlock);
        }
        let end = Instant::now() + time;
        self.unplug(id)?;
        loop {
            let version = self.services.inbox.version();
            self.reclaim();
            let in_flight = self.left_of(id);
            if in_flight == 0 {
                return Ok(());
            }
            let Some(left) = end.checked_duration_since(Instant::now()) else {
                return Err(UnplugError::TimedOut { in_flight });
            };
            self.services.inbox.wait(version, left.min(LOOK_AGAIN));
        }
    }

    /// Unrealizes a device; it may be realized again, once the state is [`State::Created`].
    ///
    /// # Errors
    ///
    /// [`MachineError::InvalidTransition`] if it is not realized, or a part of another one; `NoSuchDevice`,
    /// also if the device has ejected itself before.
    pub fn unrealize(&mut self, id: DevId) -> Result<State, MachineError> {
        let slot = self.tree.get(id)?;
        slot.must_be(State::Realized, "be unrealized")?;
        if slot.parent.is_some() {
            let to = "be unrealized without the device that it is a part of";
            return Err(MachineError::InvalidTransition { from: slot.state, to });
        }
        self.close(id, false);
        self.reclaim();
        self.state(id)
    }

    /// Removes a device whatever the guest, a blocker or its type says: for the end of a device that is not
    /// realized, and for boards that are taken apart. Never waits.
    ///
    /// # Errors
    ///
    /// [`UnplugError::PartOfAnother`], `UnplugPending`, and `NoSuchDevice`.
    pub fn destroy(&mut self, id: DevId) -> Result<Unplugged, UnplugError> {
        let slot = self.tree.get(id)?;
        if slot.parent.is_some() {
            return Err(UnplugError::PartOfAnother);
        }
        if slot.state == State::Closing {
            return Err(UnplugError::UnplugPending);
        }
        self.remove(id);
        Ok(self.progress(id))
    }

    /// Does what handlers have asked for, and what had to wait until somebody left a device. Returns how
    /// many devices still wait. Never waits itself.
    pub fn reclaim(&mut self) -> usize {
        while let Some(Request::Unplug(id)) = self.services.inbox.take() {
            if self.state(id) != Ok(State::Created) {
                self.remove(id);
            }
        }
        for closing in std::mem::take(&mut self.closing) {
            self.advance(closing);
        }
        self.dig();
        self.closing.len() + self.graveyard.iter().map(|grave| grave.cells.len()).sum::<usize>()
    }

    fn request(&mut self, id: DevId) -> Result<(), MachineError> {
        let slot = self.tree.get_mut(id)?;
        slot.unplug_requested = true;
        if let Some(seat) = slot.seat.clone() {
            seat.bus.unplug_request(id);
        }
        self.events.push_back(Event::UnplugRequested { id });
        self.tell_bus(id, BusEvent::UnplugRequested(id));
        Ok(())
    }

    fn remove(&mut self, id: DevId) {
        match self.state(id) {
            Ok(State::Realized) => self.close(id, true),
            Ok(State::Created) => self.bury(id),
            Ok(State::Closing) => self.let_go(id),
            Err(_) => {}
        }
        self.reclaim();
    }

    /// A device that was to come back goes for good.
    fn let_go(&mut self, root: DevId) {
        match self.closing.iter_mut().find(|closing| closing.root == root) {
            Some(closing) => closing.is_going = true,
            None => self.closing.push(Closing { root, is_going: true }),
        }
    }

    /// From now on nobody gets into the device, or anything below it, and nothing of it is mapped.
    pub(super) fn close(&mut self, root: DevId, is_going: bool) {
        for id in self.tree.subtree(root) {
            if let Ok(slot) = self.tree.get_mut(id)
                && slot.state == State::Realized
            {
                slot.state = State::Closing;
            }
        }
        let mut nodes = Vec::new();
        if let Ok(slot) = self.tree.get(root) {
            slot.cell.close(&mut nodes);
        }
        regions::remove(&self.services.memory, &nodes);
        self.closing.push(Closing { root, is_going });
    }

    fn advance(&mut self, closing: Closing) {
        if !self.tear_down(closing.root) {
            self.closing.push(closing);
            return;
        }
        if closing.is_going {
            self.tell_bus(closing.root, BusEvent::Gone(closing.root));
            self.bury(closing.root);
        }
    }

    /// Undoes realize, from the far ends of the tree on. False if somebody is still in a device: then it
    /// goes on from there another time.
    fn tear_down(&mut self, id: DevId) -> bool {
        let plugged = self.tree.plugged(id);
        plugged.into_iter().rev().all(|id| self.tear_down(id)) && self.undo(id)
    }

    /// Empties the bag of a closed device. False if somebody is still in it, or in one of its parts.
    pub(super) fn undo(&mut self, id: DevId) -> bool {
        let Ok(slot) = self.tree.get_mut(id) else {
            return true;
        };
        let cell = slot.cell.clone();
        let mut bag = std::mem::take(&mut slot.bag);
        while let Some(undo) = bag.last() {
            if !self.can_undo(&*cell, undo) {
                break;
            }
            if let Some(undo) = bag.pop() {
                self.undo_one(&*cell, undo);
            }
        }
        let is_done = bag.last().is_none();
        if let Ok(slot) = self.tree.get_mut(id) {
            slot.bag = bag;
            if is_done {
                slot.state = State::Created;
                slot.unplug_requested = false;
                slot.resets = 0;
                cell.end();
            }
        }
        is_done
    }

    fn can_undo(&mut self, cell: &dyn AnyCell, undo: &Undo) -> bool {
        match undo {
            Undo::Hook => cell.try_unrealize_hook(),
            Undo::Child(id) => self.tear_down(*id),
            Undo::Region(_) | Undo::Bus(..) | Undo::Lines | Undo::Run(_) => true,
        }
    }

    fn undo_one(&mut self, cell: &dyn AnyCell, undo: Undo) {
        match undo {
            Undo::Region(node) => regions::remove(&self.services.memory, &[node]),
            Undo::Bus(bus, id) => {
                if let Some((owner, _)) = bus.owner() {
                    owner.core().no_longer_depend(cell);
                }
                quietly(|| bus.leave(id));
            }
            Undo::Lines => lower(cell),
            Undo::Run(run) => quietly(run),
            // These were done on the way here.
            Undo::Hook | Undo::Child(_) => {}
        }
    }

    /// Takes the device and all below it, none of them realized, out of the tree.
    pub(super) fn bury(&mut self, root: DevId) {
        let subtree = self.tree.subtree(root);
        let slots = subtree.into_iter().filter_map(|id| self.tree.remove(id));
        let cells = slots.map(|slot| (slot.cell, slot.was_realized)).collect();
        self.graveyard.push_back(Grave { root, cells });
    }

    /// Finalizes what nobody refers to any more.
    pub(super) fn dig(&mut self) {
        for mut grave in std::mem::take(&mut self.graveyard) {
            while let Some((cell, was_realized)) = grave.cells.pop_front() {
                let (id, name) = (cell.core().id, cell.core().name.to_string());
                if let Err(cell) = cell.finish() {
                    grave.cells.push_front((cell, was_realized));
                    break;
                }
                if was_realized {
                    self.events.push_back(Event::DeviceDeleted { id, name });
                }
            }
            if !grave.cells.is_empty() {
                self.graveyard.push_back(grave);
            }
        }
    }

    fn progress(&self, id: DevId) -> Unplugged {
        if self.left_of(id) == 0 { Unplugged::Gone } else { Unplugged::Draining }
    }

    /// How many devices of those that went with this one are not finalized.
    fn left_of(&self, id: DevId) -> usize {
        if self.tree.get(id).is_ok() {
            return self.tree.subtree(id).len();
        }
        let graves = self.graveyard.iter().filter(|grave| grave.root == id);
        graves.map(|grave| grave.cells.len()).sum()
    }
}

fn lower(cell: &dyn AnyCell) {
    for field in 0..cell.meta().irqs.len() {
        for line in cell.lines(field).unwrap_or_default() {
            line.lower();
        }
    }
}

/// Every device goes the way of unplug. One that somebody is still in goes when they leave it: its hooks
/// run then, on their thread.
impl Drop for Machine {
    fn drop(&mut self) {
        let roots: Vec<DevId> =
            self.tree.iter().filter(|(_, slot)| slot.parent.is_none()).map(|(id, _)| id).collect();
        for id in roots.into_iter().rev() {
            self.remove(id);
        }
        let left: Vec<DevId> = self.tree.iter().map(|(id, _)| id).collect();
        for id in left {
            if let Some(slot) = self.tree.remove(id) {
                slot.cell.core().leave_behind(slot.bag);
            }
        }
        self.board.shut_down(&self.services.memory);
    }
}
