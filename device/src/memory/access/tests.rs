//! The first two steps of an access: which region, in which pieces, and whether it takes them.

use crate::access::{AccessError, Attrs};
use crate::arena::Key;
use crate::io::{IoSpec, IoTarget, RegionKey, Sizes};
use crate::memory::backend::{Backend, Io};
use crate::memory::eventfd::{EventFd, FlatWatch};
use crate::memory::space::{AddressSpace, Space};
use crate::memory::view::{FlatRange, FlatView, RangeFlags};
use crate::memory::{DirtyClient, NodeId, RamBlock};
use proptest::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// Offset, size, and the value if it was a write.
pub(in crate::memory) type Call = (u64, u8, Option<u64>);

/// Registers that note what is asked of them. Reading gives the offset in every byte, or an error.
#[derive(Default)]
pub(in crate::memory) struct Registers {
    calls: Mutex<Vec<Call>>,
    pub(in crate::memory) error: Mutex<Option<AccessError>>,
}

impl Registers {
    /// What was asked since the last time.
    pub(in crate::memory) fn calls(&self) -> Vec<Call> {
        std::mem::take(&mut *self.calls.lock().expect("nobody panics"))
    }

    fn answer<T>(&self, call: Call, value: T) -> Result<T, AccessError> {
        self.calls.lock().expect("nobody panics").push(call);
        self.error.lock().expect("nobody panics").map_or(Ok(value), Err)
    }
}

impl IoTarget for Registers {
    fn spec(&self, _: RegionKey) -> &'static IoSpec {
        &IoSpec::DEFAULT
    }

    fn read(&self, _: RegionKey, offset: u64, size: u8, _: Attrs) -> Result<u64, AccessError> {
        self.answer((offset, size, None), u64::from_le_bytes([offset as u8; 8]))
    }

    fn write(
        &self,
        _: RegionKey,
        offset: u64,
        size: u8,
        value: u64,
        _: Attrs,
    ) -> Result<(), AccessError> {
        self.answer((offset, size, Some(value)), ())
    }
}

pub(in crate::memory) fn io(target: &Arc<Registers>) -> Io {
    Io::new(target.clone(), RegionKey::default())
}

/// The same for ever, as those of device types are.
fn kept(spec: IoSpec) -> &'static IoSpec {
    static KEPT: std::sync::Mutex<Vec<&'static IoSpec>> = std::sync::Mutex::new(Vec::new());
    let spec: &'static IoSpec = Box::leak(Box::new(spec));
    KEPT.lock().expect("nobody panics in here").push(spec);
    spec
}

fn io_with(target: &Arc<Registers>, valid: Sizes, implemented: Sizes) -> Backend {
    let spec = kept(IoSpec { valid, implemented, ..IoSpec::DEFAULT });
    let target = Arc::new(Special { registers: target.clone(), spec });
    Backend::from(Io::new(target, RegionKey::default()))
}

/// Registers that take other accesses than those of the default.
struct Special {
    registers: Arc<Registers>,
    spec: &'static IoSpec,
}

impl IoTarget for Special {
    fn spec(&self, _: RegionKey) -> &'static IoSpec {
        self.spec
    }

    fn read(
        &self,
        key: RegionKey,
        offset: u64,
        size: u8,
        attrs: Attrs,
    ) -> Result<u64, AccessError> {
        self.registers.read(key, offset, size, attrs)
    }

    fn write(
        &self,
        key: RegionKey,
        offset: u64,
        size: u8,
        value: u64,
        attrs: Attrs,
    ) -> Result<(), AccessError> {
        self.registers.write(key, offset, size, value, attrs)
    }
}

pub(in crate::memory) fn ram(len: u64) -> Arc<RamBlock> {
    RamBlock::new(len).expect("a small block")
}

/// A range from offset 0 of a region of its own: `node` names it.
pub(in crate::memory) fn range(node: u32, start: u64, last: u64, backend: Backend) -> FlatRange {
    let (node, flags) = (NodeId::new(node, 0), RangeFlags::default());
    FlatRange { start, last, offset: 0, node, backend, flags }
}

