//! Mappings for bus masters.

use super::{BOUNCE_BYTES, DmaDirection, DmaError, DmaMapping};
use crate::access::AccessError;
use crate::memory::access::tests::{Registers, io, ram, range, show, space};
use crate::memory::backend::Backend;
use crate::memory::ram::{RamBlock, RamError};
use crate::memory::space::AddressSpace;
use crate::memory::view::{FlatRange, RangeFlags};
use crate::memory::{DirtyClient, EventFd};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;

use DmaDirection::{FromDevice, ToDevice};

fn map(space: &AddressSpace, address: u64, len: u64, direction: DmaDirection) -> DmaMapping {
    space.map(address, len, direction).expect("it can be mapped")
}

fn bytes(ram: &RamBlock, offset: u64, len: usize) -> Vec<u8> {
    let mut data = vec![0; len];
    ram.read(offset, &mut data).expect("it is in range");
    data
}

fn watched(clients: u8, range: FlatRange) -> FlatRange {
    FlatRange { flags: RangeFlags { dirty: clients, ..range.flags }, ..range }
}

/// Registers in the first 64 KiB, where all mappings are copies.
fn registers() -> (AddressSpace, Arc<Registers>) {
    let target = Arc::new(Registers::default());
    (space(vec![range(1, 0, 0xffff, Backend::from(io(&target)))]), target)
}

/// How much can be mapped as a copy now.
fn room(space: &AddressSpace) -> u64 {
    space.map(0, u64::MAX, FromDevice).map_or(0, |mapping| mapping.len())
}

#[test]
fn memory_in_a_row_is_mapped_as_one() {
    let (one, other) = (ram(0x3000), ram(0x4000));
    let part = |start: u64, last: u64, offset| FlatRange {
        offset,
        ..range(1, start, last, Backend::Ram(one.clone()))
    };
    let space = space(vec![
        part(0x1000, 0x1fff, 0),
        part(0x2000, 0x27ff, 0x1000),
        part(0x2800, 0x2fff, 0x2000),
        // The offset goes on as if it were the same region.
        FlatRange { offset: 0x2800, ..range(2, 0x3000, 0x3fff, Backend::Ram(other)) },
    ]);
    for (address, len, mapped) in [
        (0x1000, 1, 1),
        (0x1800, 0x1000, 0x1000),
        (0x1000, 0x9000, 0x1800),  // Then the offset jumps.
        (0x2800, u64::MAX, 0x800), // Then it is another region.
        (0x3fff, 2, 1),            // Then there is nothing.
    ] {
        let mapping = map(&space, address, len, FromDevice);
        assert_eq!((mapping.is_direct(), mapping.len()), (true, mapped), "{address:#x} {len:#x}");
    }
}

#[test]
fn a_mapping_is_the_memory_itself_and_ends_where_it_ends() {
    let ram = ram(0x100);
    let space = space(vec![range(1, 0x1000, 0x10ff, Backend::Ram(ram.clone()))]);
    let mut mapping = map(&space, 0x1010, 8, FromDevice);
    assert_eq!(mapping.write(6, &[1, 2]), Ok(()));
    assert_eq!(bytes(&ram, 0x16, 2), [1, 2], "before it is unmapped");
    assert_eq!(ram.write(0x10, &[9]), Ok(()));
    let mut data = [0; 8];
    assert_eq!((mapping.read(0, &mut data), data), (Ok(()), [9, 0, 0, 0, 0, 0, 1, 2]));
    for (at, len) in [(7, 2), (8, 1), (9, 0), (u64::MAX, 1)] {
        let mut data = vec![0; len];
        assert_eq!(mapping.read(at, &mut data), Err(RamError::OutOfRange), "{at} {len}");
        assert_eq!(mapping.write(at, &data), Err(RamError::OutOfRange), "{at} {len}");
    }
    assert_eq!(mapping.unmap(8), Ok(()));
}

#[test]
fn memory_at_the_end_of_the_addresses_is_mapped_up_to_there() {
    let space = space(vec![range(1, u64::MAX - 0xff, u64::MAX, Backend::Ram(ram(0x100)))]);
    assert_eq!(map(&space, u64::MAX - 1, u64::MAX, FromDevice).len(), 2);
    assert_eq!(space.map(0x100, 0, ToDevice).map(drop), Err(DmaError::ZeroLength));
}

