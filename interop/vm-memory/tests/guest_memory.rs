//! What `vm-memory` sees of the memory of a machine.

use devmodel::memory::{DirtyClient, Memory, NodeId, OwnedRegion, RamBlock};
use devmodel::{AddressSpace, Attrs};
use devmodel_vm_memory::{Follower, GuestMap, GuestSpace, MmapRam};
use std::sync::Arc;
use vm_memory::bitmap::Bitmap as _;
use vm_memory::{
    Bytes as _, GuestAddress, GuestAddressSpace as _, GuestMemory, GuestMemoryBackend as _,
    GuestMemoryRegion as _, MemoryRegionAddress, Permissions,
};

struct Bench {
    memory: Memory,
    root: OwnedRegion,
    space: AddressSpace,
    follower: Follower,
}

impl Bench {
    fn new() -> Self {
        let memory = Memory::new();
        let root = memory.container("root", 1 << 64).expect("there is room");
        let space = memory.address_space("dma", root.id()).expect("it is there");
        let follower = Follower::new(&memory, &space).expect("no transaction");
        Self { memory, root, space, follower }
    }

    fn ram(&self, at: u64, len: u64) -> OwnedRegion {
        let block = RamBlock::new(len).expect("there is memory");
        let ram = self.memory.ram("ram", block).expect("there is room");
        self.attach(at, ram.id(), 0);
        ram
    }

    fn attach(&self, at: u64, node: NodeId, priority: i32) {
        let root = self.root.id();
        self.memory.transaction(|t| t.attach(root, at, node, priority)).expect("it is free");
    }

    fn guest(&self) -> GuestSpace {
        self.follower.guest()
    }

    fn map(&self) -> Arc<GuestMap> {
        self.guest().memory()
    }

    /// The ranges that may be written to.
    fn writable(&self) -> Vec<(u64, u64)> {
        let map = self.map();
        map.ram().iter().map(|region| (region.start_addr().0, region.len())).collect()
    }
}

#[test]
fn both_see_the_same_bytes() {
    let bench = Bench::new();
    let _ram = bench.ram(0x1000, 0x2000);
    let map = bench.map();
    map.write_obj(0x1122_3344_u32, GuestAddress(0x1ffe)).expect("it is memory");
    assert_eq!(bench.space.read_uint(0x1ffe, 4), Ok(0x1122_3344));
    bench.space.write(0x2001, b"abc", Attrs::default()).expect("it is memory");
    let mut data = [0; 5];
    map.read_slice(&mut data, GuestAddress(0x2000)).expect("it is memory");
    assert_eq!(&data, b"\x22abc\0");
}

#[test]
fn an_access_may_go_from_one_block_to_the_next() {
    let bench = Bench::new();
    let _rams = (bench.ram(0, 0x1000), bench.ram(0x1000, 0x1000));
    bench.map().write_obj(u64::MAX, GuestAddress(0xffc)).expect("it is memory");
    assert_eq!(bench.space.read_uint(0x1000, 4), Ok(0xffff_ffff));
    assert!(bench.map().write_obj(0_u64, GuestAddress(0x1ffc)).is_err(), "half of it is not there");
}

#[test]
fn a_window_on_a_block_begins_at_its_offset() {
    let bench = Bench::new();
    let block = RamBlock::new(0x3000).expect("there is memory");
    let ram = bench.memory.ram("ram", block.clone()).expect("there is room");
    let alias = bench.memory.alias("low", ram.id(), 0x1800, 0x800).expect("there is room");
    bench.attach(0x10_0000, alias.id(), 0);
    assert_eq!(bench.writable(), [(0x10_0000, 0x800)]);
    bench.map().write_obj(7_u8, GuestAddress(0x10_0001)).expect("it is memory");
    assert_eq!(block.load(0x1801, 1), Ok(7));
    let region_end = bench.map().ram().iter().next().map(|region| {
        (
            region.get_slice(MemoryRegionAddress(0x7ff), 1).is_ok(),
            region.get_slice(MemoryRegionAddress(0x7ff), 2).is_ok(),
        )
    });
    assert_eq!(region_end, Some((true, false)));
}

#[test]
fn what_covers_memory_makes_a_hole() {
    let bench = Bench::new();
    let _ram = bench.ram(0, 0x4000);
    let hole = bench.memory.reserved("hole", 0x1000).expect("there is room");
    bench.attach(0x1000, hole.id(), 1);
    assert_eq!(bench.writable(), [(0, 0x1000), (0x2000, 0x2000)]);
    drop(hole);
    assert_eq!(bench.writable(), [(0, 0x4000)]);
}

#[test]
fn rom_can_only_be_read() {
    let bench = Bench::new();
    let block = RamBlock::new(0x1000).expect("there is memory");
    block.write(0, b"rom").expect("it is large enough");
    let rom = bench.memory.rom("rom", block).expect("there is room");
    bench.attach(0, rom.id(), 0);
    let (map, at) = (bench.map(), GuestAddress(0));
    assert_eq!(map.read_obj::<[u8; 3]>(at).expect("it can be read"), *b"rom");
    assert!(map.write_obj(0_u8, at).is_err());
    assert!(map.check_range(at, 0x1000, Permissions::Read));
    assert!(!map.check_range(at, 1, Permissions::ReadWrite));
    assert_eq!(map.physical_memory().map(|ram| ram.num_regions()), Some(0));
}

#[test]
fn memory_that_must_be_accessed_in_pieces_is_left_out() {
    let bench = Bench::new();
    let block = RamBlock::new(0x1000).expect("there is memory");
    let device = bench.memory.ram_device("bar", block).expect("there is room");
    bench.attach(0, device.id(), 0);
    assert!(!bench.map().check_range(GuestAddress(0), 1, Permissions::Read));
}

