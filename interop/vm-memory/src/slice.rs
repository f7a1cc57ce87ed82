//! The one place where bytes of a machine become a pointer.

use crate::mmap::MmapRam;
use devmodel::memory::RamBlock;
use std::any::Any;
use std::sync::Arc;
use vm_memory::bitmap::BitmapSlice;
use vm_memory::guest_memory::Result;
use vm_memory::{GuestMemoryError, VolatileMemory as _, VolatileSlice};

/// A part of a block of memory whose bytes are known to be in the host's memory.
#[derive(Clone, Debug)]
pub(crate) struct Bytes {
    owner: Owner,
    offset: u64,
    len: u64,
}

/// Whoever keeps the bytes where they are.
#[derive(Clone, Debug)]
enum Owner {
    Words(Arc<RamBlock>),
    Mmap(Arc<MmapRam>),
}

impl Bytes {
    /// `len` bytes from `offset` on. None if they are not in the block, or the block's owner is of a type
    /// that is not known here: [`RamBlock::host_address`] is the word of safe code, and no proof.
    pub(crate) fn new(block: &Arc<RamBlock>, offset: u64, len: u64) -> Option<Self> {
        let end = offset.checked_add(len)?;
        let owner = match block.backing() {
            None => Owner::Words(block.clone()),
            Some(backing) => {
                let backing: Arc<dyn Any + Send + Sync> = backing.clone();
                Owner::Mmap(backing.downcast().ok()?)
            }
        };
        (end <= owner.len()).then_some(Self { owner, offset, len })
    }
}

impl Owner {
    fn len(&self) -> u64 {
        match self {
            Self::Words(block) => block.len(),
            Self::Mmap(mmap) => mmap.region().size() as u64,
        }
    }
}

/// `count` bytes from `at` on, for volatile access. Writes are marked in `log`.
///
/// # Errors
///
/// [`GuestMemoryError::InvalidBackendAddress`] beyond the end.
pub(crate) fn volatile<'a, B: BitmapSlice>(
    bytes: &'a Bytes,
    at: u64,
    count: usize,
    log: B,
) -> Result<VolatileSlice<'a, B>> {
    let invalid = GuestMemoryError::InvalidBackendAddress;
    let end = at.checked_add(count as u64).filter(|end| *end <= bytes.len).ok_or(invalid)?;
    debug_assert!(bytes.offset + end <= bytes.owner.len());
    let from =
        usize::try_from(bytes.offset + at).map_err(|_| GuestMemoryError::InvalidBackendAddress)?;
    let first = match &bytes.owner {
        Owner::Words(block) => {
            let words = block.words().ok_or(GuestMemoryError::HostAddressNotAvailable)?;
            words.as_ptr().cast::<u8>().cast_mut()
        }
        Owner::Mmap(mmap) => mmap.region().as_volatile_slice().ptr_guard_mut().as_ptr(),
    };
    let start = first.wrapping_add(from);
    // SAFETY:
    // - `start` and the `count` bytes from there on are in one allocation: `from + count` is at most
    //   `offset + len`, which `Bytes::new` found to be at most the length of the owner, and neither a
    //   `RamBlock` nor an `MmapRegion` changes its length. The words of a block are `len` bytes, rounded
    //   up.
    // - They stay there for `'a`: `bytes` has a share in the owner, and is borrowed for that long. Neither
    //   owner moves its bytes: a `RamBlock` has them in a box that it never replaces, the region unmaps
    //   them when it is dropped.
    // - They may be written to by a shared reference: they are atomics, or of a mapping that no
    //   reference leads to. `MmapRam::new` accepts only mappings that can be read and written.
    // - All others use accesses that allow for this: the block's own are atomic, the mapping's volatile,
    //   those of the guest are not of this program. That a volatile access meets an atomic one is a race
    //   in the letter of the memory model; `vm-memory` is built on what compilers make of that, as the
    //   guest, which does the same from outside, is.
    Ok(unsafe { VolatileSlice::with_bitmap(start, count, log, None) })
}
