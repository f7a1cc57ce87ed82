//! Memory in whole pages.

use devmodel::memory::{RamBacking, RamBlock, RamError};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const PAGE: u64 = 4096;
const WORD: u64 = 8;

#[repr(align(4096))]
struct Page([AtomicU64; 512]);

/// Memory that begins and ends with a page, as KVM wants it, without a mapping of its own.
///
/// Aligned accesses of 1, 2, 4 and 8 bytes are one access.
pub struct Pages(Box<[Page]>);

impl Pages {
    /// `len` bytes of 0, rounded up to whole pages.
    ///
    /// # Errors
    ///
    /// [`RamError::ZeroSize`], [`RamError::OutOfMemory`].
    pub fn block(len: u64) -> Result<Arc<RamBlock>, RamError> {
        let short = RamError::OutOfMemory(len);
        let count = usize::try_from(len.div_ceil(PAGE)).map_err(|_| short)?;
        let mut pages = Vec::new();
        pages.try_reserve_exact(count).map_err(|_| short)?;
        pages.resize_with(count, || Page([const { AtomicU64::new(0) }; 512]));
        RamBlock::from_backing(Arc::new(Self(pages.into())))
    }

    fn word(&self, offset: u64) -> &AtomicU64 {
        let page = &self.0[(offset / PAGE) as usize];
        &page.0[(offset % PAGE / WORD) as usize]
    }
}

impl RamBacking for Pages {
    fn len(&self) -> u64 {
        self.0.len() as u64 * PAGE
    }

    fn read(&self, mut offset: u64, data: &mut [u8]) {
        let mut left = data;
        while !left.is_empty() {
            let (piece, rest) = left.split_at_mut(in_word(offset, left.len()));
            let word = self.word(offset).load(Ordering::Acquire).to_le_bytes();
            piece.copy_from_slice(&word[(offset % WORD) as usize..][..piece.len()]);
            offset += piece.len() as u64;
            left = rest;
        }
    }

    fn write(&self, mut offset: u64, data: &[u8]) {
        let mut left = data;
        while !left.is_empty() {
            let (piece, rest) = left.split_at(in_word(offset, left.len()));
            let (mut value, mut mask, at) = ([0; 8], [0; 8], (offset % WORD) as usize);
            value[at..][..piece.len()].copy_from_slice(piece);
            mask[at..][..piece.len()].fill(0xff);
            let (value, mask) = (u64::from_le_bytes(value), u64::from_le_bytes(mask));
            let merged = |old| Some(old & !mask | value);
            // The closure always gives a value, so this ends well.
            let _ = self.word(offset).fetch_update(Ordering::Release, Ordering::Relaxed, merged);
            offset += piece.len() as u64;
            left = rest;
        }
    }

    fn host_address(&self) -> Option<usize> {
        Some(self.0.as_ptr().expose_provenance())
    }
}

impl std::fmt::Debug for Pages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pages({:#x} bytes)", self.len())
    }
}

/// How many of `len` bytes from `offset` on are in the same word.
fn in_word(offset: u64, len: usize) -> usize {
    ((WORD - offset % WORD) as usize).min(len)
}
