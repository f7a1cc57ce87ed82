//! A mapping of `vm-memory` as the memory of a machine.

use devmodel::memory::{RamBacking, RamBlock, RamError};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use vm_memory::{AtomicAccess, Bytes as _, GuestRegionMmap, MmapRegion, VolatileMemory as _};

/// The protection of a mapping that can be read and written: the same bits on every Unix.
const READ_WRITE: i32 = 1 | 2;

/// An `mmap`, anonymous or of a file, as the memory of a machine: it begins and ends with a page, as a
/// hypervisor wants it.
///
/// Accesses of 1, 2, 4 and 8 bytes that are aligned are one access. The mapping has no bitmap of its own:
/// writes are logged by the [`RamBlock`].
#[derive(Debug)]
pub struct MmapRam(Arc<MmapRegion>);

impl MmapRam {
    /// `len` bytes of 0 of their own, as a block of memory. `len` has to be a multiple of the size of a page
    /// only if a hypervisor is to have all of it.
    ///
    /// # Errors
    ///
    /// [`RamError::ZeroSize`]; [`RamError::OutOfMemory`] if they can't be mapped.
    pub fn block(len: u64) -> Result<Arc<RamBlock>, RamError> {
        if len == 0 {
            return Err(RamError::ZeroSize);
        }
        let short = RamError::OutOfMemory(len);
        let size = usize::try_from(len).map_err(|_| short)?;
        let region = MmapRegion::new(size).map_err(|_| short)?;
        Self::from_region(Arc::new(region)).ok_or(short)
    }

    /// A mapping as a block of memory. None if it can't be read and written, or is empty.
    pub fn from_region(region: Arc<MmapRegion>) -> Option<Arc<RamBlock>> {
        if region.prot() & READ_WRITE != READ_WRITE {
            return None;
        }
        RamBlock::from_backing(Arc::new(Self(region))).ok()
    }

    /// The mapping of a region of guest memory as a block of memory: both see the same bytes. Where the
    /// region says that it is in the guest's memory makes no difference.
    pub fn from_guest_region(region: &GuestRegionMmap) -> Option<Arc<RamBlock>> {
        Self::from_region(region.get_mmap())
    }

    /// The mapping.
    pub fn region(&self) -> &Arc<MmapRegion> {
        &self.0
    }

    /// One access. None if `at` is not aligned for it.
    fn load<T: AtomicAccess>(&self, at: usize) -> Option<T> {
        self.0.as_volatile_slice().load(at, Ordering::Acquire).ok()
    }

    /// One access. None if `at` is not aligned for it.
    fn store<T: AtomicAccess>(&self, at: usize, value: T) -> Option<()> {
        self.0.as_volatile_slice().store(value, at, Ordering::Release).ok()
    }
}

impl RamBacking for MmapRam {
    fn len(&self) -> u64 {
        self.0.size() as u64
    }

    fn read(&self, offset: u64, data: &mut [u8]) {
        let at = offset as usize;
        let done = match data.len() {
            1 => self.load::<u8>(at).map(|value| data.copy_from_slice(&value.to_ne_bytes())),
            2 => self.load::<u16>(at).map(|value| data.copy_from_slice(&value.to_ne_bytes())),
            4 => self.load::<u32>(at).map(|value| data.copy_from_slice(&value.to_ne_bytes())),
            8 => self.load::<u64>(at).map(|value| data.copy_from_slice(&value.to_ne_bytes())),
            _ => None,
        };
        if done.is_none() {
            // The block has checked the range.
            let done = self.0.as_volatile_slice().read_slice(data, at);
            debug_assert!(done.is_ok(), "{done:?}");
        }
    }

    fn write(&self, offset: u64, data: &[u8]) {
        let at = offset as usize;
        let done = match *data {
            [a] => self.store(at, a),
            [a, b] => self.store(at, u16::from_ne_bytes([a, b])),
            [a, b, c, d] => self.store(at, u32::from_ne_bytes([a, b, c, d])),
            [a, b, c, d, e, f, g, h] => {
                self.store(at, u64::from_ne_bytes([a, b, c, d, e, f, g, h]))
            }
            _ => None,
        };
        if done.is_none() {
            // The block has checked the range.
            let done = self.0.as_volatile_slice().write_slice(data, at);
            debug_assert!(done.is_ok(), "{done:?}");
        }
    }

    fn host_address(&self) -> Option<usize> {
        Some(self.0.as_ptr().expose_provenance())
    }
}
