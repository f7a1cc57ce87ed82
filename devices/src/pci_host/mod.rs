//! A PCI host bridge with configuration mechanism 1, and two registers with which the guest gives up devices.
//!
//! When somebody wants a device unplugged, its bit is set in the pending register and `irq` rises; the guest
//! shuts the device down and writes the bit to the eject register. The bridge itself is no function of its bus.

pub mod spec;

use devmodel::bus::{PciAddress, SysBusAddress};
use devmodel::region::{Alias, Container, Io};
use devmodel::{
    Bus, BusEvent, Cx, DevId, Device, IrqOut, Ops, PciBus, RealizeCx, RealizeError, Region, SysBus,
};
use serde::{Deserialize, Serialize};
use spec::*;

/// The bridge. Exports 0 and 1 are the configuration registers, 2 those for hot-unplug, 3 and 4 the windows on
/// memory and I/O of the bus: [`PciHost::at`] is where they belong in a PC.
#[derive(Debug, Device)]
#[device(name = "pci-host", parent = SysBus, realize = start)]
pub struct PciHost {
    #[region(io, size = 4, export = 0, ops = Address, valid(4), implemented(4))]
    address: Region<Io>,
    #[region(io, size = 4, export = 1, ops = Data, valid(1..=4))]
    data: Region<Io>,
    #[region(io, size = 8, export = 2, ops = Hotplug, valid(4), implemented(4))]
    hotplug: Region<Io>,
    #[region(container, size = 1 << 32)]
    memory: Region<Container>,
    #[region(container, size = 1 << 16)]
    io: Region<Container>,
    #[region(alias(of = memory, offset = MEMORY_WINDOW, size = MEMORY_WINDOW_SIZE), export = 3)]
    memory_window: Region<Alias>,
    #[region(alias(of = io, offset = IO_WINDOW, size = IO_WINDOW_SIZE), export = 4)]
    io_window: Region<Alias>,
    #[irq(out)]
    irq: IrqOut,
    #[bus(PciBus, event = follow)]
    pci: Bus<PciBus>,
    #[state]
    state: State,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct State {
    address: u32,
}

impl PciHost {
    /// Where a PC has its host bridge.
    pub fn at() -> SysBusAddress {
        SysBus::nowhere()
            .and_port(0, CONFIG_ADDRESS)
            .and_port(1, CONFIG_DATA)
            .and_port(2, HOTPLUG)
            .and(3, MEMORY_WINDOW)
            .and_port(4, IO_WINDOW as u16)
    }

    fn start(&mut self, cx: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {
        let spaces = cx.pci_spaces(&self.memory, &self.io);
        self.pci.with(|bus| bus.set_spaces(spaces));
        Ok(())
    }

    fn follow(&mut self, _: &mut Cx<'_, Self>, _: BusEvent) {
        self.drive();
    }

    fn drive(&self) {
        self.irq.set(self.pending() != 0);
    }

    fn pending(&self) -> u32 {
        self.pci.with(|bus| bus.wanted_back().fold(0, |mask, address| mask | 1 << address.device))
    }

    /// Gives up the devices in the mask that are wanted back.
    fn eject(&self, mask: u32) {
        let given = |address: &PciAddress| mask & (1 << address.device) != 0;
        let devices: Vec<DevId> = self.pci.with(|bus| {
            bus.wanted_back().filter(given).filter_map(|address| bus.device_at(address)).collect()
        });
        for device in devices {
            // What forbids it is the business of whoever asked for it: the device stays pending.
            let _ = self.pci.acknowledge(device);
        }
    }

    /// The function and the register that the guest has chosen, if it is one of this bus.
    fn chosen(&self, offset: u64) -> Option<(PciAddress, u8)> {
        let address = self.state.address;
        let is_ours = address & ADDRESS_ENABLE != 0 && address >> ADDRESS_BUS_SHIFT & 0xff == 0;
        let function = PciAddress::from_devfn((address >> ADDRESS_FUNCTION_SHIFT) as u8);
        is_ours.then_some((function, (address as u8 & 0xfc) | offset as u8))
    }
}

/// Answers for the configuration address register.
#[derive(Debug)]
enum Address {}

impl Ops for Address {
    type Device = PciHost;

    fn read(host: &mut PciHost, _: &mut Cx<'_, PciHost>, _: u64, _: u8) -> u64 {
        u64::from(host.state.address)
    }

    fn write(host: &mut PciHost, _: &mut Cx<'_, PciHost>, _: u64, _: u8, value: u64) {
        host.state.address = value as u32 & ADDRESS_WRITABLE;
    }
}

/// Answers for the configuration data register.
#[derive(Debug)]
enum Data {}

impl Ops for Data {
    type Device = PciHost;

    fn read(host: &mut PciHost, _: &mut Cx<'_, PciHost>, offset: u64, size: u8) -> u64 {
        let read =
            |(function, register)| host.pci.with(|bus| bus.config_read(function, register, size));
        u64::from(host.chosen(offset).map_or(u32::MAX, read))
    }

    fn write(host: &mut PciHost, _: &mut Cx<'_, PciHost>, offset: u64, size: u8, value: u64) {
        if let Some((function, register)) = host.chosen(offset) {
            host.pci.with(|bus| bus.config_write(function, register, size, value as u32));
        }
    }
}

/// Answers for the registers for hot-unplug.
#[derive(Debug)]
enum Hotplug {}

impl Ops for Hotplug {
    type Device = PciHost;

    fn read(host: &mut PciHost, _: &mut Cx<'_, PciHost>, offset: u64, _: u8) -> u64 {
        if offset == HOTPLUG_PENDING { u64::from(host.pending()) } else { 0 }
    }

    fn write(host: &mut PciHost, _: &mut Cx<'_, PciHost>, offset: u64, _: u8, value: u64) {
        if offset == HOTPLUG_EJECT {
            host.eject(value as u32);
        }
    }
}
