//! Devices of `devmodel` behind an `IoManager` of `vm-device`.

use devmodel::region::Io;
use devmodel::{Cx, Device, Machine, Ops, Region, SysBus, Unplugged};
use devmodel_vm_device::Window;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use vm_device::bus::{Error, MmioAddress, PioAddress};
use vm_device::device_manager::{IoManager, MmioManager, PioManager};

const VALUE: u32 = 0x1234_5678;
const AT: u64 = 0x1000;

#[derive(Device)]
#[device(name = "latch", parent = SysBus, hotpluggable)]
struct Latch {
    #[region(io, size = 8, export = 0, implemented(4))]
    regs: Region<Io>,
    #[region(io, size = 2, export = 1, ops = Port, implemented(1))]
    port: Region<Io>,
    written: u64,
}

impl Ops for Latch {
    type Device = Self;

    fn read(device: &mut Self, _: &mut Cx<'_, Self>, offset: u64, _: u8) -> u64 {
        if offset == 0 { u64::from(VALUE) } else { device.written }
    }

    fn write(device: &mut Self, _: &mut Cx<'_, Self>, _: u64, _: u8, value: u64) {
        device.written = value;
    }
}

struct Port;

impl Ops for Port {
    type Device = Latch;

    fn read(_: &mut Latch, _: &mut Cx<'_, Latch>, offset: u64, _: u8) -> u64 {
        0x50 + offset
    }

    fn write(device: &mut Latch, _: &mut Cx<'_, Latch>, _: u64, _: u8, value: u64) {
        device.written = value;
    }
}

fn plug(machine: &mut Machine, name: &str) -> devmodel::DevId {
    let id = machine.create::<Latch>(name).expect("the name is free");
    let address = SysBus::at(AT).and_port(1, 0xfffe);
    machine.seat(id, &machine.system_bus(), address).expect("it is not seated yet");
    machine.realize(id).expect("nothing is in the way");
    id
}

fn read(bus: &IoManager, at: u64) -> u32 {
    let mut data = [0; 4];
    bus.mmio_read(MmioAddress(at), &mut data).expect("the window is there");
    u32::from_le_bytes(data)
}

#[test]
fn accesses_reach_the_device_at_its_place_in_the_window() {
    let mut machine = Machine::new();
    plug(&mut machine, "latch");
    let window = Window::new(machine.address_space(), AT - 0x10, 0x100);
    let mut bus = IoManager::new();
    window.register_mmio(&mut bus, MmioAddress(0x4000_0000)).expect("nothing is there");
    assert_eq!(read(&bus, 0x4000_0010), VALUE);
    bus.mmio_write(MmioAddress(0x4000_0014), &0xabcd_u32.to_le_bytes()).expect("it is there");
    assert_eq!(read(&bus, 0x4000_0014), 0xabcd);
    assert_eq!(window.failed(), 0);
}

#[test]
fn what_is_not_there_reads_as_ones_and_is_counted() {
    let machine = Machine::new();
    let window = Window::new(machine.address_space(), u64::MAX - 7, 0x100);
    let mut bus = IoManager::new();
    window.register_mmio(&mut bus, MmioAddress(0)).expect("nothing is there");
    assert_eq!(read(&bus, 0), u32::MAX);
    assert_eq!(read(&bus, 0x80), u32::MAX, "beyond the end of the address space");
    bus.mmio_write(MmioAddress(0), &[1]).expect("the window is there");
    assert_eq!(window.failed(), 3);
}

#[test]
fn a_read_that_fails_in_part_is_all_ones() {
    let mut machine = Machine::new();
    plug(&mut machine, "latch");
    let window = Window::new(machine.address_space(), AT, 0x100);
    let mut bus = IoManager::new();
    window.register_mmio(&mut bus, MmioAddress(0)).expect("nothing is there");
    let mut data = [0; 16];
    bus.mmio_read(MmioAddress(0), &mut data).expect("the window is there");
    assert_eq!((data, window.failed()), ([0xff; 16], 1));
}

