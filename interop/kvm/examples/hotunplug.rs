//! A guest pokes a device, by ports and by memory, while the host unplugs it and plugs it again.
//!
//! ```sh
//! cargo run --release -p devmodel-kvm --example hotunplug
//! ```
//!
//! The guest, a few bytes of real-mode code, counts what it reads: the device's value, all ones, or anything
//! else. It must never be anything else. In the end nothing of any device is alive, and KVM knows no
//! ioeventfd of theirs.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a program for people to run")]

use devmodel::memory::{Listener, NodeId, Section};
use devmodel::region::Io;
use devmodel::{Cx, DevId, Device, Machine, Ops, Region, SysBus, Unplugged};
use devmodel_kvm::{Attachment, Bell, Pages, Runner, Stop, Trust};
use kvm_ioctls::{IoEventAddress, Kvm, NoDatamatch, VmFd};
use std::error::Error;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

const ROUNDS: usize = 1000;

/// There is no `/dev/kvm`, or it is not for us.
const ENOENT: i32 = 2;
const EACCES: i32 = 13;

const PORT: u16 = 0x300;
const PORT_VALUE: u8 = 0xa5;
const MMIO: u64 = 0xd_0000;
const MMIO_VALUE: u16 = 0xbeef;
/// The offset of the register that rings a bell.
const DOORBELL: u64 = 8;

const ENTRY: u64 = 0x1000;
/// Where the guest counts, in this order: by port the value, ones, anything else; and the same by memory.
const COUNTERS: u64 = 0x2000;
/// The guest halts once this byte is not 0.
const END: u64 = 0x3000;

/// The guest. `es` is 0xd000, all other segments are 0.
#[rustfmt::skip]
const CODE: [u8; 0x43] = [
    0xba, 0x00, 0x03,             // 00  again: mov dx, 0x300
    0xec,                         // 03         in al, dx
    0xbb, 0x00, 0x20,             // 04         mov bx, 0x2000
    0x3c, 0xa5,                   // 07         cmp al, 0xa5
    0x74, 0x0a,                   // 09         je port
    0x83, 0xc3, 0x04,             // 0b         add bx, 4
    0x3c, 0xff,                   // 0e         cmp al, 0xff
    0x74, 0x03,                   // 10         je port
    0x83, 0xc3, 0x04,             // 12         add bx, 4
    0x66, 0xff, 0x07,             // 15  port:  inc dword [bx]
    0xee,                         // 18         out dx, al
    0x26, 0xa1, 0x00, 0x00,       // 19         mov ax, es:[0]
    0xbb, 0x0c, 0x20,             // 1d         mov bx, 0x200c
    0x3d, 0xef, 0xbe,             // 20         cmp ax, 0xbeef
    0x74, 0x0b,                   // 23         je mmio
    0x83, 0xc3, 0x04,             // 25         add bx, 4
    0x3d, 0xff, 0xff,             // 28         cmp ax, 0xffff
    0x74, 0x03,                   // 2b         je mmio
    0x83, 0xc3, 0x04,             // 2d         add bx, 4
    0x66, 0xff, 0x07,             // 30  mmio:  inc dword [bx]
    0x26, 0xa3, 0x02, 0x00,       // 33         mov es:[2], ax
    0x26, 0xa3, 0x08, 0x00,       // 37         mov es:[8], ax    ; the doorbell
    0x80, 0x3e, 0x00, 0x30, 0x00, // 3b         cmp byte [0x3000], 0
    0x74, 0xbe,                   // 40         je again
    0xf4,                         // 42         hlt
];

/// Answers with the same values all the time, and takes no notice of what is written.
#[derive(Device)]
#[device(name = "gauge", parent = SysBus, hotpluggable)]
struct Gauge {
    #[region(io, size = 16, export = 0, implemented(2))]
    regs: Region<Io>,
    #[region(io, size = 1, export = 1, ops = Port, implemented(1))]
    port: Region<Io>,
}

impl Ops for Gauge {
    type Device = Self;

    fn read(_: &mut Self, _: &mut Cx<'_, Self>, _: u64, _: u8) -> u64 {
        u64::from(MMIO_VALUE)
    }

    fn write(_: &mut Self, _: &mut Cx<'_, Self>, _: u64, _: u8, _: u64) {}
}

struct Port;

impl Ops for Port {
    type Device = Gauge;

    fn read(_: &mut Gauge, _: &mut Cx<'_, Gauge>, _: u64, _: u8) -> u64 {
        u64::from(PORT_VALUE)
    }

