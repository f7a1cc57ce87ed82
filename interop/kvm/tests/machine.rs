//! What a guest sees of a machine, and KVM of its changes.
#![allow(clippy::print_stderr, reason = "that a test is skipped is said aloud")]

use devmodel::memory::{DirtyClient, EventFd, OwnedRegion, RamBacking, RamBlock};
use devmodel::region::Io;
use devmodel::{Cx, Device, Machine, Ops, Region, SysBus};
use devmodel_kvm::{Attachment, Bell, Pages, Runner, Stop, Trust};
use kvm_ioctls::{Kvm, VmFd};
use std::sync::Arc;

/// There is no `/dev/kvm`, or it is not for us.
const ENOENT: i32 = 2;
const EACCES: i32 = 13;

const ENTRY: u64 = 0x1000;
const ROM: u64 = 0x2_0000;
const PORT: u16 = 0x40;

/// Answers every read with one more than the one before; remembers what was written.
#[derive(Device)]
#[device(name = "counter", parent = SysBus)]
struct Counter {
    #[region(io, size = 4, export = 0, implemented(1..=4))]
    regs: Region<Io>,
    reads: u64,
    written: Vec<(u64, u8, u64)>,
}

impl Ops for Counter {
    type Device = Self;

    fn read(device: &mut Self, _: &mut Cx<'_, Self>, _: u64, _: u8) -> u64 {
        device.reads += 1;
        device.reads
    }

    fn write(device: &mut Self, _: &mut Cx<'_, Self>, at: u64, size: u8, value: u64) {
        device.written.push((at, size, value));
    }
}

struct Bench {
    machine: Machine,
    ram: Arc<RamBlock>,
    vm: Arc<VmFd>,
    attachment: Attachment,
    regions: Vec<OwnedRegion>,
}

impl Bench {
    /// 64 KiB of memory at 0. None, loudly, if there is no KVM.
    fn new() -> Option<Self> {
        let kvm = match Kvm::new() {
            Err(error) if [ENOENT, EACCES].contains(&error.errno()) => {
                eprintln!("skipped: no /dev/kvm ({error})");
                return None;
            }
            kvm => kvm.expect("KVM works"),
        };
        let (machine, ram) = (Machine::new(), Pages::block(0x1_0000).expect("there is memory"));
        let vm = Arc::new(kvm.create_vm().expect("KVM works"));
        let attachment = Attachment::new(vm.clone(), &machine, Trust::default());
        let attachment = attachment.expect("no transaction");
        let mut bench = Self { machine, ram: ram.clone(), vm, attachment, regions: Vec::new() };
        let region = bench.machine.memory().ram("ram", ram).expect("there is room");
        bench.attach(0, region);
        Some(bench)
    }

    fn attach(&mut self, at: u64, region: OwnedRegion) {
        let (system, id) = (self.machine.system(), region.id());
        let memory = self.machine.memory();
        memory.transaction(|t| t.attach(system, at, id, 0)).expect("it is new");
        self.regions.push(region);
    }

    fn add_rom(&mut self) -> Arc<RamBlock> {
        let block = Pages::block(0x1000).expect("there is memory");
        block.write(0, b"rom!").expect("it is large enough");
        let rom = self.machine.memory().rom("rom", block.clone()).expect("there is room");
        self.attach(ROM, rom);
        block
    }

    fn add_counter(&mut self) -> devmodel::DevId {
        let id = self.machine.create::<Counter>("counter").expect("the name is free");
        let bus = self.machine.system_bus();
        self.machine.seat(id, &bus, SysBus::at_port(PORT)).expect("it is not seated yet");
        self.machine.realize(id).expect("nothing is in the way");
        id
    }

    /// Runs code, with `es` at the ROM, until it halts.
    fn run(&self, code: &[u8]) -> Runner {
        let space = self.machine.address_space();
        space.write(ENTRY, code, Default::default()).expect("it is memory");
        let cpu = self.vm.create_vcpu(0).expect("it is the first");
        let mut runner = Runner::new(cpu, &self.machine);
        let mut segments = runner.cpu().get_sregs().expect("KVM works");
        (segments.cs.base, segments.cs.selector) = (0, 0);
        (segments.es.base, segments.es.selector) = (ROM, (ROM >> 4) as u16);
        runner.cpu().set_sregs(&segments).expect("KVM works");
        let mut registers = runner.cpu().get_regs().expect("KVM works");
        (registers.rip, registers.rflags) = (ENTRY, 2);
        runner.cpu().set_regs(&registers).expect("KVM works");
        assert_eq!(runner.run(), Ok(Stop::Halted));
        runner
    }
}

