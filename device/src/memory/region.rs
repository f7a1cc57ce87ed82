//! Regions of a board: each is there as long as its handle.

#[cfg(test)]
use super::backend::Io;
use super::ram::RamBlock;
use super::topology::NodeId;
use super::{Core, Label, Memory, MemoryError, Transaction};
use std::fmt;
use std::sync::{Arc, Weak};

/// A region, which is removed when this is dropped: at once, or when the present transaction ends.
///
/// It does not keep the memory alive.
pub struct OwnedRegion {
    core: Weak<Core>,
    id: NodeId,
}

impl OwnedRegion {
    /// The id, for a [`Transaction`].
    pub fn id(&self) -> NodeId {
        self.id
    }
}

impl fmt::Debug for OwnedRegion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OwnedRegion").field(&self.id).finish()
    }
}

impl Drop for OwnedRegion {
    fn drop(&mut self) {
        if let Some(core) = self.core.upgrade() {
            core.remove(&[self.id]);
        }
    }
}

/// Regions, each in a transaction of its own. They are attached in another one.
impl Memory {
    /// See [`Transaction::container`].
    ///
    /// # Errors
    ///
    /// As there, and as [`Memory::transaction`].
    pub fn container(
        &self,
        label: impl Into<Label>,
        size: u128,
    ) -> Result<OwnedRegion, MemoryError> {
        self.owned(|t| t.container(label, size))
    }

    /// See [`Transaction::reserved`].
    ///
    /// # Errors
    ///
    /// As there, and as [`Memory::transaction`].
    pub fn reserved(
        &self,
        label: impl Into<Label>,
        size: u128,
    ) -> Result<OwnedRegion, MemoryError> {
        self.owned(|t| t.reserved(label, size))
    }

    /// See [`Transaction::ram`].
    ///
    /// # Errors
    ///
    /// As there, and as [`Memory::transaction`].
    pub fn ram(
        &self,
        label: impl Into<Label>,
        ram: Arc<RamBlock>,
    ) -> Result<OwnedRegion, MemoryError> {
        self.owned(|t| t.ram(label, ram))
    }

    /// See [`Transaction::rom`].
    ///
    /// # Errors
    ///
    /// As there, and as [`Memory::transaction`].
    pub fn rom(
        &self,
        label: impl Into<Label>,
        ram: Arc<RamBlock>,
    ) -> Result<OwnedRegion, MemoryError> {
        self.owned(|t| t.rom(label, ram))
    }

    /// See [`Transaction::ram_device`].
    ///
    /// # Errors
    ///
    /// As there, and as [`Memory::transaction`].
    pub fn ram_device(
        &self,
        label: impl Into<Label>,
        ram: Arc<RamBlock>,
    ) -> Result<OwnedRegion, MemoryError> {
        self.owned(|t| t.ram_device(label, ram))
    }

    /// See [`Transaction::alias`].
    ///
    /// # Errors
    ///
    /// As there, and as [`Memory::transaction`].
    pub fn alias(
        &self,
        label: impl Into<Label>,
        target: NodeId,
        offset: u64,
        size: u128,
    ) -> Result<OwnedRegion, MemoryError> {
        self.owned(|t| t.alias(label, target, offset, size))
    }

    /// See `Transaction::io`.
    #[cfg(test)]
    pub(crate) fn io(
        &self,
        label: impl Into<Label>,
        size: u128,
        io: Io,
    ) -> Result<OwnedRegion, MemoryError> {
        self.owned(|t| t.io(label, size, io))
    }

    /// See `Transaction::rom_device`.
    #[cfg(test)]
    pub(crate) fn rom_device(
        &self,
        label: impl Into<Label>,
        ram: Arc<RamBlock>,
        io: Io,
    ) -> Result<OwnedRegion, MemoryError> {
        self.owned(|t| t.rom_device(label, ram, io))
    }

    /// A handle for a region that was made in a transaction.
    pub(crate) fn own(&self, id: NodeId) -> OwnedRegion {
        OwnedRegion { core: Arc::downgrade(&self.0), id }
    }

    fn owned(
        &self,
        create: impl FnOnce(&mut Transaction<'_>) -> Result<NodeId, MemoryError>,
    ) -> Result<OwnedRegion, MemoryError> {
        self.transaction(create).map(|id| self.own(id))
    }
}