#[test]
fn rom_is_mapped_for_reading_only() {
    let rom = ram(0x100);
    let readonly = RangeFlags { readonly: true, ..RangeFlags::default() };
    let rom_range = range(1, 0, 0xff, Backend::Ram(rom.clone()));
    let space = space(vec![FlatRange { flags: readonly, ..rom_range }]);
    let mut read = map(&space, 0, 4, ToDevice);
    assert_eq!((read.is_direct(), read.write(0, &[1])), (true, Err(RamError::ReadOnly)));
    let mut write = map(&space, 0, 4, FromDevice);
    assert_eq!((write.is_direct(), write.write(0, &[1])), (false, Ok(())));
    assert_eq!(write.unmap(4), Err(AccessError::Decode));
    assert_eq!(bytes(&rom, 0, 1), [0]);
}

#[test]
fn a_rom_device_in_rom_mode_is_memory_to_read() {
    let (rom, target) = (ram(0x100), Arc::new(Registers::default()));
    let device = Backend::RomDevice(rom, Arc::new(io(&target)));
    let plain = range(1, 0, 0xff, device);
    let romd = RangeFlags { romd: true, ..RangeFlags::default() };
    let space = space(vec![FlatRange { flags: romd, ..plain.clone() }]);
    assert!(map(&space, 0, 4, ToDevice).is_direct());
    assert!(!map(&space, 0, 4, FromDevice).is_direct());
    show(&space, vec![plain]);
    assert!(!map(&space, 0, 4, ToDevice).is_direct());
    show(&space, vec![range(1, 0, 0xff, Backend::RamDevice(ram(0x100)))]);
    assert!(!map(&space, 0, 4, ToDevice).is_direct(), "device memory is not for direct use");
}

#[test]
fn a_copy_is_read_when_it_is_mapped_and_written_when_it_is_unmapped() {
    let (space, target) = registers();
    let mapping = map(&space, 0x10, 8, ToDevice);
    assert_eq!(target.calls(), [(0x10, 4, None), (0x14, 4, None)]);
    let mut data = [0; 8];
    assert_eq!((mapping.read(0, &mut data), mapping.is_direct()), (Ok(()), false));
    assert_eq!(data, [0x10, 0x10, 0x10, 0x10, 0x14, 0x14, 0x14, 0x14]);
    assert_eq!((mapping.unmap(8), target.calls()), (Ok(()), vec![]));

    let mut mapping = map(&space, 0x10, 8, FromDevice);
    assert_eq!(mapping.write(0, &[1, 2, 3, 4, 5, 6, 7, 8]), Ok(()));
    assert!(target.calls().is_empty());
    assert_eq!(mapping.unmap(6), Ok(()));
    assert_eq!(target.calls(), [(0x10, 4, Some(0x0403_0201)), (0x14, 2, Some(0x0605))]);
}

#[test]
fn a_copy_that_is_dropped_is_thrown_away() {
    let (space, target) = registers();
    let mut mapping = map(&space, 0x10, 8, FromDevice);
    assert_eq!(mapping.write(0, &[1; 8]), Ok(()));
    drop(mapping);
    assert_eq!((target.calls(), room(&space)), (vec![], BOUNCE_BYTES));
}

#[test]
fn a_copy_that_cannot_be_read_is_an_error_and_costs_nothing() {
    let (space, target) = registers();
    *target.error.lock().expect("nobody panics") = Some(AccessError::Poisoned);
    let failed = space.map(0, 8, ToDevice).map(drop);
    assert_eq!(failed, Err(DmaError::Access(AccessError::Poisoned)));
    assert_eq!(room(&space), BOUNCE_BYTES);
}

#[test]
fn a_copy_is_written_to_whatever_is_there_when_it_is_unmapped() {
    let (space, target) = registers();
    let mut mapping = map(&space, 0x10, 4, FromDevice);
    assert_eq!(mapping.write(0, &[1; 4]), Ok(()));
    let ram = ram(0x100);
    show(&space, vec![range(2, 0, 0xff, Backend::Ram(ram.clone()))]);
    assert_eq!((mapping.unmap(4), bytes(&ram, 0x10, 4)), (Ok(()), vec![1; 4]));

    show(&space, vec![range(1, 0, 0xff, Backend::from(io(&target)))]);
    let mapping = map(&space, 0x10, 4, FromDevice);
    show(&space, vec![]);
    assert_eq!((mapping.is_detached(), mapping.unmap(4)), (true, Err(AccessError::Decode)));
    assert_eq!((target.calls(), room(&space)), (vec![], BOUNCE_BYTES));
}

#[test]
fn copies_share_what_there_is() {
    let (space, _) = registers();
    let first = map(&space, 0, 4000, FromDevice);
    let second = map(&space, 0, 4000, FromDevice);
    assert_eq!((first.len(), second.len()), (4000, BOUNCE_BYTES - 4000));
    assert_eq!(space.map(0, 1, FromDevice).map(drop), Err(DmaError::BounceExhausted));
    assert_eq!(first.unmap(0), Ok(()));
    assert_eq!(room(&space), 4000);
    drop(second);
    assert_eq!(room(&space), BOUNCE_BYTES);
}

