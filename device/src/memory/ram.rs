//! Bytes that threads share.

use super::dirty::{DirtyClient, DirtyLog};
use std::any::Any;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

#[cfg(test)]
mod tests;

/// The bytes of a word.
const WORD: u64 = 8;

/// Why memory could not be had, or reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RamError {
    /// Memory has at least one byte.
    #[error("the size is zero")]
    ZeroSize,
    /// There is not that much memory.
    #[error("there is no memory for {0} bytes")]
    OutOfMemory(u64),
    /// The bytes are not all in the block.
    #[error("out of range")]
    OutOfRange,
    /// A [`DmaMapping`](super::DmaMapping) to read from is not written to.
    #[error("mapped for reading only")]
    ReadOnly,
}

/// Memory that somebody else owns, such as a mapping of a file, for a [`RamBlock`].
///
/// Accesses may come from several threads at once. What is out of range never gets here.
pub trait RamBacking: Any + Send + Sync {
    /// The size in bytes.
    fn len(&self) -> u64;

    /// Whether the size is 0.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Copies bytes out.
    fn read(&self, offset: u64, data: &mut [u8]);

    /// Copies bytes in.
    fn write(&self, offset: u64, data: &[u8]);

    /// Where the bytes are in the host's memory, for a hypervisor. Any safe code may implement this, so
    /// whoever makes a pointer of it must know the type: see [`RamBlock::backing`].
    fn host_address(&self) -> Option<usize> {
        None
    }
}

/// A block of memory. Whoever has it keeps the bytes alive, and no device.
///
/// Aligned accesses of 1, 2, 4 and 8 bytes are atomic: nobody sees half of one, and writes to neighbouring
/// bytes do not disturb each other. Longer ones are several of these, in no particular order. The first byte
/// of a number is its least significant one.
pub struct RamBlock {
    bytes: Bytes,
    len: u64,
    dirty: DirtyLog,
}

enum Bytes {
    Words(Box<[AtomicU64]>),
    Foreign(Arc<dyn RamBacking>),
}

impl RamBlock {
    /// `len` bytes of 0.
    ///
    /// # Errors
    ///
    /// [`RamError::ZeroSize`], [`RamError::OutOfMemory`].
    pub fn new(len: u64) -> Result<Arc<Self>, RamError> {
        let short = RamError::OutOfMemory(len);
        let count = usize::try_from(len.div_ceil(WORD)).map_err(|_| short)?;
        let mut words = Vec::new();
        words.try_reserve_exact(count).map_err(|_| short)?;
        words.resize_with(count, || AtomicU64::new(0));
        Self::from_bytes(Bytes::Words(words.into()), len)
    }

    /// Memory that somebody else owns.
    ///
    /// # Errors
    ///
    /// [`RamError::ZeroSize`].
    pub fn from_backing(backing: Arc<dyn RamBacking>) -> Result<Arc<Self>, RamError> {
        let len = backing.len();
        Self::from_bytes(Bytes::Foreign(backing), len)
    }

    fn from_bytes(bytes: Bytes, len: u64) -> Result<Arc<Self>, RamError> {
        if len == 0 {
            return Err(RamError::ZeroSize);
        }
        Ok(Arc::new(Self { bytes, len, dirty: DirtyLog::new(len) }))
    }

    /// The size in bytes. Never 0.
    #[expect(clippy::len_without_is_empty, reason = "it is never empty")]
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Copies bytes out.
    ///
    /// # Errors
    ///
    /// [`RamError::OutOfRange`]; nothing is copied then.
    pub fn read(&self, offset: u64, data: &mut [u8]) -> Result<(), RamError> {
        self.check(offset, data.len() as u64)?;
        match &self.bytes {
            Bytes::Words(words) => read_words(words, offset, data),
            Bytes::Foreign(backing) => backing.read(offset, data),
        }
        Ok(())
    }

    /// Copies bytes in. Nobody's log is marked: that is the business of whoever writes for the guest.
    ///
    /// # Errors
    ///
    /// [`RamError::OutOfRange`]; nothing is copied then.
    pub fn write(&self, offset: u64, data: &[u8]) -> Result<(), RamError> {
        self.check(offset, data.len() as u64)?;
        match &self.bytes {
            Bytes::Words(words) => write_words(words, offset, data),
            Bytes::Foreign(backing) => backing.write(offset, data),
        }
        Ok(())
    }

    /// The number in the `size` (1 to 8) bytes at `offset`.
    ///
    /// # Errors
    ///
    /// [`RamError::OutOfRange`].
    pub fn load(&self, offset: u64, size: u8) -> Result<u64, RamError> {
        let (shift, size) = (offset % WORD * 8, size.min(8));
        if let (Bytes::Words(words), true) = (&self.bytes, within_a_word(offset, size)) {
            self.check(offset, u64::from(size))?;
            let word = words[(offset / WORD) as usize].load(Ordering::Acquire);
            return Ok(word >> shift & mask(size));
        }
        let mut bytes = [0; 8];
        self.read(offset, &mut bytes[..usize::from(size)])?;
        Ok(u64::from_le_bytes(bytes))
    }

