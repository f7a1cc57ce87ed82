//! A host bridge, and an IDE function that is plugged into its bus while the machine runs.

use super::{Window, add, add_ram};
use devmodel::bus::PciAddress;
use devmodel::{DevId, Machine, PciBus};
use devmodel_devices::pci_host::spec::*;
use devmodel_devices::pci_ide::spec::*;
use devmodel_devices::{PciHost, PciIde};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub(crate) const SLOT: u8 = 3;
/// Where the guest puts the BARs of the IDE function.
pub(crate) const BARS: [u64; 5] = [0xc000, 0xc010, 0xc020, 0xc030, 0xc040];
pub(crate) const PENDING: u64 = HOTPLUG as u64 + HOTPLUG_PENDING;
pub(crate) const EJECT: u64 = HOTPLUG as u64 + HOTPLUG_EJECT;

pub(crate) struct Board {
    pub(crate) machine: Machine,
    pub(crate) host: DevId,
    pub(crate) ports: Window,
    pub(crate) ram: Window,
}

impl Board {
    pub(crate) fn new() -> Self {
        let mut machine = Machine::new();
        let host = add::<PciHost>(&mut machine, "host", PciHost::at());
        add_ram(&machine, 0x10_0000);
        machine.start();
        let ports = Window { space: machine.port_space(), base: 0 };
        let ram = Window { space: machine.address_space(), base: 0 };
        Self { machine, host, ports, ram }
    }

    /// Plugs an IDE function, while the machine runs.
    pub(crate) fn plug(&mut self, name: &str) -> DevId {
        let bus = self.machine.bus::<PciBus>(self.host, "pci").expect("there is such a bus");
        let id = self.machine.create::<PciIde>(name).expect("it can be created");
        self.machine.seat(id, &bus, PciAddress::device(SLOT)).expect("it is its bus");
        self.machine.realize(id).expect("it can be realized");
        id
    }

    pub(crate) fn choose(&self, register: u8) {
        let function = u32::from(SLOT) << 3 << ADDRESS_FUNCTION_SHIFT;
        self.ports.w32(CONFIG_ADDRESS.into(), ADDRESS_ENABLE | function | u32::from(register));
    }

    pub(crate) fn config(&self, register: u8) -> u32 {
        self.choose(register);
        self.ports.r32(CONFIG_DATA.into())
    }

    pub(crate) fn set_config(&self, register: u8, value: u32) {
        self.choose(register);
        self.ports.w32(CONFIG_DATA.into(), value);
    }

    /// What firmware does: gives each BAR an address and switches the function on.
    pub(crate) fn enumerate(&self) {
        for (bar, at) in (0..).zip(BARS) {
            self.set_config(0x10 + 4 * bar, at as u32);
        }
        self.set_config(0x04, 0b101);
    }

    pub(crate) fn disk(&self, id: DevId, f: impl FnOnce(&mut [u8])) {
        let on_disk = |ide: &mut PciIde| f(ide.disk(1).expect("there are two"));
        self.machine.with::<PciIde, _>(id, |ide, _| on_disk(ide)).expect("it is sound");
    }

    /// A DMA command on the secondary channel, and what becomes of it in the bus master's status.
    pub(crate) fn dma(&self, command: u8, sector: u8, count: u8, table: &[(u32, u32)]) -> u8 {
        self.table(0x800, table);
        let (block, master) = (BARS[2], BARS[4] + BM_STRIDE);
        self.ports.w32(master + BM_TABLE, 0x800);
        self.ports.w8(master + BM_STATUS, BM_ERROR | BM_INTERRUPT);
        self.ports.w8(block + DRIVE, DRIVE_LBA);
        self.ports.w8(block + COUNT, count);
        self.ports.w8(block + LBA_LOW, sector);
        self.ports.w8(block + LBA_MID, 0);
        self.ports.w8(block + LBA_HIGH, 0);
        self.ports.w8(block + STATUS, command);
        let direction = if command == READ_DMA { BM_TO_MEMORY } else { 0 };
        self.ports.w8(master + BM_COMMAND, direction);
        self.ports.w8(master + BM_COMMAND, direction | BM_START);
        let status = self.ports.r8(master + BM_STATUS);
        self.ports.w8(master + BM_COMMAND, 0);
        status
    }

    /// Descriptors: address, and length with flags.
    pub(crate) fn table(&self, at: u64, table: &[(u32, u32)]) {
        for (index, (address, len)) in table.iter().enumerate() {
            self.ram.w32(at + 8 * index as u64, *address);
            self.ram.w32(at + 8 * index as u64 + 4, *len);
        }
    }

    pub(crate) fn irq(&mut self, id: DevId, line: &str) -> Arc<AtomicBool> {
        let level = Arc::new(AtomicBool::new(false));
        let copy = level.clone();
        let follow = move |now| copy.store(now, Ordering::SeqCst);
        self.machine.follow((id, line, 0), follow).expect("there is such a line");
        level
    }
}
