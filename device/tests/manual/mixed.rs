//! Devices with attributes, and with regions that only realize knows.

use devmodel::manual::{Access, MemoryRegion};
use devmodel::region::{Container, Io, Ram};
use devmodel::{
    Child, Cx, Device, IrqOut, Machine, Ops, RealizeCx, RealizeError, Region, SysBus, conformance,
};
use std::sync::atomic::{AtomicU64, Ordering};

/// Passes on what a property says: how many registers there are, and how large the memory is.
#[derive(Device)]
#[device(name = "passed-through", parent = SysBus, hotpluggable, realize = realize)]
struct PassedThrough {
    #[property(default = 3, max = 8)]
    count: u8,
    #[property(default = 0x1000, min = 1)]
    size: u32,
    #[region(io, size = 4, export = 0)]
    fixed: Region<Io>,
    #[irq(out)]
    irq: IrqOut,
    found: Vec<MemoryRegion>,
    memory: MemoryRegion,
    windows: [MemoryRegion; 2],
    #[state]
    last: u64,
}

impl PassedThrough {
    fn realize(&mut self, cx: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {
        self.found.clear();
        for _ in 0..self.count {
            let mut region = MemoryRegion::default();
            region.init_io::<Found>(cx, "found", 0x10, Access::new().implemented(1, 8))?;
            region.export(cx, 1 + self.found.len() as u8)?;
            self.found.push(region);
        }
        self.memory.init_ram(cx, "memory", u64::from(self.size))?;
        self.memory.register_vmstate(cx)?;
        // A window on each sort of region.
        self.windows[0].init_alias(cx, "windows", &self.memory, 0, 0x10)?;
        self.windows[1].init_alias(cx, "windows", &self.fixed, 0, 4)?;
        self.windows[0].export(cx, 20)?;
        self.windows[1].export(cx, 21)
    }
}

enum Found {}

impl Ops for Found {
    type Device = PassedThrough;

    fn read(device: &mut PassedThrough, cx: &mut Cx<'_, PassedThrough>, _: u64, _: u8) -> u64 {
        device.last + 0x100 * u64::from(cx.element())
    }

    fn write(
        device: &mut PassedThrough,
        cx: &mut Cx<'_, PassedThrough>,
        offset: u64,
        _: u8,
        value: u64,
    ) {
        device.irq.set(value != 0);
        device.last = value;
        if offset == 8 {
            // The device of the host is gone: so is its region.
            device.found[usize::from(cx.element())].unparent(cx);
        }
    }
}

impl Ops for PassedThrough {
    type Device = Self;

    fn read(_: &mut Self, _: &mut Cx<'_, Self>, _: u64, _: u8) -> u64 {
        0xf0
    }