    fn write(_: &mut Gauge, _: &mut Cx<'_, Gauge>, _: u64, _: u8, _: u64) {}
}

/// How often the guest read what, by ports and by memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reads {
    /// The device's value.
    pub(crate) values: [u64; 2],
    /// All ones.
    pub(crate) ones: [u64; 2],
    /// Anything else.
    pub(crate) others: [u64; 2],
}

/// What came of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outcome {
    /// What the guest read.
    pub(crate) reads: Reads,
    /// How often the bell rang: without an exit, and so without the machine.
    pub(crate) rings: u64,
    /// Devices and ports of devices that are alive after the machine.
    pub(crate) alive: (usize, usize),
    /// The most ioeventfds and slots that KVM knew at a time.
    pub(crate) most: (usize, usize),
    /// Ioeventfds that KVM knew after an unplug.
    pub(crate) stale: usize,
    /// Whether KVM itself had an ioeventfd left in the end.
    pub(crate) is_left: bool,
    /// Calls that KVM refused.
    pub(crate) refused: usize,
}

#[allow(dead_code, reason = "the integration test has this file as a module, and another `main`")]
fn main() -> Result<(), Box<dyn Error>> {
    let begin = Instant::now();
    let Some(outcome) = hotunplug(ROUNDS)? else {
        return Ok(());
    };
    let Outcome { reads, rings, alive, most, stale, is_left, refused } = outcome;
    println!("{ROUNDS} times plugged and unplugged in {:.2?}", begin.elapsed());
    println!("the guest read, by ports and by memory:");
    println!("    the device's value   {:?}", reads.values);
    println!("    all ones             {:?}", reads.ones);
    println!("    anything else        {:?}", reads.others);
    println!("the bell rang {rings} times without an exit");
    println!("ioeventfds and slots at a time, at most: {most:?}");
    println!("ioeventfds after an unplug: {stale}; in the end: {}", u8::from(is_left));
    println!("alive after the machine, devices and their ports: {alive:?}");
    println!("calls that KVM refused: {refused}");
    Ok(())
}

/// Unplugs and plugs that often. None, loudly, if there is no KVM.
pub(crate) fn hotunplug(rounds: usize) -> Result<Option<Outcome>, Box<dyn Error>> {
    let kvm = match Kvm::new() {
        Err(error) if [ENOENT, EACCES].contains(&error.errno()) => {
            eprintln!("skipped: no /dev/kvm ({error})");
            return Ok(None);
        }
        kvm => kvm?,
    };
    let vm = Arc::new(kvm.create_vm()?);
    let mut host = Host::new(vm.clone())?;
    let guest = host.start_guest(&vm)?;
    for round in 0..rounds {
        host.round(round)?;
    }
    host.machine.address_space().write_uint(END, 1, 1)?;
    let stop = guest.join().map_err(|_| "the guest's thread panicked")??;
    if stop != Stop::Halted {
        return Err(format!("the guest did not halt: {stop:?}").into());
    }
    host.end(&vm).map(Some)
}

struct Host {
    machine: Machine,
    attachment: Attachment,
    /// The region of registers of the device that is plugged.
    regs: Arc<Mutex<Option<NodeId>>>,
    bell: Arc<Bell>,
    rings: u64,
    most: (usize, usize),
    stale: usize,
    /// Keeps the memory mapped.
    _ram: devmodel::memory::OwnedRegion,
}

impl Host {
    fn new(vm: Arc<VmFd>) -> Result<Self, Box<dyn Error>> {
        let machine = Machine::new();
        let memory = machine.memory();
        let ram = memory.ram("ram", Pages::block(0x1_0000)?)?;
        let system = machine.system();
        memory.transaction(|change| change.attach(system, 0, ram.id(), 0))?;
        machine.address_space().write(ENTRY, &CODE, Default::default())?;
        let attachment = Attachment::new(vm, &machine, Trust::default())?;
        let regs = Arc::default();
        memory.register(0, Some(&machine.address_space()), Box::new(Find(Arc::clone(&regs))))?;
        let bell = Arc::new(Bell::new()?);
        let (rings, most, stale) = (0, (0, 0), 0);
        Ok(Self { machine, attachment, regs, bell, rings, most, stale, _ram: ram })
    }

