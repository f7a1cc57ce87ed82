//! Mappings for bus masters: memory that outlives its device, or a copy where there is no memory.

use super::access::{clipped, direct};
use super::dirty::DirtyClient;
use super::ram::{RamBlock, RamError};
use super::space::AddressSpace;
use super::view::FlatView;
use crate::access::{AccessError, Attrs};
use crate::sync::atomic::{AtomicU64, Ordering};
use crate::sync::{Mutex, MutexGuard, lock};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

#[cfg(test)]
mod tests;

/// How many bytes can be copied on the way at a time, for each address space.
pub const BOUNCE_BYTES: u64 = 4096;

/// Which way the bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DmaDirection {
    /// The device reads memory.
    ToDevice,
    /// The device writes memory.
    FromDevice,
}

/// Why memory could not be mapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DmaError {
    /// The length is zero.
    #[error("the length is zero")]
    ZeroLength,
    /// There is no memory there, and too many other mappings are copies already:
    /// [`AddressSpace::on_bounce_free`] tells when to try again.
    #[error("too many bytes are being copied already")]
    BounceExhausted,
    /// The bytes to copy could not be read.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// A piece of an address space, mapped for a bus master.
///
/// It keeps the bytes, and no device. Dropping it without [`unmap`](Self::unmap) marks all of a memory that
/// the device writes as written to, and throws a copy away.
pub struct DmaMapping {
    space: AddressSpace,
    address: u64,
    len: u64,
    direction: DmaDirection,
    bytes: Bytes,
}

enum Bytes {
    Direct {
        ram: Arc<RamBlock>,
        offset: u64,
    },
    Copy {
        bytes: Vec<u8>,
        claim: Claim,
    },
    /// Nothing is left to do.
    Done,
}

/// Bytes of copies, given back when this is dropped.
struct Claim {
    space: AddressSpace,
    bytes: u64,
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.space.0.bounce.give_back(self.bytes);
    }
}

type Waiting = Vec<Box<dyn FnOnce() + Send>>;

/// How many bytes of copies there may still be, and who waits for some.
pub(super) struct Bounce {
    free: AtomicU64,
    waiting: Mutex<Waiting>,
}

impl Bounce {
    pub(super) fn new() -> Self {
        Self { free: AtomicU64::new(BOUNCE_BYTES), waiting: Mutex::new(Vec::new()) }
    }

    /// As many of `wanted` bytes as there are.
    fn claim(&self, wanted: u64) -> u64 {
        let rest = |free: u64| (free > 0).then(|| free - wanted.min(free));
        let before = self.free.fetch_update(Ordering::AcqRel, Ordering::Acquire, rest);
        before.map_or(0, |free| wanted.min(free))
    }

    /// Tells all who wait, even if one of them panics: that panic goes on when all were told, unless
    /// another one is going on already.
    fn give_back(&self, bytes: u64) {
        self.free.fetch_add(bytes, Ordering::AcqRel);
        let waiting = std::mem::take(&mut *self.waiting());
        let told = waiting.into_iter().map(|tell| catch_unwind(AssertUnwindSafe(tell)));
        let panic = told.fold(None, |first, told| first.or(told.err()));
        if let Some(panic) = panic
            && !std::thread::panicking()
        {
            resume_unwind(panic);
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        lock(&self.waiting)
    }
}

impl AddressSpace {
    /// Maps up to `len` bytes: as many as there are of the same memory in a row, or a copy if there is no
    /// memory. May map less than asked, as [`DmaMapping::len`] says.
    ///
    /// # Errors
    ///
    /// [`DmaError`].
    pub fn map(
        &self,
        address: u64,
        len: u64,
        direction: DmaDirection,
    ) -> Result<DmaMapping, DmaError> {
        if len == 0 {
            return Err(DmaError::ZeroLength);
        }
        let found = contiguous(&self.0.view.load(), address, len, direction);
        if let Some((bytes, len)) = found {
            return Ok(DmaMapping { space: self.clone(), address, len, direction, bytes });
        }
        self.map_copy(address, len, direction)
    }

    fn map_copy(
        &self,
        address: u64,
        len: u64,
        direction: DmaDirection,
    ) -> Result<DmaMapping, DmaError> {
        let len = self.0.bounce.claim(len);
        if len == 0 {
            return Err(DmaError::BounceExhausted);
        }
        let claim = Claim { space: self.clone(), bytes: len };
        let mut bytes = vec![0; len as usize];
        if direction == DmaDirection::ToDevice {
            self.read(address, &mut bytes, Attrs::default())?;
        }
        let bytes = Bytes::Copy { bytes, claim };
        Ok(DmaMapping { space: self.clone(), address, len, direction, bytes })
    }

