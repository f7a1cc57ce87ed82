//! From an access of the guest to calls of a handler: what is valid, in which pieces, in which byte order.
//!
//! The bus is little-endian: the first byte of an access is the least significant one of its value. A handler
//! of a big-endian region sees the bytes read the other way round.

use crate::io::{Endian, IoSpec};

#[cfg(test)]
mod tests;

/// Whether the region takes an access of `size` bytes at `offset`.
pub(crate) fn accepts(spec: &IoSpec, offset: u64, size: u8) -> bool {
    let valid = spec.valid;
    if !valid.unaligned && offset & (u64::from(size) - 1) != 0 {
        return false;
    }
    valid.max == 0 || (valid.min..=valid.max).contains(&size)
}

/// Reads `size` bytes in the pieces that the handler wants.
pub(crate) fn read(
    spec: &IoSpec,
    offset: u64,
    size: u8,
    mut handler: impl FnMut(u64, u8) -> u64,
) -> u64 {
    let step = step(spec, size);
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
