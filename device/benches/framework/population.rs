//! The same devices for both: one register, at its own page.

use devmodel::{Cx, DevId, Device, Machine, Ops, Region, SysBus, region::Io};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use vm_device::bus::{MmioAddress, MmioAddressOffset, MmioRange};
use vm_device::device_manager::{IoManager, MmioManager as _};
use vm_device::{DeviceMmio, MutDeviceMmio};

pub(crate) const PAGE: u64 = 0x1000;

/// A device with one register.
#[derive(Device)]
#[device(name = "page", parent = SysBus, hotpluggable)]
pub(crate) struct Page {
    #[region(io, size = 0x1000, export = 0)]
    regs: Region<Io>,
    reads: u32,
}

impl Ops for Page {
    type Device = Self;

    fn read(device: &mut Self, _: &mut Cx<'_, Self>, _: u64, _: u8) -> u64 {
        device.reads = device.reads.wrapping_add(1);
        u64::from(device.reads)
    }

    fn write(device: &mut Self, _: &mut Cx<'_, Self>, _: u64, _: u8, value: u64) {
        device.reads = value as u32;
    }
}

/// A device with four regions.
#[derive(Device)]
#[device(name = "four-pages", parent = SysBus, hotpluggable)]
pub(crate) struct FourPages {
    #[region(io, size = 0x1000, export = 0, ops = FourOps)]
    regs: [Region<Io>; 4],
    reads: u32,
}

struct FourOps;

impl Ops for FourOps {
    type Device = FourPages;

    fn read(device: &mut FourPages, _: &mut Cx<'_, FourPages>, _: u64, _: u8) -> u64 {
        u64::from(device.reads)
    }

    fn write(device: &mut FourPages, _: &mut Cx<'_, FourPages>, _: u64, _: u8, value: u64) {
        device.reads = value as u32;
    }
}

/// A machine with `count` devices, each at its own page.
pub(crate) fn machine(count: u64) -> Machine {
    let mut machine = Machine::new();
    for page in 0..count {
        let id = machine.create::<Page>(&format!("page{page}")).expect("there is room");
        seat(&mut machine, id, SysBus::at(page * PAGE));
        machine.realize(id).expect("it needs nothing");
    }
    machine
}

/// A device with a hundred regions.
#[derive(Device)]
#[device(name = "hundred-pages", parent = SysBus)]
pub(crate) struct HundredPages {
    #[region(io, size = 0x1000, export = 0)]
    regs: [Region<Io>; 100],
    reads: u32,
}

impl Ops for HundredPages {
    type Device = Self;

    fn read(device: &mut Self, _: &mut Cx<'_, Self>, _: u64, _: u8) -> u64 {
        device.reads = device.reads.wrapping_add(1);
        u64::from(device.reads)
    }

    fn write(device: &mut Self, _: &mut Cx<'_, Self>, _: u64, _: u8, value: u64) {
        device.reads = value as u32;
    }
}

/// A machine with `pages` pages of devices with a hundred each.
pub(crate) fn machine_of_hundreds(pages: u64) -> Machine {
    let mut machine = Machine::new();
    for first in (0..pages).step_by(100) {
        let id = machine.create::<HundredPages>(&format!("{first}")).expect("there is room");
        let at = |address: devmodel::bus::SysBusAddress, export: u8| {
            address.and(export, (first + u64::from(export)) * PAGE)
        };
        seat(&mut machine, id, (0..100).fold(SysBus::nowhere(), at));
        machine.realize(id).expect("it needs nothing");
    }
    machine
}

/// One more device with four regions behind the others.
pub(crate) fn plug(machine: &mut Machine, count: u64) -> DevId {
    let id = machine.create::<FourPages>("four").expect("there is room");
    let at = |export: u8| (count + 8 + u64::from(export)) * PAGE;
    let address = (0..4).fold(SysBus::nowhere(), |address, export| address.and(export, at(export)));
    seat(machine, id, address);
    machine.realize(id).expect("it needs nothing");
    id
}

fn seat(machine: &mut Machine, id: DevId, address: devmodel::bus::SysBusAddress) {
    machine.seat(id, &machine.system_bus(), address).expect("it is its bus");
}

/// vm-device's: without a lock of its own, for where the manager has one.
pub(crate) struct Unlocked(AtomicU32);

impl DeviceMmio for Unlocked {
    fn mmio_read(&self, _: MmioAddress, _: MmioAddressOffset, data: &mut [u8]) {
        let reads = self.0.load(Ordering::Relaxed).wrapping_add(1);
        self.0.store(reads, Ordering::Relaxed);
        data.copy_from_slice(&reads.to_le_bytes()[..data.len()]);
    }

    fn mmio_write(&self, _: MmioAddress, _: MmioAddressOffset, _: &[u8]) {}
}

/// vm-device's, with a lock of its own.
#[derive(Default)]
pub(crate) struct Locked(u32);

impl MutDeviceMmio for Locked {
    fn mmio_read(&mut self, _: MmioAddress, _: MmioAddressOffset, data: &mut [u8]) {
        self.0 = self.0.wrapping_add(1);
        data.copy_from_slice(&self.0.to_le_bytes()[..data.len()]);
    }

    fn mmio_write(&mut self, _: MmioAddress, _: MmioAddressOffset, _: &[u8]) {}
}

/// A manager with `count` pages of devices without locks, which have `each` pages.
pub(crate) fn unlocked(count: u64, each: u64) -> IoManager {
    managed(count, each, || Arc::new(Unlocked(AtomicU32::new(0))))
}

/// A manager with `count` pages of devices with locks of their own, which have `each` pages.
pub(crate) fn locked(count: u64, each: u64) -> IoManager {
    managed(count, each, || Arc::new(Mutex::new(Locked(0))))
}

fn managed(
    count: u64,
    each: u64,
    device: impl Fn() -> Arc<dyn DeviceMmio + Send + Sync>,
) -> IoManager {
    let mut manager = IoManager::new();
    for first in (0..count).step_by(each as usize) {
        let device = device();
        (first..first + each).for_each(|page| register(&mut manager, page, device.clone()));
    }
    manager
}

/// Registers a device at a page.
pub(crate) fn register(
    manager: &mut IoManager,
    page: u64,
    device: Arc<dyn DeviceMmio + Send + Sync>,
) {
    let range = MmioRange::new(MmioAddress(page * PAGE), PAGE).expect("it does not wrap");
    manager.register_mmio(range, device).expect("nothing else is there");
}
