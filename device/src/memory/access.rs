//! Accesses by address: which region answers, and in which pieces.

use super::backend::{Backend, IoRef};
use super::ram::RamBlock;
use super::space::AddressSpace;
use super::split::{self, DEFAULT_PIECE, aligned, power_of_two};
use super::view::{FlatRange, FlatView};
use crate::access::{AccessError, Attrs};
use std::sync::Arc;

#[cfg(test)]
pub(super) mod tests;

/// Accesses. Nothing is allocated on the way.
impl AddressSpace {
    /// Reads bytes. Where something fails, the rest is read nevertheless; the bytes that are not there are
    /// 0 if a region rejects the access, and all ones if nothing is there, or is there any more.
    ///
    /// # Errors
    ///
    /// The first [`AccessError`].
    pub fn read(&self, address: u64, data: &mut [u8], attrs: Attrs) -> Result<(), AccessError> {
        read(&self.0.view.load(), address, data, attrs)
    }

    /// Writes bytes. Where something fails, the rest is written nevertheless.
    ///
    /// # Errors
    ///
    /// The first [`AccessError`].
    pub fn write(&self, address: u64, data: &[u8], attrs: Attrs) -> Result<(), AccessError> {
        write(&self.0.view.load(), address, data, attrs)
    }

    /// Reads a number of 1, 2, 4 or 8 bytes, the least significant byte first.
    ///
    /// # Errors
    ///
    /// The first [`AccessError`]. Nothing answers another size.
    pub fn read_uint(&self, address: u64, size: u8) -> Result<u64, AccessError> {
        read_uint(&self.0.view.load(), address, size)
    }

    /// Writes a number of 1, 2, 4 or 8 bytes, the least significant byte first.
    ///
    /// # Errors
    ///
    /// The first [`AccessError`]. Nothing answers another size.
    pub fn write_uint(&self, address: u64, size: u8, value: u64) -> Result<(), AccessError> {
        write_uint(&self.0.view.load(), address, size, value)
    }

    /// Whether an access would be taken: something is there all along, and takes the sizes. Nothing is
    /// accessed.
    pub fn access_valid(&self, address: u64, len: u64, is_write: bool) -> bool {
        access_valid(&self.0.view.load(), address, len, is_write)
    }
}

pub(super) fn read_uint(view: &FlatView, address: u64, size: u8) -> Result<u64, AccessError> {
    if !is_number(size) {
        return Err(AccessError::Decode);
    }
    if let Some(range) = view.find(address) {
        let (offset, left) = (range.offset + (address - range.start), range.last - address);
        if let Backend::Ram(ram) = &range.backend
            && left >= u64::from(size) - 1
        {
            return ram.load(offset, size).map_err(|_| AccessError::Decode);
        }
        if let Some(io) = range.backend.io()
            && !range.flags.romd
            && io.gate.piece(offset, u64::from(size)) == u64::from(size)
        {
            let value = io.read(offset, size, Attrs::default());
            return value.map(|value| value & split::mask(size));
        }
    }
    let mut data = [0; 8];
    let data = &mut data[..usize::from(size)];
    read(view, address, data, Attrs::default())?;
    Ok(number(data))
}

pub(super) fn write_uint(
    view: &FlatView,
    address: u64,
    size: u8,
    value: u64,
) -> Result<(), AccessError> {
    if !is_number(size) {
        return Err(AccessError::Decode);
    }
    write(view, address, &value.to_le_bytes()[..usize::from(size)], Attrs::default())
}

fn is_number(size: u8) -> bool {
    matches!(size, 1 | 2 | 4 | 8)
}

pub(super) fn read(
    view: &FlatView,
    mut address: u64,
    data: &mut [u8],
    attrs: Attrs,
) -> Result<(), AccessError> {
    let (mut left, mut result) = (data, Ok(()));
    while !left.is_empty() {
        let target = Target::at(view, address, left.len(), false, attrs);
        let (piece, rest) = left.split_at_mut(target.len());
        let done =
            target.read(piece, attrs).inspect_err(|error| piece.fill(filler(*error, &target)));
        result = result.and(done);
        address = address.wrapping_add(piece.len() as u64);
        left = rest;
    }
    result
}

