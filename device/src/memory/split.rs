//! From an access of the guest to calls of a handler: what is valid, in which pieces, in which byte order.
//!
//! The bus is little-endian: the first byte of an access is the least significant one of its value. A handler
//! of a big-endian region sees the bytes read the other way round.

use crate::io::{Endian, IoSpec};
use std::num::NonZeroU8;

#[cfg(test)]
mod tests;

/// The longest access to registers whose region does not say, in bytes.
pub(crate) const DEFAULT_PIECE: u64 = 4;

/// What of a region's [`IoSpec`] decides before anybody is asked. Every range has one, so it is small.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gate {
    min: u8,
    /// `None` for "not said".
    max: Option<NonZeroU8>,
    /// Whether accesses may start anywhere.
    is_unaligned: bool,
    /// Whether the handler takes pieces that start anywhere.
    has_unaligned_pieces: bool,
}

impl From<&IoSpec> for Gate {
    fn from(IoSpec { valid, implemented, .. }: &IoSpec) -> Self {
        Self {
            min: valid.min,
            max: NonZeroU8::new(valid.max),
            is_unaligned: valid.unaligned,
            has_unaligned_pieces: implemented.unaligned,
        }
    }
}

impl Gate {
    /// Whether the region takes an access of `size` bytes at `offset`.
    #[inline]
    pub(crate) fn accepts(self, offset: u64, size: u8) -> bool {
        if !self.is_unaligned && offset & (u64::from(size) - 1) != 0 {
            return false;
        }
        self.max.is_none_or(|max| (self.min..=max.get()).contains(&size))
    }

    /// The size of the first piece of an access of `len` bytes at `offset`.
    ///
    /// It is not clipped to the range: registers that begin in the middle of another region's longer ones
    /// answer shorter accesses only (ports 0xcf8 and 0xcf9 of a PC).
    #[inline]
    pub(crate) fn piece(self, offset: u64, len: u64) -> u64 {
        let most = self.max.map_or(DEFAULT_PIECE, |max| u64::from(max.get()));
        if self.has_unaligned_pieces {
            power_of_two(len.min(most))
        } else {
            aligned(offset, most, len)
        }
    }
}

/// The longest access that `offset` is aligned for, of at most `most` and at most `len` bytes.
#[inline]
pub(crate) fn aligned(offset: u64, most: u64, len: u64) -> u64 {
    let alignment = if offset == 0 { most } else { offset & offset.wrapping_neg() };
    power_of_two(len.min(most).min(alignment))
}

/// Rounded down; `value` is not 0.
#[inline]
pub(crate) fn power_of_two(value: u64) -> u64 {
    1 << value.ilog2()
}

/// Reads `size` bytes in the pieces that the handler wants.
#[inline]
pub(crate) fn read(
    spec: &IoSpec,
    offset: u64,
    size: u8,
    mut handler: impl FnMut(u64, u8) -> u64,
) -> u64 {
    let step = step(spec, size);
    // Most accesses are what the handler wants. Their byte order is that of a single piece.
    if step == size {
        return ordered(spec, size, handler(offset, size) & mask(size));
    }
    let mut value = 0;
    for at in (0..size).step_by(usize::from(step)) {
        let piece = handler(offset.wrapping_add(u64::from(at)), step) & mask(step);
        value |= shifted(piece, shift(spec, size, step, at));
    }
    ordered(spec, size, value & mask(size))
}

/// Writes `size` bytes in the pieces that the handler wants.
pub(crate) fn write(
    spec: &IoSpec,
    offset: u64,
    size: u8,
    value: u64,
    mut handler: impl FnMut(u64, u8, u64),
) {
    let step = step(spec, size);
    let value = ordered(spec, size, value & mask(size));
    for at in (0..size).step_by(usize::from(step)) {
        let piece = shifted(value, -shift(spec, size, step, at)) & mask(step);
        handler(offset.wrapping_add(u64::from(at)), step, piece);
    }
}

/// The size of the pieces. It may be more than that of the access.
fn step(spec: &IoSpec, size: u8) -> u8 {
    let min = spec.implemented.min.max(1);
    let max = if spec.implemented.max == 0 { 4 } else { spec.implemented.max };
    size.min(max).max(min)
}

/// By how many bits a piece is moved up to its place in the value; down, if it is larger than that.
fn shift(spec: &IoSpec, size: u8, step: u8, at: u8) -> i32 {
    match spec.endian {
        Endian::Little => i32::from(at) * 8,
        Endian::Big => (i32::from(size) - i32::from(step) - i32::from(at)) * 8,
    }
}

fn shifted(value: u64, by: i32) -> u64 {
    let bits = by.unsigned_abs();
    let moved = if by >= 0 { value.checked_shl(bits) } else { value.checked_shr(bits) };
    moved.unwrap_or(0)
}

/// The lowest `size` bytes.
#[inline]
pub(super) fn mask(size: u8) -> u64 {
    if size >= 8 { u64::MAX } else { (1 << (8 * size)) - 1 }
}

/// The value in the byte order of the region, or back.
fn ordered(spec: &IoSpec, size: u8, value: u64) -> u64 {
    match spec.endian {
        Endian::Little => value,
        Endian::Big => value.swap_bytes() >> (64 - 8 * u32::from(size)),
    }
}