    /// Calls `tell` once, when a mapping that is a copy has gone; at once if there is room now.
    pub fn on_bounce_free(&self, tell: Box<dyn FnOnce() + Send>) {
        self.0.bounce.waiting().push(tell);
        // The look comes after the note: what is given back in between is seen by one side or the other.
        if self.0.bounce.free.load(Ordering::Acquire) > 0 {
            self.0.bounce.give_back(0);
        }
    }
}

/// The longest run of the same memory that starts here.
fn contiguous(
    view: &FlatView,
    address: u64,
    len: u64,
    direction: DmaDirection,
) -> Option<(Bytes, u64)> {
    let is_write = direction == DmaDirection::FromDevice;
    let first = view.find(address)?;
    let ram = direct(first, is_write, Attrs::default())?;
    let offset = first.offset + (address - first.start);
    let mut done = 0;
    while done < len {
        let Some(at) = address.checked_add(done) else {
            break;
        };
        let Some(range) = view.find(at) else {
            break;
        };
        let is_same = range.node == first.node
            && direct(range, is_write, Attrs::default()).is_some()
            && range.offset + (at - range.start) == offset + done;
        if !is_same {
            break;
        }
        done += clipped(range, at, usize::try_from(len - done).unwrap_or(usize::MAX)) as u64;
    }
    Some((Bytes::Direct { ram: ram.clone(), offset }, done))
}

impl DmaMapping {
    /// The number of bytes that are mapped. Never 0.
    #[expect(clippy::len_without_is_empty, reason = "it is never empty")]
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether it is the memory itself, and not a copy.
    pub fn is_direct(&self) -> bool {
        matches!(self.bytes, Bytes::Direct { .. })
    }

    /// Whether the memory is not there any more, where it was mapped: its device is gone, or it was moved. The
    /// bytes stay.
    pub fn is_detached(&self) -> bool {
        match &self.bytes {
            Bytes::Direct { ram, offset } => self.watchers(ram, *offset).is_none(),
            _ => self.space.0.view.load().find(self.address).is_none(),
        }
    }

    /// Who watches the memory at present, if it is still where it was mapped.
    fn watchers(&self, ram: &Arc<RamBlock>, offset: u64) -> Option<u8> {
        let view = self.space.0.view.load();
        let range = view.find(self.address)?;
        let is_same = range.backend.ram().is_some_and(|now| Arc::ptr_eq(now, ram))
            && range.offset + (self.address - range.start) == offset;
        is_same.then_some(range.flags.dirty)
    }

    /// Copies bytes out of the mapping.
    ///
    /// # Errors
    ///
    /// [`RamError::OutOfRange`].
    pub fn read(&self, at: u64, data: &mut [u8]) -> Result<(), RamError> {
        let range = self.range(at, data.len())?;
        match &self.bytes {
            Bytes::Direct { ram, offset, .. } => ram.read(offset + at, data),
            Bytes::Copy { bytes, .. } => {
                data.copy_from_slice(&bytes[range]);
                Ok(())
            }
            Bytes::Done => Err(RamError::OutOfRange),
        }
    }

    /// Copies bytes into the mapping.
    ///
    /// # Errors
    ///
    /// [`RamError::OutOfRange`]; [`RamError::ReadOnly`] if it was mapped for the device to read.
    pub fn write(&mut self, at: u64, data: &[u8]) -> Result<(), RamError> {
        let range = self.range(at, data.len())?;
        if self.direction == DmaDirection::ToDevice {
            return Err(RamError::ReadOnly);
        }
        match &mut self.bytes {
            Bytes::Direct { ram, offset, .. } => ram.write(*offset + at, data),
            Bytes::Copy { bytes, .. } => {
                bytes[range].copy_from_slice(data);
                Ok(())
            }
            Bytes::Done => Err(RamError::OutOfRange),
        }
    }

    /// Ends the mapping. `access_len` says how many bytes from the start on the device has written: they are
    /// marked in the logs, or written back.
    ///
    /// # Errors
    ///
    /// [`AccessError`] of writing a copy back: what was there may be gone by now.
    pub fn unmap(mut self, access_len: u64) -> Result<(), AccessError> {
        self.finish(access_len.min(self.len))
    }

    fn finish(&mut self, written: u64) -> Result<(), AccessError> {
        let is_write = self.direction == DmaDirection::FromDevice;
        match std::mem::replace(&mut self.bytes, Bytes::Done) {
            Bytes::Direct { ram, offset } if is_write => {
                // Migration may have begun since. If the memory was moved, nobody knows who watches it.
                let clients = self.watchers(&ram, offset).unwrap_or(DirtyClient::EVERYBODY);
                ram.mark_dirty(offset, written, clients);
                Ok(())
            }
            Bytes::Copy { bytes, claim } if is_write => {
                let bytes = &bytes[..written as usize];
                let done = self.space.write(self.address, bytes, Attrs::default());
                drop(claim);
                done
            }
            Bytes::Direct { .. } | Bytes::Copy { .. } | Bytes::Done => Ok(()),
        }
    }

    fn range(&self, at: u64, len: usize) -> Result<std::ops::Range<usize>, RamError> {
        let end = at.checked_add(len as u64).filter(|end| *end <= self.len);
        end.map(|end| at as usize..end as usize).ok_or(RamError::OutOfRange)
    }
}

impl Drop for DmaMapping {
    fn drop(&mut self) {
        let written = if self.is_direct() { self.len } else { 0 };
        // Nothing is written back, so nothing fails.
        let _ = self.finish(written);
    }
}

impl std::fmt::Debug for DmaMapping {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DmaMapping({:#x}, {:#x} bytes)", self.address, self.len)
    }
}