pub(super) fn write(
    view: &FlatView,
    mut address: u64,
    data: &[u8],
    attrs: Attrs,
) -> Result<(), AccessError> {
    let (mut left, mut result) = (data, Ok(()));
    while !left.is_empty() {
        let target = Target::at(view, address, left.len(), true, attrs);
        let (piece, rest) = left.split_at(target.len());
        result = result.and(target.write(view, address, piece, attrs));
        address = address.wrapping_add(piece.len() as u64);
        left = rest;
    }
    result
}

pub(super) fn access_valid(
    view: &FlatView,
    mut address: u64,
    mut len: u64,
    is_write: bool,
) -> bool {
    while len > 0 {
        let most = usize::try_from(len).unwrap_or(usize::MAX);
        let target = Target::at(view, address, most, is_write, Attrs::default());
        let done = match target {
            Target::Memory { len, .. } | Target::Pieces { len, .. } => len as u64,
            Target::Registers { io, offset, .. } => {
                // QEMU cuts by the address in the space here, where an access is cut by that in the
                // region, and so do we: guests have seen the answer.
                let size = io.gate.piece(address, len);
                if !io.gate.accepts(offset, size as u8) {
                    return false;
                }
                size
            }
            Target::ReadOnly { .. } | Target::Reserved { .. } | Target::Nothing { .. } => {
                return false;
            }
        };
        (address, len) = (address.wrapping_add(done), len - done);
    }
    true
}