#[test]
fn a_snapshot_keeps_bytes_that_are_gone() {
    let bench = Bench::new();
    let ram = bench.ram(0, 0x1000);
    let (guest, old) = (bench.guest(), bench.map());
    drop(ram);
    old.write_obj(1_u8, GuestAddress(0)).expect("the bytes are kept");
    assert!(guest.memory().write_obj(1_u8, GuestAddress(0)).is_err(), "a new one has none");
}

#[test]
fn without_the_follower_there_is_no_memory() {
    let bench = Bench::new();
    let _ram = bench.ram(0, 0x1000);
    let guest = bench.guest();
    assert!(guest.memory().check_range(GuestAddress(0), 1, Permissions::Write));
    drop(bench.follower);
    assert!(!guest.memory().check_range(GuestAddress(0), 1, Permissions::Write));
}

#[test]
fn writes_are_logged_for_those_who_watch() {
    let bench = Bench::new();
    let block = RamBlock::new(0x4000).expect("there is memory");
    let ram = bench.memory.ram("ram", block.clone()).expect("there is room");
    bench.attach(0x1_0000, ram.id(), 0);
    let old = bench.map();
    old.write_obj(1_u8, GuestAddress(0x1_0000)).expect("it is memory");
    bench.memory.start_migration_log().expect("no transaction");
    // The old snapshot knows, too.
    old.write_obj(1_u64, GuestAddress(0x1_1ffc)).expect("it is memory");
    let client = DirtyClient::Migration;
    assert_eq!(block.take_dirty(client, 0..0x4000), [0x1000, 0x2000]);
    bench.map().write_obj(1_u8, GuestAddress(0x1_3000)).expect("it is memory");
    assert!(block.is_dirty(client, 0x3000) && !block.is_dirty(DirtyClient::Vga, 0x3000));
    let region = bench.map();
    let region = region.ram().iter().next().expect("it is mapped");
    assert!(region.bitmap().dirty_at(0x3fff) && !region.bitmap().dirty_at(0));
    bench.memory.stop_migration_log().expect("no transaction");
    block.take_dirty(client, 0..0x4000);
    old.write_obj(1_u8, GuestAddress(0x1_0000)).expect("it is memory");
    assert!(!block.is_dirty(client, 0));
}

#[test]
fn an_mmap_is_the_memory_of_a_machine() {
    let bench = Bench::new();
    let block = MmapRam::block(0x3000).expect("there is memory");
    let host = block.host_address().expect("it is a mapping");
    assert_eq!((host % 4096, block.len()), (0, 0x3000));
    let ram = bench.memory.ram("ram", block.clone()).expect("there is room");
    bench.attach(0, ram.id(), 0);
    for (at, size) in [(0x10, 8), (0x21, 2), (0x34, 4), (0x2fff, 1), (0x41, 8)] {
        bench.space.write_uint(at, size, 0x8899_aabb_ccdd_eeff).expect("it is memory");
        let mut bytes = [0; 8];
        let bytes = &mut bytes[..usize::from(size)];
        bench.map().read_slice(bytes, GuestAddress(at)).expect("it is memory");
        assert_eq!(*bytes, 0x8899_aabb_ccdd_eeff_u64.to_le_bytes()[..bytes.len()]);
        assert_eq!(
            bench.space.read_uint(at, size).map(u64::to_le_bytes).expect("it is memory")
                [..bytes.len()],
            *bytes
        );
    }
    let first = bench.map().ram().get_host_address(GuestAddress(0x10)).map(|at| at.addr());
    assert_eq!(first.expect("it is memory"), host + 0x10);
}

#[test]
fn a_region_of_guest_memory_is_shared() {
    let region = vm_memory::GuestRegionMmap::<()>::from_range(GuestAddress(0x5000), 0x1000, None)
        .expect("there is memory");
    let block = MmapRam::from_guest_region(&region).expect("it can be written");
    block.store(0x10, 4, 0xabcd).expect("it is in range");
    assert_eq!(region.read_obj::<u32>(MemoryRegionAddress(0x10)).expect("it is in range"), 0xabcd);
    drop(region);
    assert_eq!(block.load(0x10, 4), Ok(0xabcd), "the block has a share in the mapping");
}

#[test]
fn a_mapping_that_can_not_be_written_is_refused() {
    let region = vm_memory::mmap::MmapRegionBuilder::<()>::new(0x1000)
        .with_mmap_prot(1)
        .with_mmap_flags(0x22)
        .build()
        .expect("there is memory");
    assert!(MmapRam::from_region(Arc::new(region)).is_none());
}

/// A backing that says where its bytes are, and lies.
struct Liar;

impl devmodel::memory::RamBacking for Liar {
    fn len(&self) -> u64 {
        0x1000
    }

    fn read(&self, _: u64, data: &mut [u8]) {
        data.fill(1);
    }

    fn write(&self, _: u64, _: &[u8]) {}

    fn host_address(&self) -> Option<usize> {
        Some(8)
    }
}

#[test]
fn nobody_is_believed_an_address() {
    let bench = Bench::new();
    let block = RamBlock::from_backing(Arc::new(Liar)).expect("it is not empty");
    let ram = bench.memory.ram("ram", block).expect("there is room");
    bench.attach(0, ram.id(), 0);
    assert_eq!(bench.space.read_uint(0, 1), Ok(1));
    assert!(bench.map().read_obj::<u8>(GuestAddress(0)).is_err());
}