#[test]
fn all_ports_are_reached() {
    let mut machine = Machine::new();
    plug(&mut machine, "latch");
    let window = Window::ports(machine.port_space());
    let mut bus = IoManager::new();
    window.register_pio(&mut bus, PioAddress(0)).expect("nothing is there");
    for (port, expected) in [(0xfffe, 0x50), (0xffff, 0x51), (0x80, 0xff)] {
        let mut data = [0];
        bus.pio_read(PioAddress(port), &mut data).expect("the window is there");
        assert_eq!(data, [expected], "port {port:#x}");
        bus.pio_write(PioAddress(port), &[9]).expect("the window is there");
    }
    assert_eq!(window.failed(), 2, "reading and writing port 0x80");
}

#[test]
fn nothing_is_registered_where_something_else_is() {
    let machine = Machine::new();
    let (ports, one) =
        (Window::ports(machine.port_space()), Window::new(machine.port_space(), 0, 1));
    let mut bus = IoManager::new();
    one.register_pio(&mut bus, PioAddress(u16::MAX)).expect("nothing is there");
    assert_eq!(ports.register_pio(&mut bus, PioAddress(0)), Err(Error::DeviceOverlap));
    assert!(bus.pio_device(PioAddress(0)).is_none());
    assert_eq!(ports.register_pio(&mut bus, PioAddress(1)), Err(Error::InvalidRange));
}

#[test]
fn a_window_may_outlive_the_machine() {
    let mut machine = Machine::new();
    plug(&mut machine, "latch");
    let counts = machine.counts();
    let window = Window::new(machine.address_space(), AT, 8);
    let mut bus = IoManager::new();
    window.register_mmio(&mut bus, MmioAddress(0)).expect("nothing is there");
    drop(machine);
    assert_eq!((counts.devices(), counts.ports()), (0, 0));
    assert_eq!(read(&bus, 0), u32::MAX);
}

/// The thread that uses the bus never sees anything but the device's value or all ones.
#[test]
fn a_device_is_unplugged_while_another_thread_uses_the_bus() {
    let mut machine = Machine::new();
    let counts = machine.counts();
    let window = Window::new(machine.address_space(), AT, 8);
    let mut bus = IoManager::new();
    window.register_mmio(&mut bus, MmioAddress(AT)).expect("nothing is there");
    let (bus, seen) = (Arc::new(bus), Arc::new(Seen::default()));
    let user = std::thread::spawn({
        let (bus, seen) = (bus.clone(), seen.clone());
        move || seen.look(&bus)
    });
    for round in 0..200 {
        let id = plug(&mut machine, &format!("latch{round}"));
        seen.wait(&seen.values);
        let gone = machine.unplug(id).expect("it may be unplugged");
        assert_ne!(gone, Unplugged::Requested);
        seen.wait(&seen.ones);
    }
    seen.stop.store(true, Ordering::Relaxed);
    user.join().expect("the thread did not panic");
    assert_eq!(machine.reclaim(), 0);
    assert_eq!(seen.other.load(Ordering::Relaxed), 0, "neither the value nor ones");
    assert!(window.failed() >= 200);
    assert_eq!((counts.devices(), counts.ports()), (0, 0));
}

#[derive(Default)]
struct Seen {
    values: AtomicU64,
    ones: AtomicU64,
    other: AtomicU64,
    stop: AtomicBool,
}

impl Seen {
    fn look(&self, bus: &IoManager) {
        while !self.stop.load(Ordering::Relaxed) {
            let counter = match read(bus, AT) {
                VALUE => &self.values,
                u32::MAX => &self.ones,
                _ => &self.other,
            };
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Waits until the other thread has seen that once more.
    fn wait(&self, counter: &AtomicU64) {
        let (before, begin) = (counter.load(Ordering::Relaxed), Instant::now());
        while counter.load(Ordering::Relaxed) == before {
            assert!(begin.elapsed() < Duration::from_secs(30), "it is never seen");
            std::thread::yield_now();
        }
    }
}