pub(in crate::memory) fn space(ranges: Vec<FlatRange>) -> AddressSpace {
    let space = AddressSpace(Arc::new(Space::new("test")));
    show(&space, ranges);
    space
}

pub(in crate::memory) fn show(space: &AddressSpace, ranges: Vec<FlatRange>) {
    space.0.view.store(Arc::new(FlatView::new(ranges)));
}

const PLAIN: Attrs = Attrs { memory: false, debug: false };
const DEBUG: Attrs = Attrs { memory: false, debug: true };
const MEMORY: Attrs = Attrs { memory: true, debug: false };

/// Reads `N` bytes, whatever happens.
fn get<const N: usize>(
    space: &AddressSpace,
    address: u64,
    attrs: Attrs,
) -> ([u8; N], Result<(), AccessError>) {
    let mut data = [0x55; N];
    let done = space.read(address, &mut data, attrs);
    (data, done)
}

fn bytes<const N: usize>(ram: &RamBlock, offset: u64) -> [u8; N] {
    let mut data = [0; N];
    ram.read(offset, &mut data).expect("it is in range");
    data
}

/// The next piece, by the rule in words: the longest that fits, is not too long, and is aligned.
fn expected_pieces(offset: u64, len: u64, max: u8, unaligned: bool) -> Vec<(u64, u8)> {
    let max = if max == 0 { 4 } else { max };
    let (mut at, mut left, mut pieces) = (offset, len, Vec::new());
    while left > 0 {
        let fits = |size: &u64| {
            *size <= left && *size <= u64::from(max) && (unaligned || at.is_multiple_of(*size))
        };
        let size = [8, 4, 2, 1].into_iter().find(fits).expect("1 fits");
        pieces.push((at, size as u8));
        (at, left) = (at + size, left - size);
    }
    pieces
}

#[test]
fn registers_are_accessed_in_the_pieces_that_they_take() {
    for max in [0, 1, 2, 4, 8] {
        for unaligned in [false, true] {
            let target = Arc::new(Registers::default());
            // Every alignment is valid, so that all pieces arrive.
            let valid = Sizes { min: 1, max, unaligned: true };
            let implemented = Sizes { min: 1, max: 8, unaligned };
            let space = space(vec![range(1, 0x1001, 0x1100, io_with(&target, valid, implemented))]);
            for offset in 0..9 {
                for len in 0..=17 {
                    let mut data = vec![0; len];
                    assert_eq!(space.read(0x1001 + offset, &mut data, PLAIN), Ok(()));
                    let read: Vec<_> = target.calls().iter().map(|call| (call.0, call.1)).collect();
                    assert_eq!(space.write(0x1001 + offset, &data, PLAIN), Ok(()));
                    let wrote: Vec<_> =
                        target.calls().iter().map(|call| (call.0, call.1)).collect();
                    let expected = expected_pieces(offset, len as u64, max, unaligned);
                    assert_eq!((&read, &wrote), (&expected, &expected), "{max} {offset} {len}");
                    let answer = |(at, size): &(u64, u8)| vec![*at as u8; usize::from(*size)];
                    assert_eq!(data, expected.iter().flat_map(answer).collect::<Vec<_>>());
                }
            }
        }
    }
}

#[test]
fn what_a_region_does_not_take_is_rejected_and_the_rest_goes_on() {
    let target = Arc::new(Registers::default());
    let valid = Sizes { min: 2, max: 4, unaligned: false };
    let backend = io_with(&target, valid, Sizes { min: 1, max: 4, unaligned: false });
    let space = space(vec![range(1, 0, 0xff, backend)]);
    // One byte to the next even offset, which is too short, then four, then one.
    assert_eq!(get::<6>(&space, 3, PLAIN), ([0, 4, 4, 4, 4, 0], Err(AccessError::Decode)));
    assert_eq!(target.calls(), [(4, 4, None)]);
    assert_eq!(space.write(3, &[1, 2, 3, 4, 5, 6], PLAIN), Err(AccessError::Decode));
    assert_eq!(target.calls(), [(4, 4, Some(0x0504_0302))]);
}