    fn start_guest(
        &self,
        vm: &VmFd,
    ) -> Result<JoinHandle<Result<Stop, kvm_ioctls::Error>>, Box<dyn Error>> {
        let mut runner = Runner::new(vm.create_vcpu(0)?, &self.machine);
        let cpu = runner.cpu();
        let mut segments = cpu.get_sregs()?;
        (segments.cs.base, segments.cs.selector) = (0, 0);
        (segments.es.base, segments.es.selector) = (MMIO, (MMIO >> 4) as u16);
        cpu.set_sregs(&segments)?;
        let mut registers = cpu.get_regs()?;
        (registers.rip, registers.rflags) = (ENTRY, 2);
        cpu.set_regs(&registers)?;
        Ok(std::thread::spawn(move || runner.run()))
    }

    /// Plugs a device, lets the guest see it, and unplugs it while the guest is at it.
    fn round(&mut self, round: usize) -> Result<(), Box<dyn Error>> {
        let id = self.plug(&format!("gauge{round}"))?;
        self.until(|before, now| (0..2).all(|way| now.values[way] > before.values[way]))?;
        let known = (self.attachment.ioeventfds(), self.attachment.slots());
        self.most = (self.most.0.max(known.0), self.most.1.max(known.1));
        if self.machine.unplug(id)? == Unplugged::Requested {
            return Err("the guest was asked".into());
        }
        self.stale += self.attachment.ioeventfds();
        self.rings += self.bell.take();
        self.until(|before, now| (0..2).all(|way| now.ones[way] > before.ones[way]))
    }

    fn plug(&mut self, name: &str) -> Result<DevId, Box<dyn Error>> {
        let machine = &mut self.machine;
        machine.reclaim();
        let id = machine.create::<Gauge>(name)?;
        machine.seat(id, &machine.system_bus(), SysBus::at(MMIO).and_port(1, PORT))?;
        machine.realize(id)?;
        let regs = self.regs.lock().map_err(|_| "the listener panicked")?.take();
        let regs = regs.ok_or("the registers are not mapped")?;
        let bell: Arc<dyn devmodel::memory::EventFd> = self.bell.clone();
        machine.memory().transaction(|t| t.add_eventfd(regs, DOORBELL, 2, None, bell))?;
        Ok(id)
    }

    /// Waits until what the guest has read has changed in this way.
    fn until(&self, is_so: impl Fn(&Reads, &Reads) -> bool) -> Result<(), Box<dyn Error>> {
        let (before, begin) = (self.reads()?, Instant::now());
        while !is_so(&before, &self.reads()?) {
            if begin.elapsed() > Duration::from_secs(60) {
                return Err(format!("the guest is stuck: {:?}", self.reads()?).into());
            }
            std::thread::yield_now();
        }
        Ok(())
    }

    fn reads(&self) -> Result<Reads, Box<dyn Error>> {
        let space = self.machine.address_space();
        let counter = |at: u64| space.read_uint(COUNTERS + 4 * at, 4);
        Ok(Reads {
            values: [counter(0)?, counter(3)?],
            ones: [counter(1)?, counter(4)?],
            others: [counter(2)?, counter(5)?],
        })
    }

    fn end(self, vm: &VmFd) -> Result<Outcome, Box<dyn Error>> {
        let reads = self.reads()?;
        let Self { machine, attachment, rings, most, stale, .. } = self;
        let refused = attachment.failed();
        let counts = machine.counts();
        drop(machine);
        let is_left = knows_an_ioeventfd(vm)?;
        drop(attachment);
        let alive = (counts.devices(), counts.ports());
        Ok(Outcome { reads, rings, alive, most, stale, is_left, refused })
    }
}

/// Asks KVM itself: a second ioeventfd for the same writes is refused.
fn knows_an_ioeventfd(vm: &VmFd) -> Result<bool, Box<dyn Error>> {
    let (bell, at) = (Bell::new()?, IoEventAddress::Mmio(MMIO + DOORBELL));
    if vm.register_ioevent(bell.eventfd(), &at, NoDatamatch).is_err() {
        return Ok(true);
    }
    vm.unregister_ioevent(bell.eventfd(), &at, NoDatamatch)?;
    Ok(false)
}

/// Finds the id of the device's registers.
struct Find(Arc<Mutex<Option<NodeId>>>);

impl Listener for Find {
    fn region_add(&mut self, section: &Section<'_>) {
        if section.name == "regs"
            && let Ok(mut regs) = self.0.lock()
        {
            *regs = Some(section.region);
        }
    }
}
