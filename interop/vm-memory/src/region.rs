//! One range of memory that is mapped.

use crate::log::{BlockLog, LogSlice};
use crate::slice::{self, Bytes};
use devmodel::memory::{Section, SectionKind};
use vm_memory::bitmap::Bitmap as _;
use vm_memory::guest_memory::Result;
use vm_memory::{
    Address as _, GuestAddress, GuestMemoryError, GuestMemoryRegion, GuestMemoryRegionBytes,
    GuestUsize, MemoryRegionAddress, VolatileSlice,
};

/// A range of an address space that is memory. It keeps the bytes alive.
#[derive(Debug)]
pub struct RamRegion {
    start: u64,
    len: u64,
    readonly: bool,
    bytes: Bytes,
    log: BlockLog,
}

impl RamRegion {
    /// The memory that is mapped in a section, if it is some that can be shown.
    pub(crate) fn new(section: &Section<'_>) -> Option<Self> {
        let readonly = match section.kind {
            SectionKind::Ram => section.readonly,
            SectionKind::RomDevice if section.romd => true,
            _ => return None,
        };
        let block = section.ram?.clone();
        let len = u64::try_from(section.size()).ok()?;
        let bytes = Bytes::new(&block, section.offset, len)?;
        let log = BlockLog::new(block, section.offset, section.dirty);
        Some(Self { start: section.start, len, readonly, bytes, log })
    }

    /// Whether the guest, and so its devices, must not write to it.
    pub fn is_readonly(&self) -> bool {
        self.readonly
    }

    pub(crate) fn log(&self) -> &BlockLog {
        &self.log
    }
}

impl GuestMemoryRegion for RamRegion {
    type B = BlockLog;

    fn len(&self) -> GuestUsize {
        self.len
    }

    fn start_addr(&self) -> GuestAddress {
        GuestAddress(self.start)
    }

    fn bitmap(&self) -> LogSlice<'_> {
        self.log.slice_at(0)
    }

    fn get_host_address(&self, address: MemoryRegionAddress) -> Result<*mut u8> {
        let whole = slice::volatile(&self.bytes, address.raw_value(), 1, self.bitmap())?;
        Ok(whole.ptr_guard_mut().as_ptr())
    }

    fn get_slice(
        &self,
        offset: MemoryRegionAddress,
        count: usize,
    ) -> Result<VolatileSlice<'_, LogSlice<'_>>> {
        let at = offset.raw_value();
        let from = usize::try_from(at).map_err(|_| GuestMemoryError::InvalidBackendAddress)?;
        slice::volatile(&self.bytes, at, count, self.log.slice_at(from))
    }
}

impl GuestMemoryRegionBytes for RamRegion {}