#[test]
fn a_long_access_is_not_cut_by_a_shorter_register_in_it() {
    // As the ports 0xcf8 and 0xcf9 of a PC.
    let (address, reset) = (Arc::new(Registers::default()), Arc::new(Registers::default()));
    let rest = FlatRange { offset: 2, ..range(1, 0xcfa, 0xcfb, Backend::from(io(&address))) };
    let space = space(vec![
        range(1, 0xcf8, 0xcf8, Backend::from(io(&address))),
        range(2, 0xcf9, 0xcf9, Backend::from(io(&reset))),
        rest,
    ]);
    assert_eq!(space.write_uint(0xcf8, 4, 0x8000_1000), Ok(()));
    assert_eq!(space.write(0xcf8, &[1, 2, 3, 4], PLAIN), Ok(()));
    assert_eq!(address.calls(), [(0, 4, Some(0x8000_1000)), (0, 4, Some(0x0403_0201))]);
    assert_eq!(reset.calls(), []);
    assert_eq!(space.write_uint(0xcf9, 1, 6), Ok(()));
    assert_eq!((address.calls(), reset.calls()), (vec![], vec![(0, 1, Some(6))]));
    assert_eq!(space.read_uint(0xcfa, 2), Ok(0x0202));
}

#[test]
fn an_access_to_memory_ends_where_the_memory_is_seen() {
    let (ram, target) = (ram(16), Arc::new(Registers::default()));
    assert_eq!(ram.write(0, &[1, 2, 3, 4, 5, 6, 7, 8]), Ok(()));
    let space = space(vec![
        range(1, 0x1000, 0x1001, Backend::Ram(ram.clone())),
        range(2, 0x1002, 0x1fff, Backend::from(io(&target))),
    ]);
    assert_eq!(get::<4>(&space, 0x1000, PLAIN), ([1, 2, 0, 0], Ok(())));
    assert_eq!(target.calls(), [(0, 2, None)]);
    assert_eq!(space.write(0x1000, &[9; 4], PLAIN), Ok(()));
    assert_eq!(target.calls(), [(0, 2, Some(0x0909))]);
    assert_eq!(bytes::<4>(&ram, 0), [9, 9, 3, 4], "what is not seen is not written");
    assert_eq!(space.read_uint(0x1000, 4), Ok(0x0909));
}

#[test]
fn where_nothing_is_the_bus_is_open() {
    let ram = ram(16);
    let space = space(vec![
        range(1, 0x1004, 0x1007, Backend::Ram(ram.clone())),
        range(2, 0x1008, 0x100b, Backend::Reserved),
    ]);
    let (data, done) = get::<16>(&space, 0x1000, PLAIN);
    let [hole, memory, reserved, end] = [0xff_u8, 0, 0, 0xff];
    let expected = [[hole; 4], [memory; 4], [reserved; 4], [end; 4]].concat();
    assert_eq!((data.to_vec(), done), (expected, Err(AccessError::Decode)));
    assert_eq!(space.write(0x1000, &[7; 16], PLAIN), Err(AccessError::Decode));
    assert_eq!(bytes::<5>(&ram, 0), [7, 7, 7, 7, 0], "it goes on after an error");
}

#[test]
fn the_first_error_is_the_result() {
    let (first, second) = (Arc::new(Registers::default()), Arc::new(Registers::default()));
    let space = space(vec![
        range(1, 0, 3, Backend::from(io(&first))),
        range(2, 4, 7, Backend::from(io(&second))),
    ]);
    *first.error.lock().expect("nobody panics") = Some(AccessError::Poisoned);
    assert_eq!(get::<8>(&space, 0, PLAIN), ([0; 8].map(|_| 0), Err(AccessError::Poisoned)));
    *second.error.lock().expect("nobody panics") = Some(AccessError::Revoked);
    let expected = [0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff];
    assert_eq!(get::<8>(&space, 0, PLAIN), (expected, Err(AccessError::Poisoned)));
    assert_eq!(space.write(0, &[0; 12], PLAIN), Err(AccessError::Poisoned));
    assert_eq!(space.read_uint(4, 4), Err(AccessError::Revoked));
    assert_eq!(space.write_uint(4, 4, 0), Err(AccessError::Revoked));
}