#[test]
fn two_threads_never_have_more_than_there_is() {
    let (space, _) = registers();
    let (taken, go) = (Arc::new(AtomicUsize::new(0)), Arc::new(Barrier::new(2)));
    let work = |wanted: u64| {
        let (space, taken, go) = (space.clone(), taken.clone(), go.clone());
        move || {
            go.wait();
            for _ in 0..5_000 {
                let Ok(mapping) = space.map(0, wanted, FromDevice) else {
                    continue;
                };
                let len = mapping.len() as usize;
                let all = taken.fetch_add(len, Ordering::SeqCst) + len;
                assert!(all <= BOUNCE_BYTES as usize, "{all} bytes at once");
                taken.fetch_sub(len, Ordering::SeqCst);
                drop(mapping);
            }
        }
    };
    let threads = [3000, 2500].map(|wanted| thread::spawn(work(wanted)));
    assert!(threads.into_iter().all(|thread| thread.join().is_ok()));
    assert_eq!(room(&space), BOUNCE_BYTES);
}

#[test]
fn who_waits_is_told_once() {
    let (space, _) = registers();
    let told = Arc::new(AtomicUsize::new(0));
    let wait = || {
        let told = told.clone();
        space.on_bounce_free(Box::new(move || {
            told.fetch_add(1, Ordering::SeqCst);
        }));
    };
    wait();
    assert_eq!(told.swap(0, Ordering::SeqCst), 1, "there is room already");
    let all = map(&space, 0, BOUNCE_BYTES, FromDevice);
    wait();
    wait();
    assert_eq!(told.load(Ordering::SeqCst), 0);
    drop(all);
    assert_eq!(told.load(Ordering::SeqCst), 2);
    drop(map(&space, 0, 1, FromDevice));
    assert_eq!(told.load(Ordering::SeqCst), 2);
}

#[test]
fn who_waits_can_map_at_once() {
    let (space, _) = registers();
    let all = map(&space, 0, BOUNCE_BYTES, FromDevice);
    let (mapped, again) = (Arc::new(AtomicUsize::new(0)), space.clone());
    let seen = mapped.clone();
    space.on_bounce_free(Box::new(move || seen.store(room(&again) as usize, Ordering::SeqCst)));
    assert_eq!(all.unmap(0), Ok(()));
    assert_eq!(mapped.load(Ordering::SeqCst), BOUNCE_BYTES as usize);
}

#[test]
fn one_who_waits_and_panics_hurts_no_other() {
    let (space, _) = registers();
    let told = Arc::new(AtomicBool::new(false));
    let all = map(&space, 0, BOUNCE_BYTES, FromDevice);
    let seen = told.clone();
    space.on_bounce_free(Box::new(|| panic!("as asked")));
    space.on_bounce_free(Box::new(move || seen.store(true, Ordering::SeqCst)));
    let unmapped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| all.unmap(0)));
    assert!(unmapped.is_err(), "the panic is not hidden");
    assert!(told.load(Ordering::SeqCst));
    assert_eq!(room(&space), BOUNCE_BYTES);
}

#[test]
fn nobody_waits_for_ever() {
    let (space, _) = registers();
    for _ in 0..200 {
        let all = map(&space, 0, BOUNCE_BYTES, FromDevice);
        let told = Arc::new(AtomicBool::new(false));
        let seen = told.clone();
        let waiting = {
            let space = space.clone();
            thread::spawn(move || {
                space.on_bounce_free(Box::new(move || seen.store(true, Ordering::SeqCst)));
            })
        };
        drop(all);
        assert!(waiting.join().is_ok());
        assert!(told.load(Ordering::SeqCst), "it was noted while the bytes were given back");
    }
}

#[test]
fn a_write_is_noted_when_it_ends() {
    let ram = ram(0x4000);
    let vga = DirtyClient::Vga.bit();
    let space = space(vec![watched(vga, range(1, 0, 0x3fff, Backend::Ram(ram.clone())))]);
    let dirty = || ram.take_dirty(DirtyClient::Vga, 0..u64::MAX);
    assert_eq!(map(&space, 0x1000, 0x2000, FromDevice).unmap(1), Ok(()));
    assert_eq!(dirty(), [0x1000], "as much as was written");
    assert_eq!(map(&space, 0x1000, 0x1000, FromDevice).unmap(u64::MAX), Ok(()));
    assert_eq!(dirty(), [0x1000], "and no more than was mapped");
    drop(map(&space, 0x1000, 0x2000, FromDevice));
    assert_eq!(dirty(), [0x1000, 0x2000], "all of it, if that is not known");
    drop(map(&space, 0x1000, 0x2000, ToDevice));
    assert_eq!(map(&space, 0x1000, 0x2000, ToDevice).unmap(9), Ok(()));
    assert_eq!(dirty(), [0_u64; 0], "reading is not writing");
    assert_eq!(ram.take_dirty(DirtyClient::Migration, 0..u64::MAX), [0_u64; 0]);
}

