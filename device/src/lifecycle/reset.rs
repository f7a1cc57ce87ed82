//! Reset in three phases, over a device and all below it.

use super::error::{MachineError, State};
use super::machine::Machine;
use super::tree::DevId;
use crate::device::ResetPhase;

impl Machine {
    /// Resets a device and all below it.
    ///
    /// # Errors
    ///
    /// [`MachineError::InvalidTransition`] if it is not realized; `NoSuchDevice`.
    pub fn reset(&mut self, id: DevId) -> Result<(), MachineError> {
        self.assert_reset(id)?;
        self.release_reset(id)
    }

    /// Puts a device and all below it into reset: the phases [`Enter`](ResetPhase::Enter) and
    /// [`Hold`](ResetPhase::Hold). Counted: only the first one does anything.
    ///
    /// # Errors
    ///
    /// [`MachineError::InvalidTransition`] if it is not realized; `NoSuchDevice`.
    pub fn assert_reset(&mut self, id: DevId) -> Result<(), MachineError> {
        let slot = self.tree.get_mut(id)?;
        slot.must_be(State::Realized, "be reset")?;
        slot.resets += 1;
        if slot.resets == 1 {
            self.reset_phase(id, ResetPhase::Enter);
            self.reset_phase(id, ResetPhase::Hold);
        }
        Ok(())
    }

    /// Takes a device out of reset: the phase [`Exit`](ResetPhase::Exit), when it has been released as
    /// often as it was asserted.
    ///
    /// # Errors
    ///
    /// [`MachineError::InvalidTransition`] if it is not in reset; `NoSuchDevice`.
    pub fn release_reset(&mut self, id: DevId) -> Result<(), MachineError> {
        let slot = self.tree.get_mut(id)?;
        let from = slot.state;
        slot.resets = slot
            .resets
            .checked_sub(1)
            .ok_or(MachineError::InvalidTransition { from, to: "leave reset" })?;
        if slot.resets == 0 {
            self.reset_phase(id, ResetPhase::Exit);
        }
        Ok(())
    }

    /// Resets every device and lets the machine run: from now on plugging is hot-plugging.
    pub fn start(&mut self) {
        let roots: Vec<DevId> = self.roots().collect();
        for phase in [ResetPhase::Enter, ResetPhase::Hold, ResetPhase::Exit] {
            for id in &roots {
                self.reset_phase(*id, phase);
            }
        }
        self.services.phase.set_running(true);
    }

    /// One phase, children before their parents. A device that panics in it is poisoned, the others go on.
    pub(super) fn reset_phase(&mut self, id: DevId, phase: ResetPhase) {
        for id in self.tree.subtree(id).into_iter().rev() {
            if let Ok(slot) = self.tree.get(id)
                && slot.state == State::Realized
            {
                let _ = slot.cell.reset(phase);
            }
        }
    }

    /// The devices that are neither part of another one nor on the bus of one.
    fn roots(&self) -> impl Iterator<Item = DevId> {
        let sits_on_a_device = |slot: &super::tree::Slot| {
            slot.seat.as_ref().is_some_and(|seat| seat.bus.owner().is_some())
        };
        self.tree
            .iter()
            .filter(move |(_, slot)| slot.parent.is_none() && !sits_on_a_device(slot))
            .map(|(id, _)| id)
    }
}
