//! What stands in for the memory of a machine in a build without it (feature `memory` off): types that
//! devices name, and nothing that does anything.

use std::sync::Arc;

/// Why a region could not be made or changed. In a build without memory only those steps fail that would be
/// wrong whatever the memory is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MemoryError {
    /// The region is not there.
    #[error("there is no such region")]
    NoSuchRegion,
    /// The region that was to be made is there: it was made before, and not removed.
    #[error("the region is there already")]
    AlreadyMade,
    /// The region's content is no memory.
    #[error("the region has no content")]
    NoContent,
}

/// Names a region. There are none in a build without memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeId(());

impl NodeId {
    pub(crate) const NOWHERE: Self = Self(());
}

/// A bell that a write can ring. In a build without memory nobody writes.
pub trait EventFd: Send + Sync {
    /// Rings it.
    fn signal(&self);

    /// The file descriptor for a hypervisor, if it is one.
    fn raw_fd(&self) -> Option<i32> {
        None
    }
}

/// The content of a region. There is none in a build without memory.
#[derive(Debug)]
pub enum RamBlock {}

impl RamBlock {
    /// The size in bytes.
    pub fn len(&self) -> u64 {
        match *self {}
    }

    /// Whether the size is 0.
    pub fn is_empty(&self) -> bool {
        match *self {}
    }

    /// Reads bytes.
    ///
    /// # Errors
    ///
    /// Never: there is no value of this type.
    pub fn read(&self, _: u64, _: &mut [u8]) -> Result<(), MemoryError> {
        match *self {}
    }

    /// Writes bytes.
    ///
    /// # Errors
    ///
    /// Never: there is no value of this type.
    pub fn write(&self, _: u64, _: &[u8]) -> Result<(), MemoryError> {
        match *self {}
    }
}

/// No memory.
#[derive(Clone)]
pub(crate) struct Memory(Arc<()>);

impl Memory {
    pub(crate) fn with_limit(_: usize) -> Self {
        Self(Arc::default())
    }

    pub(crate) fn transaction<R>(
        &self,
        change: impl FnOnce(&mut Transaction<'_>) -> Result<R, MemoryError>,
    ) -> Result<R, MemoryError> {
        change(&mut Transaction(&self.0))
    }
}

/// A change of nothing.
pub(crate) struct Transaction<'a>(
    #[expect(dead_code, reason = "as where there is memory")] &'a Arc<()>,
);

impl Transaction<'_> {
    pub(crate) fn set_enabled(&mut self, _: NodeId, _: bool) -> Result<(), MemoryError> {
        Ok(())
    }

    pub(crate) fn set_unmergeable(&mut self, _: NodeId, _: bool) -> Result<(), MemoryError> {
        Ok(())
    }

    pub(crate) fn attach(
        &mut self,
        _: NodeId,
        _: u64,
        _: NodeId,
        _: i32,
    ) -> Result<(), MemoryError> {
        Ok(())
    }

    pub(crate) fn detach_from(&mut self, _: NodeId, _: NodeId) -> Result<(), MemoryError> {
        Ok(())
    }

    pub(crate) fn set_address(&mut self, _: NodeId, _: u64) -> Result<(), MemoryError> {
        Ok(())
    }

    pub(crate) fn set_alias_offset(&mut self, _: NodeId, _: u64) -> Result<(), MemoryError> {
        Ok(())
    }

    pub(crate) fn set_romd(&mut self, _: NodeId, _: bool) -> Result<(), MemoryError> {
        Ok(())
    }

    pub(crate) fn add_eventfd(
        &mut self,
        _: NodeId,
        _: u64,
        _: u8,
        _: Option<u64>,
        _: Arc<dyn EventFd>,
    ) -> Result<(), MemoryError> {
        Ok(())
    }
}