#[test]
fn rom_is_written_by_debuggers_only() {
    let (rom, below) = (ram(16), ram(16));
    let readonly = RangeFlags { readonly: true, ..RangeFlags::default() };
    let space = space(vec![
        FlatRange { flags: readonly, ..range(1, 0x1000, 0x1001, Backend::Ram(rom.clone())) },
        range(2, 0x1002, 0x1fff, Backend::Ram(below.clone())),
    ]);
    assert_eq!(space.write(0x1000, &[1, 2, 3, 4], PLAIN), Err(AccessError::Decode));
    assert_eq!(bytes::<2>(&rom, 0), [0, 0]);
    assert_eq!(bytes::<2>(&below, 0), [3, 4], "ROM is as long as it is seen");
    assert_eq!(space.write(0x1000, &[5, 6, 7], DEBUG), Ok(()));
    assert_eq!((bytes::<3>(&rom, 0), bytes::<2>(&below, 0)), ([5, 6, 0], [7, 4]));
    assert_eq!(get::<2>(&space, 0x1000, PLAIN), ([5, 6], Ok(())));
}

#[test]
fn a_rom_device_reads_from_memory_in_rom_mode_only() {
    let (rom, target) = (ram(16), Arc::new(Registers::default()));
    assert_eq!(rom.write(0, &[0x11; 16]), Ok(()));
    let device = Backend::RomDevice(rom.clone(), Arc::new(io(&target)));
    let plain = range(1, 0, 15, device);
    let romd = RangeFlags { romd: true, ..RangeFlags::default() };
    let space = space(vec![FlatRange { flags: romd, ..plain.clone() }]);
    assert_eq!(get::<4>(&space, 4, PLAIN), ([0x11; 4], Ok(())));
    assert_eq!(space.write(4, &[1, 2, 3, 4], PLAIN), Ok(()));
    assert_eq!(target.calls(), [(4, 4, Some(0x0403_0201))]);
    assert_eq!(bytes::<4>(&rom, 4), [0x11; 4]);
    assert_eq!(space.write(4, &[0x22], DEBUG), Ok(()));
    assert_eq!((target.calls(), bytes::<1>(&rom, 4)), (vec![], [0x22]));
    show(&space, vec![plain]);
    assert_eq!(get::<4>(&space, 4, PLAIN), ([4; 4], Ok(())));
    assert_eq!(target.calls(), [(4, 4, None)]);
}

#[test]
fn device_memory_takes_any_access_and_can_be_read_only() {
    let ram = ram(16);
    let device = range(1, 0x1000, 0x100f, Backend::RamDevice(ram.clone()));
    let space = space(vec![device.clone()]);
    let data: [u8; 13] = std::array::from_fn(|at| at as u8 + 1);
    assert_eq!(space.write(0x1001, &data, PLAIN), Ok(()));
    assert_eq!(get::<13>(&space, 0x1001, PLAIN), (data, Ok(())));
    assert_eq!(space.write(0x100f, &[9; 2], PLAIN), Err(AccessError::Decode), "one byte too many");
    assert_eq!(bytes::<1>(&ram, 15), [9]);
    let readonly = RangeFlags { readonly: true, ..RangeFlags::default() };
    show(&space, vec![FlatRange { flags: readonly, ..device }]);
    assert_eq!(space.write(0x1000, &[8], PLAIN), Err(AccessError::Decode));
    assert_eq!(space.write(0x1001, &[7], DEBUG), Ok(()));
    assert_eq!(bytes::<2>(&ram, 0), [0, 7]);
}

