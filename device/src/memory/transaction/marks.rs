//! What regions are like, and which bells writes to them ring.

use super::{Transaction, Undo, fits, last};
use crate::io::Endian;
use crate::memory::MemoryError;
use crate::memory::backend::Backend;
use crate::memory::eventfd::{EventFd, Watch};
use crate::memory::topology::{Kind, Marks, Node, NodeId};
use std::sync::Arc;

/// What regions are like.
impl Transaction<'_> {
    /// Shows a region, or hides it with all that is attached to it.
    ///
    /// # Errors
    ///
    /// `NoSuchRegion`.
    pub fn set_enabled(&mut self, node: NodeId, on: bool) -> Result<(), MemoryError> {
        self.mark(node, Marks::ENABLED, on)?;
        self.topology.pending = true;
        Ok(())
    }

    /// Changes the size of a region.
    ///
    /// # Errors
    ///
    /// `NoSuchRegion`, `ZeroSize`; `OutOfRange` if it ends beyond 2^64, or memory beyond its bytes.
    pub fn set_size(&mut self, node: NodeId, size: u128) -> Result<(), MemoryError> {
        let last = last(size)?;
        let found = self.topology.node(node)?;
        fits(found.address, last)?;
        if let Kind::Alias { offset, .. } = found.kind {
            fits(offset, last)?;
        }
        if found.ram().is_some_and(|ram| last >= ram.len()) {
            return Err(MemoryError::OutOfRange);
        }
        self.topology.touch(node);
        let old = std::mem::replace(&mut self.topology.node_mut(node)?.last, last);
        self.journal.push(Undo::Last { node, last: old });
        self.topology.touch(node);
        self.topology.pending = true;
        Ok(())
    }

    /// Whether a region and all that is seen through it rejects writes.
    ///
    /// # Errors
    ///
    /// `NoSuchRegion`.
    pub fn set_readonly(&mut self, node: NodeId, on: bool) -> Result<(), MemoryError> {
        self.mark(node, Marks::READONLY, on)
    }

    /// Whether what is written to a region, and through it, outlives the machine.
    ///
    /// # Errors
    ///
    /// `NoSuchRegion`.
    pub fn set_nonvolatile(&mut self, node: NodeId, on: bool) -> Result<(), MemoryError> {
        self.mark(node, Marks::NONVOLATILE, on)
    }

    /// Whether listeners see a region, and what is seen through it, apart from equal neighbours.
    ///
    /// # Errors
    ///
    /// `NoSuchRegion`.
    pub fn set_unmergeable(&mut self, node: NodeId, on: bool) -> Result<(), MemoryError> {
        self.mark(node, Marks::UNMERGEABLE, on)
    }

    /// Switches a ROM device to ROM mode, or to its registers alone.
    ///
    /// # Errors
    ///
    /// `NoSuchRegion`; `NotARomDevice`.
    pub fn set_romd(&mut self, node: NodeId, on: bool) -> Result<(), MemoryError> {
        match self.topology.node(node)?.kind {
            Kind::Terminating(Backend::RomDevice(..)) => self.mark(node, Marks::ROMD, on),
            _ => Err(MemoryError::NotARomDevice),
        }
    }

    /// Watches writes to a region for whoever draws the screen, or ends that. Counted: it is watched
    /// as long as more was begun than ended.
    ///
    /// # Errors
    ///
    /// `NoSuchRegion`; `NotLogging` if nobody watches.
    pub fn set_log(&mut self, node: NodeId, on: bool) -> Result<(), MemoryError> {
        let count = self.topology.node(node)?.log();
        let next = if on { count.checked_add(1) } else { count.checked_sub(1) };
        let next = next.ok_or(MemoryError::NotLogging)?;
        self.topology.node_mut(node)?.more().log = next;
        self.journal.push(Undo::Log { node, count });
        if (count == 0) != (next == 0) {
            self.topology.touch(node);
        }
        Ok(())
    }

    /// Moves the window of an alias.
    ///
    /// # Errors
    ///
    /// `NoSuchRegion`; `NotAnAlias`; `OutOfRange`.
    pub fn set_alias_offset(&mut self, alias: NodeId, to: u64) -> Result<(), MemoryError> {
        let node = self.topology.node_mut(alias)?;
        fits(to, node.last)?;
        let Kind::Alias { offset, .. } = &mut node.kind else {
            return Err(MemoryError::NotAnAlias);
        };
        let offset = std::mem::replace(offset, to);
        self.journal.push(Undo::Offset { node: alias, offset });
        if offset != to {
            self.topology.touch(alias);
        }
        Ok(())
    }

    /// Makes writes ring a bell instead of calling the handler. A `size` of 0 means any size, and
    /// then any value.
    ///
    /// # Errors
    ///
    /// `NoSuchRegion`; `OutOfRange` if the write does not fit into the region or has no size that
    /// exists; `AlreadyMapped` if the same was added before.
    pub fn add_eventfd(
        &mut self,
        node: NodeId,
        offset: u64,
        size: u8,
        datamatch: Option<u64>,
        fd: Arc<dyn EventFd>,
    ) -> Result<(), MemoryError> {
        let watch = self.watch(node, offset, size, datamatch, fd)?;
        let mut watches = self.topology.node(node)?.watches().to_vec();
        if watches.iter().any(|other| other.size == size && other.matches(&watch)) {
            return Err(MemoryError::AlreadyMapped);
        }
        watches.push(watch);
        self.set_watches(node, watches)?;
        self.topology.touch(node);
        Ok(())
    }

    /// Undoes [`Self::add_eventfd`].
    ///
    /// # Errors
    ///
    /// As there; `NotMapped` if there is no such one.
    pub fn remove_eventfd(
        &mut self,
        node: NodeId,
        offset: u64,
        size: u8,
        datamatch: Option<u64>,
        fd: &Arc<dyn EventFd>,
    ) -> Result<(), MemoryError> {
        let watch = self.watch(node, offset, size, datamatch, fd.clone())?;
        let mut watches = self.topology.node(node)?.watches().to_vec();
        let at = watches.iter().position(|other| other.matches(&watch));
        watches.remove(at.ok_or(MemoryError::NotMapped)?);
        self.topology.touch(node);
        self.set_watches(node, watches)
    }

    pub(in crate::memory) fn set_migration(&mut self, on: bool) -> bool {
        let old = std::mem::replace(&mut self.topology.migration, on);
        self.journal.push(Undo::Migration(old));
        if old != on {
            self.topology.touch_all();
        }
        old != on
    }

    /// A region that is hidden answers nowhere: it is looked at while it is shown.
    pub(super) fn mark(&mut self, node: NodeId, mark: Marks, on: bool) -> Result<(), MemoryError> {
        let marks = self.topology.node(node)?.marks;
        if marks.has(mark) == on {
            return Ok(());
        }
        self.topology.touch(node);
        self.topology.node_mut(node)?.marks = marks.with(mark, on);
        self.journal.push(Undo::Marks { node, marks });
        self.topology.touch(node);
        Ok(())
    }

    pub(super) fn watch(
        &self,
        node: NodeId,
        offset: u64,
        size: u8,
        datamatch: Option<u64>,
        fd: Arc<dyn EventFd>,
    ) -> Result<Watch, MemoryError> {
        let found = self.topology.node(node)?;
        let end = offset.checked_add(u64::from(size.max(1)) - 1);
        if !matches!(size, 0 | 1 | 2 | 4 | 8) || end.is_none_or(|end| end > found.last) {
            return Err(MemoryError::OutOfRange);
        }
        let datamatch = datamatch.filter(|_| size != 0).map(|value| on_bus(found, size, value));
        Ok(Watch { offset, size, datamatch, fd })
    }

    pub(super) fn set_watches(
        &mut self,
        node: NodeId,
        watches: Vec<Watch>,
    ) -> Result<(), MemoryError> {
        if self.topology.node(node)?.watches().is_empty() && watches.is_empty() {
            return Ok(());
        }
        let fresh = watches.len();
        let more = self.topology.node_mut(node)?.more();
        let old = std::mem::replace(&mut more.watches, watches);
        self.topology.watched = self.topology.watched + fresh - old.len();
        self.journal.push(Undo::Watches { node, watches: old });
        Ok(())
    }
}

/// The value as the bus sees it, if the registers are big endian.
fn on_bus(node: &Node, size: u8, value: u64) -> u64 {
    let endian = match &node.kind {
        Kind::Terminating(backend) => {
            backend.io().map_or(Endian::Little, |io| io.target.spec(io.key).endian)
        }
        Kind::Container | Kind::Alias { .. } => Endian::Little,
    };
    let unused = 64 - 8 * u32::from(size);
    match endian {
        Endian::Little => value << unused >> unused,
        Endian::Big => (value << unused).swap_bytes(),
    }
}
