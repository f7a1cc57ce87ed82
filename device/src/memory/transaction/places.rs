//! Where regions are.

use super::{Transaction, Undo, fits};
use crate::memory::MemoryError;
use crate::memory::space::{AddressSpace, Space};
use crate::memory::topology::{Kind, Marks, NodeId, Place};
use std::sync::Arc;

/// Where regions are.
impl Transaction<'_> {
    /// Attaches `node` to `container`, `at` bytes from its start. Where regions of a container
    /// overlap, the one with the higher priority is seen; of equals the one that was attached last.
    ///
    /// # Errors
    ///
    /// `NoSuchRegion`; `AlreadyMapped` if it is in a container; `NotAContainer` if `container` is an
    /// alias; `AliasCycle` if `container` is seen through `node`; `OutOfRange` if `node` ends beyond
    /// 2^64.
    pub fn attach(
        &mut self,
        container: NodeId,
        at: u64,
        node: NodeId,
        priority: i32,
    ) -> Result<(), MemoryError> {
        self.check_attach(container, at, node)?;
        self.place(node, at, priority)?;
        self.link(container, node)?;
        self.topology.touch(node);
        Ok(())
    }

    /// [`Self::attach`] with priority 0, where nothing else that is enabled may be.
    ///
    /// # Errors
    ///
    /// As [`Self::attach`]; `Overlap`.
    pub fn attach_strict(
        &mut self,
        container: NodeId,
        at: u64,
        node: NodeId,
    ) -> Result<(), MemoryError> {
        self.check_attach(container, at, node)?;
        let end = at + self.topology.node(node)?.last;
        let siblings = self.topology.node(container)?.children().iter();
        let mut enabled = siblings
            .filter_map(|id| self.topology.get(*id))
            .filter(|sibling| sibling.marks.has(Marks::ENABLED));
        if enabled.any(|other| other.address <= end && at <= other.address + other.last) {
            return Err(MemoryError::Overlap);
        }
        self.attach(container, at, node, 0)
    }

    /// Takes `node` out of its container.
    ///
    /// # Errors
    ///
    /// `NoSuchRegion`; `NotMapped` if it is in no container.
    pub fn detach(&mut self, node: NodeId) -> Result<(), MemoryError> {
        self.topology.node(node)?.container.ok_or(MemoryError::NotMapped)?;
        self.topology.touch(node);
        self.unlink(node)
    }

    /// Takes `node` out of `container`.
    ///
    /// # Errors
    ///
    /// `NoSuchRegion`; `NotMapped` if it is not in there.
    pub(crate) fn detach_from(
        &mut self,
        container: NodeId,
        node: NodeId,
    ) -> Result<(), MemoryError> {
        match self.topology.node(node)?.container {
            Some(found) if found == container => self.detach(node),
            _ => Err(MemoryError::NotMapped),
        }
    }

    /// Moves `node` inside of its container. It is then on top of those with equal priority.
    ///
    /// # Errors
    ///
    /// `NoSuchRegion`; `NotMapped` if it is in no container; `OutOfRange`.
    pub fn set_address(&mut self, node: NodeId, at: u64) -> Result<(), MemoryError> {
        let found = self.topology.node(node)?;
        let container = found.container.ok_or(MemoryError::NotMapped)?;
        fits(at, found.last)?;
        if found.address == at {
            return Ok(());
        }
        let priority = found.priority;
        self.detach(node)?;
        self.attach(container, at, node, priority)
    }

    /// Makes a space show `root`, or nothing.
    ///
    /// # Errors
    ///
    /// `NoSuchRegion`; `NoSuchSpace` if the space was removed or is of another machine.
    pub fn set_root(
        &mut self,
        space: &AddressSpace,
        root: Option<NodeId>,
    ) -> Result<(), MemoryError> {
        root.map_or(Ok(()), |root| self.topology.node(root).map(drop))?;
        let mut places = self.topology.places.iter();
        let place = places.position(|place| Arc::ptr_eq(&place.space, &space.0));
        let place = place.ok_or(MemoryError::NoSuchSpace)?;
        let old = std::mem::replace(&mut self.topology.places[place].root, root);
        self.journal.push(Undo::Root { place, root: old });
        self.topology.places[place].mark_all();
        self.topology.pending = true;
        Ok(())
    }

    pub(in crate::memory) fn add_space(
        &mut self,
        name: &str,
        root: NodeId,
    ) -> Result<AddressSpace, MemoryError> {
        self.topology.node(root)?;
        let space = AddressSpace(Arc::new(Space::new(name)));
        let place = Place { space: space.0.clone(), root: None, windows: Vec::new() };
        self.topology.places.push(place);
        self.journal.push(Undo::Space);
        self.set_root(&space, Some(root))?;
        Ok(space)
    }

    pub(in crate::memory) fn clear_roots(&mut self) -> Result<(), MemoryError> {
        let places = self.topology.places.iter();
        let spaces: Vec<_> = places.map(|place| AddressSpace(place.space.clone())).collect();
        spaces.iter().try_for_each(|space| self.set_root(space, None))
    }

    pub(super) fn check_attach(
        &self,
        container: NodeId,
        at: u64,
        node: NodeId,
    ) -> Result<(), MemoryError> {
        let (outer, inner) = (self.topology.node(container)?, self.topology.node(node)?);
        if matches!(outer.kind, Kind::Alias { .. }) {
            return Err(MemoryError::NotAContainer);
        }
        if inner.container.is_some() {
            return Err(MemoryError::AlreadyMapped);
        }
        fits(at, inner.last)?;
        if self.topology.reaches(node, container) {
            return Err(MemoryError::AliasCycle);
        }
        Ok(())
    }

    pub(super) fn place(
        &mut self,
        node: NodeId,
        at: u64,
        priority: i32,
    ) -> Result<(), MemoryError> {
        let found = self.topology.node_mut(node)?;
        let address = std::mem::replace(&mut found.address, at);
        let priority = std::mem::replace(&mut found.priority, priority);
        self.journal.push(Undo::Address { node, address });
        self.journal.push(Undo::Priority { node, priority });
        Ok(())
    }

    pub(super) fn link(&mut self, container: NodeId, child: NodeId) -> Result<(), MemoryError> {
        let priority = self.topology.node(child)?.priority;
        let children = self.topology.node(container)?.children();
        let not_above = |id: &NodeId| self.topology.get(*id).is_none_or(|n| n.priority <= priority);
        let on_top = children.last().is_none_or(not_above);
        let at = if on_top { children.len() } else { children.partition_point(not_above) };
        self.topology.node_mut(container)?.more().children.insert(at, child);
        self.topology.node_mut(child)?.container = Some(container);
        self.journal.push(Undo::Link { container, at });
        Ok(())
    }

    pub(super) fn unlink(&mut self, child: NodeId) -> Result<(), MemoryError> {
        let Some(container) = self.topology.node_mut(child)?.container.take() else {
            return Ok(());
        };
        let children = &mut self.topology.node_mut(container)?.more().children;
        if let Some(at) = children.iter().rposition(|id| *id == child) {
            children.remove(at);
            self.journal.push(Undo::Unlink { container, at, child });
        }
        Ok(())
    }
}