    /// Writes a number to the `size` (1 to 8) bytes at `offset`.
    ///
    /// # Errors
    ///
    /// [`RamError::OutOfRange`]; nothing is written then.
    pub fn store(&self, offset: u64, size: u8, value: u64) -> Result<(), RamError> {
        let size = size.min(8);
        if let (Bytes::Words(words), true) = (&self.bytes, within_a_word(offset, size)) {
            self.check(offset, u64::from(size))?;
            let (shift, word) = (offset % WORD * 8, &words[(offset / WORD) as usize]);
            merge(word, mask(size) << shift, value << shift);
            return Ok(());
        }
        self.write(offset, &value.to_le_bytes()[..usize::from(size)])
    }

    /// Where the bytes are in the host's memory, if they stay there: for a hypervisor, and for adapters.
    /// They are there for as long as the block is.
    pub fn host_address(&self) -> Option<usize> {
        match &self.bytes {
            Bytes::Words(words) => Some(words.as_ptr().expose_provenance()),
            Bytes::Foreign(backing) => backing.host_address(),
        }
    }

    /// Whoever else owns the bytes. As `dyn Any` it tells its type, for those who trust some types only.
    pub fn backing(&self) -> Option<&Arc<dyn RamBacking>> {
        match &self.bytes {
            Bytes::Words(_) => None,
            Bytes::Foreign(backing) => Some(backing),
        }
    }

    /// The words that the bytes are in, if nobody else owns them.
    pub fn words(&self) -> Option<&[AtomicU64]> {
        match &self.bytes {
            Bytes::Words(words) => Some(words),
            Bytes::Foreign(_) => None,
        }
    }

    /// Marks the pages that `len` bytes from `offset` on touch, for a set of [`DirtyClient::bit`]s.
    pub fn mark_dirty(&self, offset: u64, len: u64, clients: u8) {
        if clients != 0 {
            self.dirty.mark(offset, len, clients);
        }
    }

    /// The pages that were written to, among those that `bytes` touches, as offsets in bytes. They count as
    /// clean from now on.
    pub fn take_dirty(&self, client: DirtyClient, bytes: Range<u64>) -> Vec<u64> {
        self.dirty.take(client, bytes)
    }

    /// Whether the page at `offset` was written to.
    pub fn is_dirty(&self, client: DirtyClient, offset: u64) -> bool {
        self.dirty.is_marked(client, offset)
    }

    fn check(&self, offset: u64, len: u64) -> Result<(), RamError> {
        let end = offset.checked_add(len);
        if end.is_some_and(|end| end <= self.len) { Ok(()) } else { Err(RamError::OutOfRange) }
    }
}

impl std::fmt::Debug for RamBlock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RamBlock({:#x} bytes)", self.len)
    }
}

/// Whether there are bytes, and all in one word.
fn within_a_word(offset: u64, size: u8) -> bool {
    size != 0 && offset % WORD + u64::from(size) <= WORD
}

/// The lowest `size` bytes.
fn mask(size: u8) -> u64 {
    if size >= 8 { u64::MAX } else { (1 << (8 * size)) - 1 }
}

/// Sets the bits of `mask` to those of `value`, and leaves the others to whoever writes them meanwhile.
fn merge(word: &AtomicU64, mask: u64, value: u64) {
    if mask == u64::MAX {
        return word.store(value, Ordering::Release);
    }
    let merged = |old| Some(old & !mask | value & mask);
    // The closure always gives a value, so this ends well.
    let _ = word.fetch_update(Ordering::Release, Ordering::Relaxed, merged);
}

fn read_words(words: &[AtomicU64], offset: u64, data: &mut [u8]) {
    let (head, rest) = data.split_at_mut(to_border(offset, data.len()));
    read_part(words, offset, head);
    let at = offset + head.len() as u64;
    let (whole, tail) = rest.as_chunks_mut();
    for (bytes, word) in whole.iter_mut().zip(&words[(at / WORD) as usize..]) {
        *bytes = word.load(Ordering::Acquire).to_le_bytes();
    }
    read_part(words, at + whole.len() as u64 * WORD, tail);
}

fn write_words(words: &[AtomicU64], offset: u64, data: &[u8]) {
    let (head, rest) = data.split_at(to_border(offset, data.len()));
    write_part(words, offset, head);
    let at = offset + head.len() as u64;
    let (whole, tail) = rest.as_chunks();
    for (bytes, word) in whole.iter().zip(&words[(at / WORD) as usize..]) {
        word.store(u64::from_le_bytes(*bytes), Ordering::Release);
    }
    write_part(words, at + whole.len() as u64 * WORD, tail);
}

/// How many of `len` bytes from `offset` on come before the next word begins.
fn to_border(offset: u64, len: usize) -> usize {
    ((WORD - offset % WORD) % WORD).min(len as u64) as usize
}

/// Reads less than a word, out of one word.
fn read_part(words: &[AtomicU64], offset: u64, data: &mut [u8]) {
    if !data.is_empty() {
        let word = words[(offset / WORD) as usize].load(Ordering::Acquire).to_le_bytes();
        data.copy_from_slice(&word[(offset % WORD) as usize..][..data.len()]);
    }
}

/// Writes less than a word, into one word.
fn write_part(words: &[AtomicU64], offset: u64, data: &[u8]) {
    if !data.is_empty() {
        let (mut bytes, at) = ([0; 8], (offset % WORD) as usize);
        bytes[at..][..data.len()].copy_from_slice(data);
        let part = mask(data.len() as u8) << (8 * at);
        merge(&words[(offset / WORD) as usize], part, u64::from_le_bytes(bytes));
    }
}