/// `mov word [0x5000], 0x1234; hlt`
const WRITE_RAM: [u8; 7] = [0xc7, 0x06, 0x00, 0x50, 0x34, 0x12, 0xf4];

#[test]
fn memory_is_a_slot_and_exits_are_none() {
    let Some(bench) = Bench::new() else { return };
    let runner = bench.run(&WRITE_RAM);
    assert_eq!(bench.ram.load(0x5000, 2), Ok(0x1234));
    assert_eq!((bench.attachment.slots(), bench.attachment.left_out(), runner.failed()), (1, 0, 0));
    assert_eq!(bench.attachment.last_failure(), None);
}

#[test]
fn rom_is_read_without_an_exit_and_writes_are_rejected() {
    let Some(mut bench) = Bench::new() else { return };
    let rom = bench.add_rom();
    // mov ax, es:[0]; mov [0x5000], ax; mov es:[0], bx; hlt
    let runner =
        bench.run(&[0x26, 0xa1, 0x00, 0x00, 0xa3, 0x00, 0x50, 0x26, 0x89, 0x1e, 0x00, 0x00, 0xf4]);
    assert_eq!(bench.ram.load(0x5000, 2), Ok(u64::from(u16::from_le_bytes(*b"ro"))));
    assert_eq!((rom.load(0, 4), runner.failed()), (Ok(u64::from(u32::from_le_bytes(*b"rom!"))), 1));
    assert_eq!(bench.attachment.slots(), 2);
}

#[test]
fn a_string_of_port_reads_is_as_many_reads() {
    let Some(mut bench) = Bench::new() else { return };
    let id = bench.add_counter();
    // mov dx, 0x40; mov cx, 3; mov di, 0; push 0x500; pop es; rep insw; mov ax, 7; out dx, al; hlt
    let runner = bench.run(&[
        0xba, 0x40, 0x00, 0xb9, 0x03, 0x00, 0xbf, 0x00, 0x00, 0x68, 0x00, 0x05, 0x07, 0xf3, 0x6d,
        0xb8, 0x07, 0x00, 0xee, 0xf4,
    ]);
    for (at, expected) in [(0x5000, 1), (0x5002, 2), (0x5004, 3), (0x5006, 0)] {
        assert_eq!(bench.ram.load(at, 2), Ok(expected), "at {at:#x}");
    }
    let written = bench.machine.with::<Counter, _>(id, |counter, _| counter.written.clone());
    assert_eq!(written, Ok(vec![(0, 1, 7)]));
    assert_eq!(runner.failed(), 0);
}

#[test]
fn what_the_guest_writes_is_in_the_log() {
    let Some(bench) = Bench::new() else { return };
    let (memory, client) = (bench.machine.memory(), DirtyClient::Migration);
    memory.start_migration_log().expect("no transaction");
    memory.sync_log().expect("no transaction");
    bench.ram.take_dirty(client, 0..0x1_0000);
    bench.run(&WRITE_RAM);
    memory.sync_log().expect("no transaction");
    let dirty = bench.ram.take_dirty(client, 0..0x1_0000);
    assert!(dirty.contains(&0x5000) && !dirty.contains(&0x6000), "{dirty:x?}");
    memory.stop_migration_log().expect("no transaction");
    assert_eq!(bench.attachment.last_failure(), None);
}

#[test]
fn pages_that_are_not_whole_are_left_to_the_machine() {
    let Some(mut bench) = Bench::new() else { return };
    let block = RamBlock::new(0x800).expect("there is memory");
    block.store(0, 2, 0xabcd).expect("it is large enough");
    let half = bench.machine.memory().ram("half", block).expect("there is room");
    bench.attach(ROM, half);
    // mov ax, es:[0]; mov [0x5000], ax; hlt
    let runner = bench.run(&[0x26, 0xa1, 0x00, 0x00, 0xa3, 0x00, 0x50, 0xf4]);
    assert_eq!((bench.ram.load(0x5000, 2), runner.failed()), (Ok(0xabcd), 0));
    assert_eq!((bench.attachment.slots(), bench.attachment.left_out()), (1, 1));
}

