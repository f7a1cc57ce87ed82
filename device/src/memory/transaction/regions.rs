//! Making and removing regions.

use super::{Transaction, Undo, fits, last};
use crate::memory::backend::{Backend, Io};
use crate::memory::ram::RamBlock;
use crate::memory::topology::{Kind, Marks, Node, NodeId};
use crate::memory::{Label, MemoryError};
use std::sync::Arc;

/// Regions.
impl Transaction<'_> {
    /// Makes a region that holds others. Where it holds none, what is below it shines through.
    ///
    /// # Errors
    ///
    /// `ZeroSize`, `OutOfRange` beyond 2^64, `Full`.
    pub fn container(
        &mut self,
        label: impl Into<Label>,
        size: u128,
    ) -> Result<NodeId, MemoryError> {
        self.create(label.into(), size, Kind::Container)
    }

    /// Makes a region of registers.
    pub(crate) fn io(
        &mut self,
        label: impl Into<Label>,
        size: u128,
        io: Io,
    ) -> Result<NodeId, MemoryError> {
        self.create(label.into(), size, Kind::Terminating(io.into()))
    }

    /// Makes a region that rejects every access.
    ///
    /// # Errors
    ///
    /// As [`Self::container`].
    pub fn reserved(&mut self, label: impl Into<Label>, size: u128) -> Result<NodeId, MemoryError> {
        self.create(label.into(), size, Kind::Terminating(Backend::Reserved))
    }

    /// Makes a region of memory.
    ///
    /// # Errors
    ///
    /// As [`Self::container`].
    pub fn ram(
        &mut self,
        label: impl Into<Label>,
        ram: Arc<RamBlock>,
    ) -> Result<NodeId, MemoryError> {
        let size = u128::from(ram.len());
        self.create(label.into(), size, Kind::Terminating(Backend::Ram(ram)))
    }

    /// Makes a region of memory that rejects writes.
    ///
    /// # Errors
    ///
    /// As [`Self::container`].
    pub fn rom(
        &mut self,
        label: impl Into<Label>,
        ram: Arc<RamBlock>,
    ) -> Result<NodeId, MemoryError> {
        let node = self.ram(label, ram)?;
        self.set_readonly(node, true)?;
        Ok(node)
    }

    /// Makes a region of memory that is only accessed in pieces of 1 to 8 bytes.
    ///
    /// # Errors
    ///
    /// As [`Self::container`].
    pub fn ram_device(
        &mut self,
        label: impl Into<Label>,
        ram: Arc<RamBlock>,
    ) -> Result<NodeId, MemoryError> {
        let size = u128::from(ram.len());
        self.create(label.into(), size, Kind::Terminating(Backend::RamDevice(ram)))
    }

    /// Makes a region of memory that is read directly while in ROM mode, which it is at first;
    /// writes go to the registers, and so do reads when not in ROM mode.
    pub(crate) fn rom_device(
        &mut self,
        label: impl Into<Label>,
        ram: Arc<RamBlock>,
        io: Io,
    ) -> Result<NodeId, MemoryError> {
        let size = u128::from(ram.len());
        let backend = Backend::RomDevice(ram, Arc::new(io));
        let node = self.create(label.into(), size, Kind::Terminating(backend))?;
        self.mark(node, Marks::ROMD, true)?;
        Ok(node)
    }

    /// Makes a region that shows `target` from `offset` on. Where `target` is attached makes no
    /// difference. When `target` is removed, the alias shows nothing.
    ///
    /// # Errors
    ///
    /// As [`Self::container`]; `NoSuchRegion`.
    pub fn alias(
        &mut self,
        label: impl Into<Label>,
        target: NodeId,
        offset: u64,
        size: u128,
    ) -> Result<NodeId, MemoryError> {
        self.topology.node(target)?;
        fits(offset, last(size)?)?;
        let alias = self.create(label.into(), size, Kind::Alias { target, offset })?;
        self.topology.node_mut(target)?.more().aliases.push(alias);
        self.journal.push(Undo::Show { target });
        Ok(alias)
    }

    /// Regions that translate addresses do not exist yet.
    ///
    /// # Errors
    ///
    /// Always `Unsupported`.
    pub fn iommu(&mut self, _label: impl Into<Label>, _size: u128) -> Result<NodeId, MemoryError> {
        Err(MemoryError::Unsupported("iommu"))
    }

    /// What an alias shows.
    ///
    /// # Errors
    ///
    /// `NoSuchRegion`; `Dangling` if the target was removed; `NotAnAlias`.
    pub fn alias_target(&self, alias: NodeId) -> Result<NodeId, MemoryError> {
        let Kind::Alias { target, .. } = self.topology.node(alias)?.kind else {
            return Err(MemoryError::NotAnAlias);
        };
        self.topology.get(target).map(|_| target).ok_or(MemoryError::Dangling)
    }

    /// Removes a region: what is attached to it is in no container any more, and aliases of it show
    /// nothing.
    ///
    /// # Errors
    ///
    /// `NoSuchRegion`.
    pub fn remove(&mut self, node: NodeId) -> Result<(), MemoryError> {
        self.topology.node(node)?;
        self.topology.touch(node);
        self.unlink(node)?;
        while let Some(child) = self.topology.node(node)?.children().last() {
            self.unlink(*child)?;
        }
        self.set_watches(node, Vec::new())?;
        self.hide(node)?;
        let found = self.topology.node_mut(node)?;
        found.marks = found.marks.with(Marks::DEAD, true);
        self.journal.push(Undo::Remove(node));
        Ok(())
    }

    pub(super) fn create(
        &mut self,
        label: Label,
        size: u128,
        kind: Kind,
    ) -> Result<NodeId, MemoryError> {
        let node = Node {
            kind,
            last: last(size)?,
            address: 0,
            name: label.name,
            more: None,
            container: None,
            priority: 0,
            element: label.element,
            marks: Marks::ENABLED,
        };
        let id = self.topology.nodes.insert(node).map_err(|_| MemoryError::Full)?;
        self.journal.push(Undo::Create(id));
        Ok(id)
    }

    /// Takes an alias from the list of its target.
    pub(super) fn hide(&mut self, alias: NodeId) -> Result<(), MemoryError> {
        let Ok(target) = self.alias_target(alias) else {
            return Ok(());
        };
        let more = self.topology.node_mut(target)?.more();
        if let Some(at) = more.aliases.iter().rposition(|shown| *shown == alias) {
            more.aliases.remove(at);
            self.journal.push(Undo::Hide { target, at, alias });
        }
        Ok(())
    }
}
