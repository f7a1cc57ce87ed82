//! What connects devices: interrupt lines, links, and reasons not to unplug.

use super::cell::{input, output};
use super::error::{MachineError, State};
use super::machine::{Machine, no_field};
use super::tree::DevId;
use crate::handle::ChildCell;
use crate::irq::{IrqOut, Sink};
use std::sync::Arc;

/// A reason not to unplug a device, until [`Machine::unblock_unplug`] takes it back.
#[derive(Debug)]
#[must_use = "only this can take the reason back"]
pub struct Blocker {
    device: DevId,
    key: u64,
}

impl Machine {
    /// Connects line `line` of the output `from` of one device to line `pin` of the input `to` of
    /// another one. The connection lasts as long as both devices.
    ///
    /// # Errors
    ///
    /// [`MachineError::NoSuchField`] if there is no such line; `NoSuchDevice`.
    pub fn connect(
        &mut self,
        (source, from, line): (DevId, &str, u16),
        (sink, to, pin): (DevId, &str, u16),
    ) -> Result<(), MachineError> {
        let line = self.line(source, from, line)?;
        let cell = &self.tree.get(sink)?.cell;
        let meta = cell.meta();
        let (field, count) = input(meta, to).ok_or_else(|| no_field(meta, to))?;
        if pin >= count {
            return Err(no_field(meta, &format!("{to}[{pin}]")));
        }
        cell.core().add_inbound(line.clone());
        line.connect(Sink::Device { cell: Arc::downgrade(cell), field, pin });
        Ok(())
    }

    /// Calls `follow` with the new level whenever an output line of a device changes, on the thread on
    /// which it changes. `follow` must not refer to devices but by [`WeakDev`](crate::WeakDev).
    ///
    /// # Errors
    ///
    /// [`MachineError::NoSuchField`] if there is no such line; `NoSuchDevice`.
    pub fn follow(
        &mut self,
        (source, from, line): (DevId, &str, u16),
        follow: impl Fn(bool) + Send + Sync + 'static,
    ) -> Result<(), MachineError> {
        self.line(source, from, line)?.connect(Sink::Function(Arc::new(follow)));
        Ok(())
    }

    /// Sets what a link refers to, before realize.
    ///
    /// # Errors
    ///
    /// [`MachineError::NoSuchField`], `WrongType`, `InvalidTransition`, `NoSuchDevice`.
    pub fn link(
        &mut self,
        id: DevId,
        field: &str,
        target: Option<DevId>,
    ) -> Result<(), MachineError> {
        let slot = self.tree.get(id)?;
        slot.must_be(State::Created, "be linked")?;
        let meta = slot.cell.meta();
        let at = meta.links.iter().position(|link| link.name == field);
        let at = at.ok_or_else(|| no_field(meta, field))?;
        let other = target.map(|id| self.tree.get(id)).transpose()?;
        let other = other.map(|slot| ChildCell(slot.cell.clone()));
        let is_set = slot.cell.link(at, other.as_ref()).map_err(|_| MachineError::Poisoned)?;
        if !is_set {
            let found = other.map_or("nothing", |cell| cell.0.meta().name);
            return Err(MachineError::WrongType { found, wanted: meta.links[at].target });
        }
        self.tree.get_mut(id)?.links[at] = target;
        Ok(())
    }

    /// Forbids unplugging a device.
    ///
    /// # Errors
    ///
    /// [`MachineError::NoSuchDevice`].
    pub fn block_unplug(
        &mut self,
        id: DevId,
        reason: impl Into<String>,
    ) -> Result<Blocker, MachineError> {
        let core = self.tree.get(id)?.cell.core();
        self.blockers += 1;
        core.block(self.blockers, reason.into());
        Ok(Blocker { device: id, key: self.blockers })
    }

    /// Takes a reason back.
    pub fn unblock_unplug(&mut self, blocker: Blocker) {
        if let Ok(slot) = self.tree.get(blocker.device) {
            slot.cell.core().unblock(blocker.key);
        }
    }

    fn line(&self, id: DevId, name: &str, line: u16) -> Result<IrqOut, MachineError> {
        let cell = &self.tree.get(id)?.cell;
        let meta = cell.meta();
        let (field, _) = output(meta, name).ok_or_else(|| no_field(meta, name))?;
        let lines = cell.lines(field).map_err(|_| MachineError::Poisoned)?;
        let line = lines.get(usize::from(line)).cloned();
        line.ok_or_else(|| no_field(meta, &format!("{name}[..]")))
    }
}
