//! What realize can do besides making regions, and that all of it is undone.
#![cfg(feature = "memory")]

use devmodel::memory::{EventFd, EventFdSection, Listener, Section};
use devmodel::region::Io;
use devmodel::{Cx, Device, Machine, Ops, RealizeCx, RealizeError, Region, SysBus, conformance};
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, AtomicU32, Ordering};

/// Rings.
static RINGS: AtomicU32 = AtomicU32::new(0);
/// What listeners know of: ranges and bells that were added and not deleted.
static KNOWN: AtomicI32 = AtomicI32::new(0);

struct Bell;

impl EventFd for Bell {
    fn signal(&self) {
        RINGS.fetch_add(1, Ordering::SeqCst);
    }
}

struct Ear;

impl Listener for Ear {
    fn region_add(&mut self, _: &Section<'_>) {
        KNOWN.fetch_add(1, Ordering::SeqCst);
    }

    fn region_del(&mut self, _: &Section<'_>) {
        KNOWN.fetch_sub(1, Ordering::SeqCst);
    }

    fn eventfd_add(&mut self, _: &EventFdSection<'_>) {
        KNOWN.fetch_add(100, Ordering::SeqCst);
    }

    fn eventfd_del(&mut self, _: &EventFdSection<'_>) {
        KNOWN.fetch_sub(100, Ordering::SeqCst);
    }
}

#[derive(Device)]
#[device(name = "notified", parent = SysBus, realize = realize)]
struct Notified {
    #[region(io, size = 16, export = 0)]
    regs: Region<Io>,
    writes: u32,
}

impl Notified {
    fn realize(&mut self, cx: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {
        cx.listen(0, None, Box::new(Ear))?;
        cx.add_eventfd(&self.regs, (8, 4, Some(7)), Arc::new(Bell))
    }
}

impl Ops for Notified {
    type Device = Self;

    fn read(device: &mut Self, _: &mut Cx<'_, Self>, _: u64, _: u8) -> u64 {
        u64::from(device.writes)
    }

    fn write(device: &mut Self, _: &mut Cx<'_, Self>, _: u64, _: u8, _: u64) {
        device.writes += 1;
    }
}

#[test]
fn bells_and_listeners_go_with_the_device() {
    let mut machine = Machine::new();
    let id = machine.create::<Notified>("x").expect("it can be created");
    machine.seat(id, &machine.system_bus(), SysBus::at(0x1000)).expect("it is its bus");
    machine.realize(id).expect("it needs nothing");
    assert_eq!(KNOWN.load(Ordering::SeqCst), 101, "one range with one bell");
    let space = machine.address_space();
    for (at, value) in [(0x1008, 7), (0x1008, 8), (0x100c, 7)] {
        space.write_uint(at, 4, value).expect("somebody answers");
    }
    assert_eq!((space.read_uint(0x1000, 4), RINGS.load(Ordering::SeqCst)), (Ok(2), 1));
    machine.unplug(id).expect("it can go");
    assert_eq!(KNOWN.load(Ordering::SeqCst), 0, "the listener heard of the end, and is gone");
    drop(machine);
    conformance::check::<Notified>().expect("it keeps what the framework promises");
    assert_eq!(KNOWN.load(Ordering::SeqCst), 0);
}

#[derive(Device)]
#[device(name = "bare", parent = SysBus)]
struct Bare {
    #[region(reserved, size = 16, export = 0)]
    hole: Region<devmodel::region::Reserved>,
}

#[test]
fn a_device_for_which_there_is_no_room_leaves_nothing() {
    // Two regions are the board's: one more is a device's, and the next one is too many.
    let mut machine = Machine::builder().max_regions(3).build().expect("there is room for two");
    let place = |machine: &mut Machine, name: &str, at| {
        let id = machine.create::<Bare>(name).expect("it can be created");
        machine.seat(id, &machine.system_bus(), SysBus::at(at)).expect("it is its bus");
        (id, machine.realize(id))
    };
    let (first, realized) = place(&mut machine, "first", 0x1000);
    assert_eq!(realized, Ok(()));
    let full = Err(RealizeError::Memory(devmodel::MemoryError::Full));
    let (second, realized) = place(&mut machine, "second", 0x2000);
    assert_eq!((realized, machine.memory().resident()), (full, 3));
    machine.unplug(first).expect("it can go");
    assert_eq!(machine.realize(second), Ok(()), "there is room now");
}