#[test]
fn a_hole_splits_the_slot() {
    let Some(bench) = Bench::new() else { return };
    let memory = bench.machine.memory();
    let hole = memory.reserved("hole", 0x1000).expect("there is room");
    let (system, id) = (bench.machine.system(), hole.id());
    memory.transaction(|t| t.attach(system, 0x8000, id, 1)).expect("it is new");
    assert_eq!(bench.attachment.slots(), 2);
    drop(hole);
    assert_eq!((bench.attachment.slots(), bench.attachment.failed()), (1, 0));
    bench.run(&WRITE_RAM);
    assert_eq!(bench.ram.load(0x5000, 2), Ok(0x1234));
}

#[test]
fn nothing_is_left_when_the_attachment_ends() {
    let Some(mut bench) = Bench::new() else { return };
    let bell: Arc<dyn EventFd> = Arc::new(Bell::new().expect("there are file descriptors"));
    bench.add_rom();
    let rom = bench.regions[1].id();
    let memory = bench.machine.memory();
    memory.transaction(|t| t.add_eventfd(rom, 0, 2, Some(7), bell)).expect("it is new");
    assert_eq!((bench.attachment.slots(), bench.attachment.ioeventfds()), (2, 1));
    let Bench { machine, ram, vm, attachment, regions } = bench;
    drop(attachment);
    // The same again: KVM would refuse slots that overlap, and an ioeventfd that it knows.
    let again = Attachment::new(vm, &machine, Trust::default()).expect("no transaction");
    let known = (again.slots(), again.ioeventfds(), again.failed());
    assert_eq!(known, (2, 1, 0), "{:?}", again.last_failure());
    drop((again, regions, machine));
    assert_eq!(Arc::strong_count(&ram), 1, "nobody else has the memory");
}

#[test]
fn an_ioeventfd_rings_for_its_value_alone() {
    let Some(mut bench) = Bench::new() else { return };
    let bell = Arc::new(Bell::new().expect("there are file descriptors"));
    let reserved = bench.machine.memory().reserved("bell", 0x1000).expect("there is room");
    let id = reserved.id();
    bench.attach(ROM, reserved);
    let watch: Arc<dyn EventFd> = bell.clone();
    let memory = bench.machine.memory();
    memory.transaction(|t| t.add_eventfd(id, 4, 2, Some(7), watch)).expect("it is new");
    // mov ax, 7; mov es:[4], ax; inc ax; mov es:[4], ax; hlt
    let runner =
        bench.run(&[0xb8, 0x07, 0x00, 0x26, 0xa3, 0x04, 0x00, 0x40, 0x26, 0xa3, 0x04, 0x00, 0xf4]);
    assert_eq!((bell.take(), runner.failed()), (1, 1), "the other write is rejected");
}

/// Says where its bytes are, and nobody knows whether it is so.
struct Unknown;

impl RamBacking for Unknown {
    fn len(&self) -> u64 {
        0x1000
    }

    fn read(&self, _: u64, data: &mut [u8]) {
        data.fill(0x5a);
    }

    fn write(&self, _: u64, _: &[u8]) {}

    fn host_address(&self) -> Option<usize> {
        Some(0x1000)
    }
}

#[test]
fn nobody_is_believed_an_address() {
    let Some(mut bench) = Bench::new() else { return };
    let block = RamBlock::from_backing(Arc::new(Unknown)).expect("it is not empty");
    let region = bench.machine.memory().ram("unknown", block).expect("there is room");
    bench.attach(ROM, region);
    // mov ax, es:[0]; mov [0x5000], ax; hlt
    bench.run(&[0x26, 0xa1, 0x00, 0x00, 0xa3, 0x00, 0x50, 0xf4]);
    assert_eq!(bench.ram.load(0x5000, 2), Ok(0x5a5a), "it exits");
    assert_eq!((bench.attachment.slots(), bench.attachment.left_out()), (1, 1));
}

#[test]
fn pages_keep_bytes_apart() {
    let block = Pages::block(0x1001).expect("there is memory");
    assert_eq!(block.len(), 0x2000);
    block.write(0xffd, &[1, 2, 3, 4, 5]).expect("it is large enough");
    let mut data = [0; 7];
    block.read(0xffc, &mut data).expect("it is large enough");
    assert_eq!(data, [0, 1, 2, 3, 4, 5, 0]);
    assert_eq!(block.host_address().map(|at| at % 4096), Some(0));
    assert!(Pages::block(0).is_err());
}