#[test]
fn who_begins_to_watch_meanwhile_hears_of_it() {
    let ram = ram(0x1000);
    let plain = range(1, 0, 0xfff, Backend::Ram(ram.clone()));
    let space = space(vec![plain.clone()]);
    let mapping = map(&space, 0, 4, FromDevice);
    show(&space, vec![watched(DirtyClient::Migration.bit(), plain.clone())]);
    assert_eq!(mapping.unmap(4), Ok(()));
    assert_eq!(ram.take_dirty(DirtyClient::Migration, 0..u64::MAX), [0]);
    assert_eq!(ram.take_dirty(DirtyClient::Vga, 0..u64::MAX), [0_u64; 0]);
    // The same memory, but not the same bytes of it.
    let mapping = map(&space, 0, 4, FromDevice);
    show(&space, vec![FlatRange { offset: 0x800, last: 0x7ff, ..plain.clone() }]);
    assert_eq!((mapping.is_detached(), mapping.unmap(4)), (true, Ok(())));
    assert_eq!(ram.take_dirty(DirtyClient::Migration, 0..u64::MAX), [0]);
    show(&space, vec![plain.clone()]);
    // Where the memory is now is not known: then everybody hears of it.
    let mapping = map(&space, 0, 4, FromDevice);
    show(&space, vec![FlatRange { start: 0x1000, last: 0x1fff, ..plain }]);
    assert_eq!((mapping.is_detached(), mapping.unmap(4)), (true, Ok(())));
    assert_eq!(ram.take_dirty(DirtyClient::Migration, 0..u64::MAX), [0]);
}

#[test]
fn a_mapping_outlives_the_view_and_keeps_the_bytes_alone() {
    let ram = ram(0x100);
    let bytes = Arc::downgrade(&ram);
    let space = space(vec![range(1, 0, 0xff, Backend::Ram(ram))]);
    let mut mapping = map(&space, 0, 4, FromDevice);
    assert!(!mapping.is_detached());
    show(&space, vec![]);
    drop(space);
    assert!(mapping.is_detached());
    let mut data = [0; 2];
    assert_eq!((mapping.write(0, &[1, 2]), mapping.read(0, &mut data)), (Ok(()), Ok(())));
    assert_eq!(data, [1, 2]);
    assert_eq!(mapping.unmap(2), Ok(()));
    assert!(bytes.upgrade().is_none());
}

#[test]
fn other_memory_in_the_same_place_is_not_the_memory_that_was_mapped() {
    let (old, new) = (ram(0x1000), ram(0x1000));
    let vga = DirtyClient::Vga.bit();
    let space = space(vec![range(1, 0, 0xfff, Backend::Ram(old.clone()))]);
    let mapping = map(&space, 0, 4, FromDevice);
    show(&space, vec![watched(vga, range(2, 0, 0xfff, Backend::Ram(new.clone())))]);
    assert!(mapping.is_detached());
    assert_eq!(mapping.unmap(4), Ok(()));
    assert_eq!(new.take_dirty(DirtyClient::Vga, 0..u64::MAX), [0_u64; 0], "it was not written to");
}

/// A bell that breaks when it is rung.
struct Broken;

impl EventFd for Broken {
    fn signal(&self) {
        panic!("as asked");
    }
}

#[test]
fn a_panic_while_a_copy_is_written_back_costs_nothing() {
    use crate::memory::eventfd::FlatWatch;
    use crate::memory::view::FlatView;
    let (space, target) = registers();
    let watch = FlatWatch {
        start: 0,
        range: 0,
        inside: true,
        size: 0,
        datamatch: None,
        fd: Arc::new(Broken),
    };
    let ranges = vec![range(1, 0, 0xffff, Backend::from(io(&target)))];
    space.0.view.store(Arc::new(FlatView::with_watches(ranges, vec![watch])));
    let mapping = map(&space, 0, 4, FromDevice);
    let unmapped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| mapping.unmap(4)));
    assert!(unmapped.is_err());
    assert_eq!(room(&space), BOUNCE_BYTES);
}