#[test]
fn only_memory_answers_an_access_that_is_for_memory() {
    let (ram, target) = (ram(16), Arc::new(Registers::default()));
    let (romd, readonly) = (
        RangeFlags { romd: true, ..RangeFlags::default() },
        RangeFlags { readonly: true, ..RangeFlags::default() },
    );
    let rom_device = Backend::RomDevice(ram.clone(), Arc::new(io(&target)));
    let space = space(vec![
        range(1, 0x0, 0x7, Backend::Ram(ram.clone())),
        range(2, 0x10, 0x17, Backend::RamDevice(ram.clone())),
        FlatRange { flags: readonly, ..range(3, 0x20, 0x27, Backend::Ram(ram.clone())) },
        range(4, 0x30, 0x37, Backend::from(io(&target))),
        range(5, 0x40, 0x47, Backend::Reserved),
        FlatRange { flags: romd, ..range(6, 0x50, 0x57, rom_device) },
    ]);
    let read = |address| get::<4>(&space, address, MEMORY);
    for memory in [0x0, 0x10, 0x20] {
        assert_eq!(read(memory), ([0; 4], Ok(())), "{memory:#x}");
    }
    for registers in [0x30, 0x40, 0x50] {
        assert_eq!(read(registers), ([0; 4], Err(AccessError::Access)), "{registers:#x}");
        assert_eq!(space.write(registers, &[0; 4], MEMORY), Err(AccessError::Access));
    }
    assert_eq!(read(0x60), ([0xff; 4], Err(AccessError::Access)), "a hole is no memory");
    assert_eq!(space.write(0x20, &[0], MEMORY), Err(AccessError::Decode), "ROM is memory");
    assert_eq!(target.calls(), []);
}

#[test]
fn the_numbers_of_addresses_wrap_around() {
    let (top, bottom) = (ram(16), ram(16));
    let space = space(vec![
        range(1, 0, 15, Backend::Ram(bottom.clone())),
        range(2, u64::MAX - 15, u64::MAX, Backend::Ram(top.clone())),
    ]);
    assert_eq!(space.write(u64::MAX - 1, &[1, 2, 3, 4], PLAIN), Ok(()));
    assert_eq!((bytes::<2>(&top, 14), bytes::<2>(&bottom, 0)), ([1, 2], [3, 4]));
    assert_eq!(get::<4>(&space, u64::MAX - 1, PLAIN), ([1, 2, 3, 4], Ok(())));
    assert_eq!(space.read_uint(u64::MAX - 1, 4), Ok(0x0403_0201));
    assert!(space.access_valid(u64::MAX - 15, 32, true));
    assert!(!space.access_valid(u64::MAX - 15, 33, true));
    // Registers, and nothing at all.
    let target = Arc::new(Registers::default());
    show(&space, vec![range(1, 0, u64::MAX, Backend::from(io(&target)))]);
    assert_eq!(get::<3>(&space, u64::MAX, PLAIN).1, Ok(()));
    assert_eq!(target.calls(), [(u64::MAX, 1, None), (0, 2, None)]);
    show(&space, vec![]);
    assert_eq!(get::<3>(&space, u64::MAX, PLAIN), ([0xff; 3], Err(AccessError::Decode)));
}

#[test]
fn all_of_the_space_can_be_one_memory() {
    let ram = ram(16);
    let space = space(vec![range(1, 0, u64::MAX, Backend::Ram(ram))]);
    assert_eq!(get::<4>(&space, 0, PLAIN).1, Ok(()));
    assert_eq!(get::<4>(&space, 14, PLAIN).1, Err(AccessError::Decode), "behind the block's end");
    assert!(space.access_valid(0, u64::MAX, false));
}

#[test]
fn no_bytes_are_always_there() {
    let space = space(vec![]);
    assert_eq!(space.read(5, &mut [], PLAIN), Ok(()));
    assert_eq!(space.write(5, &[], MEMORY), Ok(()));
    assert!(space.access_valid(5, 0, true));
}

#[test]
fn numbers_have_1_2_4_or_8_bytes() {
    let (ram, target) = (ram(16), Arc::new(Registers::default()));
    let space = space(vec![
        range(1, 0, 15, Backend::Ram(ram)),
        range(2, 0x100, 0x10f, Backend::from(io(&target))),
    ]);
    for address in [0, 0x100, 0x200] {
        for size in [0, 3, 5, 6, 7, 9, 16, 255] {
            assert_eq!(
                space.read_uint(address, size),
                Err(AccessError::Decode),
                "{address} {size}"
            );
            assert_eq!(space.write_uint(address, size, 0), Err(AccessError::Decode));
        }
    }
    assert_eq!(target.calls(), []);
    for (at, size) in [(0, 1), (1, 2), (3, 4), (5, 8)] {
        let value = 0x8877_6655_4433_2211_u64 >> (64 - 8 * u32::from(size));
        assert_eq!(space.write_uint(at, size, u64::MAX << 8 | value), Ok(()));
        let expected = (u64::MAX << 8 | value) & (u64::MAX >> (64 - 8 * u32::from(size)));
        assert_eq!(space.read_uint(at, size), Ok(expected));
    }
    // Eight bytes are two pieces for registers that do not say that they take more than four.
    assert_eq!(space.read_uint(0x108, 8), Ok(0x0c0c_0c0c_0808_0808));
    assert_eq!(target.calls(), [(8, 4, None), (12, 4, None)]);
}

