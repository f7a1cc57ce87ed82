//! Splitting against a device that is a row of bytes: whatever the pieces and their byte order, the guest must
//! get at the bytes that it names.

use super::{Gate, read, write};
use crate::io::{Endian, IoSpec, Sizes};

const SIZES: [u8; 4] = [1, 2, 4, 8];
const BYTES: usize = 32;

/// All ways in which a handler can want its pieces.
fn specs() -> Vec<IoSpec> {
    let mut specs = Vec::new();
    for min in [0, 1, 2, 4, 8] {
        for max in [0, 1, 2, 4, 8] {
            if max != 0 && min > max {
                continue;
            }
            for endian in [Endian::Little, Endian::Big] {
                let implemented = Sizes { min, max, unaligned: false };
                specs.push(IoSpec { implemented, endian, ..IoSpec::DEFAULT });
            }
        }
    }
    specs
}

/// As large as the access, but no larger than the largest and no smaller than the smallest that is taken.
fn expected_step(spec: &IoSpec, size: u8) -> u8 {
    let largest = match spec.implemented.max {
        0 => 4,
        max => max,
    };
    let fitting = SIZES.into_iter().filter(|step| *step <= size && *step <= largest).max();
    fitting.expect("1 fits").max(spec.implemented.min)
}

/// A register as a handler of this byte order says it.
fn register(bytes: &[u8], endian: Endian) -> u64 {
    let add = |value: u64, byte: &u8| value << 8 | u64::from(*byte);
    match endian {
        Endian::Little => bytes.iter().rev().fold(0, add),
        Endian::Big => bytes.iter().fold(0, add),
    }
}

fn store(bytes: &mut [u8], endian: Endian, value: u64) {
    let count = bytes.len();
    for (at, byte) in bytes.iter_mut().enumerate() {
        let place = if endian == Endian::Little { at } else { count - 1 - at };
        *byte = (value >> (8 * place)) as u8;
    }
}

/// The calls of an access: one behind the other, from its offset on.
fn expected_calls(spec: &IoSpec, offset: u64, size: u8) -> Vec<(u64, u8)> {
    let step = expected_step(spec, size);
    let count = size.div_ceil(step);
    (0..count).map(|call| (offset + u64::from(call * step), step)).collect()
}

/// Calls `check` for every spec, size and offset.
fn all(check: impl Fn(&IoSpec, u64, u8)) {
    for spec in specs() {
        for size in SIZES {
            for offset in 0..16 {
                check(&spec, offset, size);
            }
        }
    }
}

#[test]
fn a_read_gets_the_bytes_that_it_names() {
    let device: [u8; BYTES] = std::array::from_fn(|at| 0x80 | at as u8);
    all(|spec, offset, size| {
        let mut calls = Vec::new();
        let got = read(spec, offset, size, |offset, size| {
            calls.push((offset, size));
            register(&device[offset as usize..][..usize::from(size)], spec.endian)
        });
        let named = &device[offset as usize..][..usize::from(size)];
        assert_eq!(got, register(named, Endian::Little), "{spec:?} {offset} {size}");
        assert_eq!(calls, expected_calls(spec, offset, size), "{spec:?} {offset} {size}");
    });
}

#[test]
fn what_a_handler_returns_beyond_its_size_is_dropped() {
    let device: [u8; BYTES] = std::array::from_fn(|at| 0x10 + at as u8);
    all(|spec, offset, size| {
        let got = read(spec, offset, size, |offset, size| {
            let value = register(&device[offset as usize..][..usize::from(size)], spec.endian);
            value | u64::MAX.checked_shl(8 * u32::from(size)).unwrap_or(0)
        });
        let named = &device[offset as usize..][..usize::from(size)];
        assert_eq!(got, register(named, Endian::Little), "{spec:?} {offset} {size}");
    });
}

#[test]
fn a_write_puts_the_bytes_where_it_says() {
    let value = 0x8877_6655_4433_2211_u64;
    all(|spec, offset, size| {
        let (mut device, mut calls) = ([0xee_u8; BYTES], Vec::new());
        write(spec, offset, size, value, |offset, size, value| {
            calls.push((offset, size));
            let unused = value.checked_shr(8 * u32::from(size)).unwrap_or(0);
            assert_eq!(unused, 0, "no more than what fits");
            store(&mut device[offset as usize..][..usize::from(size)], spec.endian, value);
        });
        let (step, mut expected) = (expected_step(spec, size), [0xee_u8; BYTES]);
        // A handler that takes no less than `step` bytes gets zeros for those that are not written.
        expected[offset as usize..][..usize::from(step.max(size))].fill(0);
        let named = &mut expected[offset as usize..][..usize::from(size)];
        named.copy_from_slice(&value.to_le_bytes()[..usize::from(size)]);
        assert_eq!(device, expected, "{spec:?} {offset} {size}");
        assert_eq!(calls, expected_calls(spec, offset, size), "{spec:?} {offset} {size}");
    });
}

#[test]
fn what_is_valid_is_what_the_region_says() {
    for (min, max) in [(0, 0), (4, 0), (1, 1), (1, 4), (2, 2), (4, 4), (2, 8), (8, 8)] {
        for unaligned in [false, true] {
            let valid = Sizes { min, max, unaligned };
            let spec = IoSpec { valid, ..IoSpec::DEFAULT };
            for size in SIZES {
                for offset in 0..16 {
                    let fits = max == 0 || (min <= size && size <= max);
                    let aligned = offset % u64::from(size) == 0;
                    let expected = fits && (aligned || unaligned);
                    assert_eq!(
                        Gate::from(&spec).accepts(offset, size),
                        expected,
                        "{valid:?} {offset} {size}"
                    );
                }
            }
        }
    }
}

#[test]
fn calls_at_the_end_of_the_numbers_wrap_around() {
    let mut calls = Vec::new();
    let implemented = Sizes { min: 1, max: 1, unaligned: true };
    let spec = IoSpec { implemented, ..IoSpec::DEFAULT };
    write(&spec, u64::MAX, 2, 0x2211, |offset, _, value| calls.push((offset, value)));
    assert_eq!(calls, [(u64::MAX, 0x11), (0, 0x22)]);
}