/// What answers the first bytes of an access, and how many of them.
enum Target<'v> {
    /// Bytes, accessed directly.
    Memory { ram: &'v RamBlock, offset: u64, len: usize, clients: u8 },
    /// Bytes that are accessed as if they were registers.
    Pieces { ram: &'v RamBlock, offset: u64, len: usize, clients: u8 },
    /// Registers.
    Registers { io: IoRef<'v>, offset: u64, len: usize },
    /// Bytes that are not written to.
    ReadOnly { len: usize },
    /// Something that rejects everything.
    Reserved { len: usize },
    /// Nothing.
    Nothing { len: usize },
}

impl<'v> Target<'v> {
    fn at(view: &'v FlatView, address: u64, len: usize, is_write: bool, attrs: Attrs) -> Self {
        let Some(range) = view.find(address) else {
            return Self::Nothing { len: aligned(address, DEFAULT_PIECE, len as u64) as usize };
        };
        let offset = range.offset + (address - range.start);
        if let Some(ram) = direct(range, is_write, attrs) {
            let clients = range.flags.dirty;
            return Self::Memory { ram, offset, len: clipped(range, address, len), clients };
        }
        if let Some(io) = range.backend.io() {
            return Self::Registers { io, offset, len: io.gate.piece(offset, len as u64) as usize };
        }
        match &range.backend {
            Backend::RamDevice(ram) if !(is_write && range.flags.readonly && !attrs.debug) => {
                let len = power_of_two(clipped(range, address, len).min(8) as u64) as usize;
                Self::Pieces { ram, offset, len, clients: range.flags.dirty }
            }
            Backend::Ram(_) | Backend::RamDevice(_) => {
                Self::ReadOnly { len: clipped(range, address, len) }
            }
            Backend::Reserved | Backend::Io { .. } | Backend::RomDevice(..) => {
                Self::Reserved { len: aligned(offset, DEFAULT_PIECE, len as u64) as usize }
            }
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Memory { len, .. }
            | Self::Pieces { len, .. }
            | Self::Registers { len, .. }
            | Self::ReadOnly { len }
            | Self::Reserved { len }
            | Self::Nothing { len } => *len,
        }
    }

    fn read(&self, data: &mut [u8], attrs: Attrs) -> Result<(), AccessError> {
        let value = match *self {
            Self::Memory { ram, offset, .. } => {
                return ram.read(offset, data).map_err(|_| AccessError::Decode);
            }
            Self::Pieces { ram, offset, .. } => {
                ram.load(offset, data.len() as u8).map_err(|_| AccessError::Decode)?
            }
            Self::ReadOnly { .. } => return Err(AccessError::Decode),
            _ if attrs.memory => return Err(AccessError::Access),
            Self::Nothing { .. } | Self::Reserved { .. } => return Err(AccessError::Decode),
            Self::Registers { io, offset, .. } => io.read(offset, data.len() as u8, attrs)?,
        };
        data.copy_from_slice(&value.to_le_bytes()[..data.len()]);
        Ok(())
    }

    fn write(
        &self,
        view: &FlatView,
        address: u64,
        data: &[u8],
        attrs: Attrs,
    ) -> Result<(), AccessError> {
        let size = data.len() as u8;
        match *self {
            Self::Memory { ram, offset, clients, .. } => {
                ram.write(offset, data).map_err(|_| AccessError::Decode)?;
                ram.mark_dirty(offset, data.len() as u64, clients);
                Ok(())
            }
            Self::Pieces { ram, offset, clients, .. } => {
                ram.store(offset, size, number(data)).map_err(|_| AccessError::Decode)?;
                ram.mark_dirty(offset, data.len() as u64, clients);
                Ok(())
            }
            Self::ReadOnly { .. } => Err(AccessError::Decode),
            _ if attrs.memory => Err(AccessError::Access),
            Self::Nothing { .. } | Self::Reserved { .. } => Err(AccessError::Decode),
            Self::Registers { io, offset, .. } => {
                io.write(view, address, offset, size, number(data), attrs)
            }
        }
    }
}

impl IoRef<'_> {
    #[inline]
    fn read(&self, offset: u64, size: u8, attrs: Attrs) -> Result<u64, AccessError> {
        if !self.gate.accepts(offset, size) {
            return Err(AccessError::Decode);
        }
        self.target.read(self.key, offset, size, attrs)
    }

    fn write(
        &self,
        view: &FlatView,
        address: u64,
        offset: u64,
        size: u8,
        value: u64,
        attrs: Attrs,
    ) -> Result<(), AccessError> {
        if !self.gate.accepts(offset, size) {
            return Err(AccessError::Decode);
        }
        if let Some(bell) = view.eventfd(address, size, value) {
            bell.signal();
            return Ok(());
        }
        self.target.write(self.key, offset, size, value, attrs)
    }
}

/// The memory of a range, if an access of this sort goes straight to it.
pub(super) fn direct(range: &FlatRange, is_write: bool, attrs: Attrs) -> Option<&Arc<RamBlock>> {
    match &range.backend {
        Backend::Ram(ram) => (!is_write || !range.flags.readonly || attrs.debug).then_some(ram),
        // It does not count as memory where only memory may answer, not even in ROM mode.
        Backend::RomDevice(..) if attrs.memory => None,
        Backend::RomDevice(ram, _) => {
            let is_direct = if is_write { attrs.debug } else { range.flags.romd };
            is_direct.then_some(ram)
        }
        Backend::Io { .. } | Backend::Reserved | Backend::RamDevice(_) => None,
    }
}

/// How many bytes the range has from here on, `len` at most.
pub(super) fn clipped(range: &FlatRange, address: u64, len: usize) -> usize {
    usize::try_from(range.last - address).map_or(len, |left| left.saturating_add(1).min(len))
}

fn number(data: &[u8]) -> u64 {
    data.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte))
}

/// What a guest reads where it reads nothing.
fn filler(error: AccessError, target: &Target<'_>) -> u8 {
    match (error, target) {
        (AccessError::Revoked, _) | (_, Target::Nothing { .. }) => 0xff,
        _ => 0,
    }
}