#[test]
fn whoever_watches_a_range_hears_of_writes_to_it() {
    let (seen, device) = (ram(0x4000), ram(0x1000));
    let watched = |clients: u8, range| FlatRange {
        flags: RangeFlags { dirty: clients, ..RangeFlags::default() },
        ..range
    };
    let both = DirtyClient::Vga.bit() | DirtyClient::Migration.bit();
    let space = space(vec![
        watched(both, range(1, 0, 0x1fff, Backend::Ram(seen.clone()))),
        FlatRange { offset: 0x2000, ..range(1, 0x2000, 0x3fff, Backend::Ram(seen.clone())) },
        watched(both, range(2, 0x4000, 0x4fff, Backend::RamDevice(device.clone()))),
    ]);
    assert_eq!(space.write(0xffe, &[1; 4], PLAIN), Ok(()));
    assert_eq!(space.write_uint(0x4000, 4, 1), Ok(()));
    assert_eq!(space.write_uint(0x2000, 4, 1), Ok(()), "here nobody watches");
    for client in [DirtyClient::Vga, DirtyClient::Migration] {
        assert_eq!(seen.take_dirty(client, 0..u64::MAX), [0, 0x1000]);
        assert_eq!(device.take_dirty(client, 0..u64::MAX), [0]);
    }
    assert_eq!(seen.take_dirty(DirtyClient::Code, 0..u64::MAX), [0_u64; 0]);
    assert_eq!((get::<4>(&space, 0, PLAIN).1, seen.is_dirty(DirtyClient::Vga, 0)), (Ok(()), false));
}

#[derive(Default)]
struct Bell(AtomicU64);