    fn write(_: &mut Self, _: &mut Cx<'_, Self>, _: u64, _: u8, _: u64) {}
}

fn seat(machine: &mut Machine, id: devmodel::DevId) -> Result<(), RealizeError> {
    let at = SysBus::at(0x1000).and(1, 0x2000).and(3, 0x3000).and(20, 0x4000).and(21, 0x5000);
    machine.seat(id, &machine.system_bus(), at)?;
    Ok(())
}

#[test]
fn regions_of_both_sorts_keep_what_the_framework_promises() {
    conformance::Check::<PassedThrough>::new()
        .seat(seat)
        .run()
        .expect("it keeps what the framework promises");
}

#[cfg(feature = "memory")]
#[test]
fn the_number_of_regions_is_known_at_realize() {
    let mut machine = Machine::new();
    let id = machine.create::<PassedThrough>("device").expect("it can be created");
    seat(&mut machine, id).expect("it is its bus");
    machine.realize(id).expect("it can be realized");
    let space = machine.address_space();
    assert_eq!(space.write_uint(0x2000, 4, 1), Ok(()));
    assert_eq!([0x2000, 0x3000].map(|at| space.read_uint(at, 4)), [Ok(1), Ok(0x201)]);
    assert_eq!((space.read_uint(0x1000, 4), space.read_uint(0x5000, 4)), (Ok(0xf0), Ok(0xf0)));
    assert_eq!(space.write_uint(0x4000, 8, 7), Ok(()));
    let state = machine.save().expect("it can be saved");
    assert_eq!(state.0["device"].memory["memory"][..8], [7, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(space.write_uint(0x3008, 1, 1), Ok(()), "it removes itself");
    assert!(space.read_uint(0x3000, 4).is_err());
    machine.unrealize(id).expect("it is realized");
    machine.set(id, "count", 1_u8).expect("it is a property");
    let why = "the device has no export 3".to_owned();
    assert_eq!(machine.realize(id), Err(RealizeError::Bus { bus: "SysBus", why }));
    assert!(space.ranges().is_empty(), "nothing of it is left");
}

/// An export of the derive's is not taken away.
#[derive(Device)]
#[device(name = "double", realize = realize)]
struct Double {
    #[region(container, size = 16, export = 2)]
    fixed: [Region<Container>; 2],
    more: MemoryRegion,
}

impl Double {
    fn realize(&mut self, cx: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {
        self.more.init_container(cx, "more", 16)?;
        self.more.export(cx, 3)
    }
}

#[test]
fn exports_of_both_sorts_are_apart() {
    let mut machine = Machine::new();
    let id = machine.create::<Double>("device").expect("it can be created");
    assert_eq!(machine.realize(id), Err(RealizeError::Export(3)));
}

/// Saved under a name that an attribute has taken.
#[derive(Device)]
#[device(name = "saved", realize = realize)]
struct Saved {
    #[region(ram, size = 16, migrate)]
    memory: Region<Ram>,
    more: MemoryRegion,
}

impl Saved {
    fn realize(&mut self, cx: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {
        self.more.init_ram(cx, "memory", 16)?;
        self.more.register_vmstate(cx)
    }
}

#[test]
fn content_of_both_sorts_is_apart() {
    let mut machine = Machine::new();
    let id = machine.create::<Saved>("device").expect("it can be created");
    assert_eq!(machine.realize(id), Err(RealizeError::Saved("memory")));
}

/// A part by hand.
#[derive(Device)]
#[device(name = "part", realize = realize)]
struct Part {
    memory: MemoryRegion,
}

impl Part {
    fn realize(&mut self, cx: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {
        self.memory.init_ram(cx, "memory", 0x100)?;
        self.memory.export(cx, 0)
    }
}

/// Its whole, which can't place it: what a part by hand exports is not known before it is realized.
#[derive(Device)]
#[device(name = "whole", parent = SysBus)]
struct Whole {
    #[region(container, size = 0x1000, export = 0)]
    all: Region<Container>,
    #[child]
    part: Child<Part>,
}

#[test]
fn parts_may_be_written_by_hand() {
    conformance::check::<Whole>().expect("it keeps what the framework promises");
}

/// Handlers side by side, on `&self`.
#[derive(Device)]
#[device(name = "shared", parent = SysBus, lock = "shared", realize = realize)]
struct Side {
    registers: [MemoryRegion; 2],
    reads: AtomicU64,
}

impl Side {
    fn realize(&mut self, cx: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {
        for at in 0..2 {
            self.registers[at].init_io::<Self>(cx, "registers", 4, Access::new())?;
            self.registers[at].export(cx, at as u8)?;
        }
        Ok(())
    }
}

impl Ops for Side {
    type Device = Self;

    fn read(device: &Self, cx: &mut Cx<'_, Self>, _: u64, _: u8) -> u64 {
        // The other one comes and goes.
        let other = &device.registers[1 - usize::from(cx.element())];
        let reads = device.reads.fetch_add(1, Ordering::SeqCst);
        let _ = cx.set_enabled(other, reads.is_multiple_of(2));
        reads
    }

    fn write(_: &Self, _: &mut Cx<'_, Self>, _: u64, _: u8, _: u64) {}
}

#[test]
fn handlers_of_regions_by_hand_may_run_side_by_side() {
    let check = conformance::Check::<Side>::new().seat(|machine, id| {
        machine.seat(id, &machine.system_bus(), SysBus::at(0x1000).and(1, 0x2000))?;
        Ok(())
    });
    check.run().expect("it keeps what the framework promises");
}
