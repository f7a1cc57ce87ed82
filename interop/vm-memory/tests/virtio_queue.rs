//! `virtio-queue`, unchanged, in the memory of a machine.

use devmodel::Machine;
use devmodel::memory::{DirtyClient, RamBlock};
use devmodel_vm_memory::{Follower, MmapRam};
use std::sync::Arc;
use virtio_bindings::bindings::virtio_ring::{VRING_DESC_F_NEXT, VRING_DESC_F_WRITE};
use virtio_queue::{Queue, QueueOwnedT as _, QueueT as _};
use vm_memory::{Bytes as _, GuestAddress, GuestAddressSpace as _};

const RAM: u64 = 0x8_0000;
const SIZE: u16 = 8;
const DESCRIPTORS: u64 = RAM;
const AVAILABLE: u64 = RAM + 0x1000;
const USED: u64 = RAM + 0x2000;
const REQUEST: u64 = RAM + 0x3000;
const ANSWER: u64 = RAM + 0x5000;

#[test]
fn in_words_of_the_machine() {
    answers(RamBlock::new(0x1_0000).expect("there is memory"));
}

#[test]
fn in_an_mmap() {
    answers(MmapRam::block(0x1_0000).expect("there is memory"));
}

/// The driver asks with a chain of two descriptors, the device answers in the second.
fn answers(block: Arc<RamBlock>) {
    let machine = Machine::new();
    let (memory, space) = (machine.memory(), machine.address_space());
    let ram = memory.ram("ram", block.clone()).expect("there is room");
    let system = machine.system();
    memory.transaction(|t| t.attach(system, RAM, ram.id(), 0)).expect("nothing is there");
    let follower = Follower::new(memory, &space).expect("no transaction");
    memory.start_migration_log().expect("no transaction");
    let driver = Driver(&space);
    driver.ask(b"hello");
    block.take_dirty(DirtyClient::Migration, 0..block.len());

    let (guest, mut queue) = (follower.guest().memory(), queue());
    assert!(queue.is_valid(&*guest));
    let mut chain = queue.iter(guest.clone()).expect("it is ready").next().expect("one waits");
    let request = chain.next().expect("there are two");
    let mut text = vec![0; request.len() as usize];
    guest.read_slice(&mut text, request.addr()).expect("it is memory");
    text.reverse();
    let answer = chain.next().expect("there are two");
    assert!(answer.is_write_only() && chain.next().is_none());
    guest.write_slice(&text, answer.addr()).expect("it is memory");
    queue.add_used(&*guest, chain.head_index(), text.len() as u32).expect("it is memory");

    assert_eq!(driver.answer(), b"olleh");
    let dirty = block.take_dirty(DirtyClient::Migration, 0..block.len());
    assert_eq!(dirty, [USED - RAM, ANSWER - RAM], "the device has written to two pages");

    drop(ram);
    assert!(!queue.is_valid(&*follower.guest().memory()), "the memory was unplugged");
}

fn queue() -> Queue {
    let mut queue = Queue::new(SIZE).expect("it is a power of two");
    let half = |address: u64| (Some(address as u32), Some((address >> 32) as u32));
    let (low, high) = half(DESCRIPTORS);
    queue.set_desc_table_address(low, high);
    let (low, high) = half(AVAILABLE);
    queue.set_avail_ring_address(low, high);
    let (low, high) = half(USED);
    queue.set_used_ring_address(low, high);
    queue.set_size(SIZE);
    queue.set_ready(true);
    queue
}

/// The guest's side, with accesses as of a vCPU.
struct Driver<'a>(&'a devmodel::AddressSpace);

impl Driver<'_> {
    fn ask(&self, text: &[u8]) {
        self.0.write(REQUEST, text, Default::default()).expect("it is memory");
        self.describe(0, REQUEST, text.len() as u64, VRING_DESC_F_NEXT, 1);
        self.describe(1, ANSWER, 0x100, VRING_DESC_F_WRITE, 0);
        self.put(AVAILABLE + 4, 2, 0);
        self.put(AVAILABLE + 2, 2, 1);
    }

    fn describe(&self, at: u64, address: u64, len: u64, flags: u32, next: u64) {
        let at = DESCRIPTORS + at * 16;
        self.put(at, 8, address);
        self.put(at + 8, 4, len);
        self.put(at + 12, 2, u64::from(flags));
        self.put(at + 14, 2, next);
    }

    fn answer(&self) -> Vec<u8> {
        assert_eq!(self.0.read_uint(USED + 2, 2), Ok(1), "one chain was used");
        assert_eq!(self.0.read_uint(USED + 4, 4), Ok(0), "the first");
        let len = self.0.read_uint(USED + 8, 4).expect("it is memory");
        let mut text = vec![0; len as usize];
        self.0.read(ANSWER, &mut text, Default::default()).expect("it is memory");
        text
    }

    fn put(&self, at: u64, size: u8, value: u64) {
        self.0.write_uint(at, size, value).expect("it is memory");
    }
}

#[test]
fn a_chain_outside_of_memory_is_an_error() {
    let machine = Machine::new();
    let memory = machine.memory();
    let block = RamBlock::new(0x1_0000).expect("there is memory");
    let ram = memory.ram("ram", block).expect("there is room");
    let system = machine.system();
    memory.transaction(|t| t.attach(system, RAM, ram.id(), 0)).expect("nothing is there");
    let follower = Follower::new(memory, &machine.address_space()).expect("no transaction");
    let space = machine.address_space();
    let driver = Driver(&space);
    driver.ask(b"hello");
    driver.describe(0, 0x10_0000, 5, 0, 0);
    let guest = follower.guest().memory();
    let mut queue = queue();
    let mut chain = queue.iter(guest.clone()).expect("it is ready").next().expect("one waits");
    let request = chain.next().expect("there is one");
    assert!(guest.read_obj::<u8>(request.addr()).is_err());
    assert_eq!(request.addr(), GuestAddress(0x10_0000));
}