impl EventFd for Bell {
    fn signal(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn a_write_rings_instead_of_going_to_the_registers() {
    let (target, bell) = (Arc::new(Registers::default()), Arc::new(Bell::default()));
    let ranges = vec![range(1, 0x1000, 0x10ff, Backend::from(io(&target)))];
    let watch = FlatWatch {
        start: 0x1010,
        range: 0x1000,
        inside: true,
        size: 2,
        datamatch: Some(7),
        fd: bell.clone(),
    };
    let space = AddressSpace(Arc::new(Space::new("test")));
    space.0.view.store(Arc::new(FlatView::with_watches(ranges, vec![watch])));
    let rung = || bell.0.swap(0, Ordering::Relaxed);
    assert_eq!(space.write_uint(0x1010, 2, 7), Ok(()));
    assert_eq!((rung(), target.calls()), (1, vec![]));
    assert_eq!((space.write_uint(0x1010, 2, 8), rung()), (Ok(()), 0), "another value");
    assert_eq!((space.write_uint(0x1010, 4, 7), rung()), (Ok(()), 0), "another size");
    assert_eq!((space.read_uint(0x1010, 2), rung()), (Ok(0x1010), 0), "a read");
    assert_eq!(target.calls(), [(0x10, 2, Some(8)), (0x10, 4, Some(7)), (0x10, 2, None)]);
}

#[test]
fn a_write_that_is_not_valid_rings_nothing() {
    let (target, bell) = (Arc::new(Registers::default()), Arc::new(Bell::default()));
    let four = Sizes { min: 4, max: 4, unaligned: false };
    let ranges = vec![range(1, 0, 0xff, io_with(&target, four, four))];
    let (start, fd) = (0, bell.clone());
    let watch = FlatWatch { start, range: 0, inside: true, size: 0, datamatch: None, fd };
    let space = AddressSpace(Arc::new(Space::new("test")));
    space.0.view.store(Arc::new(FlatView::with_watches(ranges, vec![watch])));
    assert_eq!(space.write_uint(0, 2, 0), Err(AccessError::Decode));
    assert_eq!(bell.0.load(Ordering::Relaxed), 0);
    assert_eq!((space.write_uint(0, 4, 0), bell.0.load(Ordering::Relaxed)), (Ok(()), 1));
}

#[test]
fn whether_an_access_is_valid_is_asked_in_pieces_by_address() {
    // QEMU cuts by the address in the space here, but asks with the offset in the region.
    let target = Arc::new(Registers::default());
    let at_least = |min| Sizes { min, max: 4, unaligned: false };
    let any = Sizes { min: 1, max: 4, unaligned: false };
    let four = range(1, 0x1000, 0x10ff, io_with(&target, at_least(4), any));
    let shifted = range(2, 0x2002, 0x20ff, io_with(&target, at_least(2), any));
    let rom = RangeFlags { readonly: true, ..RangeFlags::default() };
    let space = space(vec![
        four,
        range(3, 0x1100, 0x11ff, Backend::Ram(ram(0x100))),
        range(4, 0x1200, 0x12ff, Backend::Reserved),
        shifted,
        FlatRange { flags: rom, ..range(5, 0x3000, 0x30ff, Backend::Ram(ram(0x100))) },
    ]);
    assert!(space.access_valid(0x1000, 0x200, true));
    assert!(!space.access_valid(0x1002, 4, true), "two bytes are too few");
    assert!(!space.access_valid(0x1100, 0x101, false), "reserved");
    assert!(!space.access_valid(0x1300, 1, false), "a hole");
    // The first piece at 0x2002 has two bytes, by its address. The second one has four, by its address, at
    // the offset 2, for which it is not aligned.
    assert!(space.access_valid(0x2002, 2, false));
    assert!(space.access_valid(0x2002, 4, false), "two and two");
    assert!(!space.access_valid(0x2002, 6, false));
    assert!(space.access_valid(0x3000, 0x100, false) && !space.access_valid(0x3000, 1, true));
    assert_eq!(target.calls(), [], "nothing is accessed");
}

/// Memory seen in three places, one of them from its middle on, with borders that are not aligned.
const PARTS: [(u64, u64, u64); 3] = [(0x100, 0x12c, 3), (0x12d, 0x140, 0), (0x141, 0x17f, 48)];
const BLOCK: usize = 120;

/// Where in the block an address is.
fn place(address: u64) -> Option<usize> {
    let part = PARTS.into_iter().find(|(start, last, _)| (*start..=*last).contains(&address));
    part.map(|(start, _, offset)| (address - start + offset) as usize)
}

proptest! {
    #[test]
    fn memory_is_a_row_of_bytes_wherever_it_is_seen(
        steps in proptest::collection::vec((0x100..0x190_u64, 0..40_usize, any::<u8>(), any::<bool>()), 1..40),
    ) {
        let ram = ram(BLOCK as u64);
        let part = |(start, last, offset)| FlatRange {
            offset,
            ..range(1, start, last, Backend::Ram(ram.clone()))
        };
        let space = space(PARTS.map(part).to_vec());
        let mut model = [0_u8; BLOCK];
        for (address, len, seed, is_write) in steps {
            let here: Vec<_> = (address..address + len as u64).map(place).collect();
            let data: Vec<u8> = (0..len).map(|at| seed.wrapping_add(at as u8)).collect();
            let mut read = vec![0; len];
            let done = if is_write { space.write(address, &data, PLAIN) } else { space.read(address, &mut read, PLAIN) };
            prop_assert_eq!(done.is_ok(), here.iter().all(Option::is_some));
            for (at, place) in here.iter().enumerate() {
                match place {
                    Some(place) if is_write => model[*place] = data[at],
                    _ if is_write => {}
                    _ => prop_assert_eq!(read[at], place.map_or(0xff, |place| model[place])),
                }
            }
        }
        prop_assert_eq!(bytes::<BLOCK>(&ram, 0), model);
    }
}
