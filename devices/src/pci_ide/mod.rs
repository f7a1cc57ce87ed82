//! A PCI IDE function with bus mastering, of the sort of the PIIX3's, with one small disk in memory on each
//! channel.
//!
//! Unlike the PIIX3's, which answers at the ports of the first PCs, it is in native mode: BARs 0 and 2 are the
//! command blocks of the channels, 1 and 3 their control blocks. BAR 4 is the bus master. The drives know
//! IDENTIFY, READ DMA, WRITE DMA, FLUSH CACHE and the choice of a transfer mode. Transfers take no time.

mod channel;
pub mod spec;

use channel::Channel;
use devmodel::region::{Container, Io};
use devmodel::{Cx, Device, IrqOut, Ops, PciBus, RealizeCx, RealizeError, Region, StateError};
use spec::*;

/// The function. The content of its disks is no part of its state, and outlives unrealize.
#[derive(Debug, Device)]
#[device(name = "pci-ide", parent = PciBus, hotpluggable, unplug = "request")]
#[device(identity(vendor = 0x8086, device = 0x7010, class = 0x01_01_85, io_bars = 0x1f, pin = 1))]
#[device(realize = spin_up, reset(hold = settle), post_load = load)]
pub struct PciIde {
    /// The size of each disk, in sectors of 512 bytes.
    #[property(default = 64, min = 1, max = 1 << 20)]
    sectors: u32,
    #[region(io, size = 8, export = 0, ops = Command<0>, valid(1..=4))]
    primary: Region<Io>,
    #[region(io, size = 4, export = 1, ops = Control<0>, implemented(1))]
    primary_control: Region<Io>,
    #[region(io, size = 8, export = 2, ops = Command<1>, valid(1..=4))]
    secondary: Region<Io>,
    #[region(io, size = 4, export = 3, ops = Control<1>, implemented(1))]
    secondary_control: Region<Io>,
    #[region(container, size = 2 * BM_STRIDE, export = 4)]
    bus_master: Region<Container>,
    #[region(io, size = 4, ops = BusMaster, in = bus_master, stride = BM_STRIDE, implemented(1))]
    bmdma: [Region<Io>; 2],
    #[region(io, size = 4, ops = Table, in = bus_master, at = BM_TABLE, stride = BM_STRIDE, implemented(4))]
    table: [Region<Io>; 2],
    #[irq(out)]
    irq: IrqOut,
    #[state]
    channels: [Channel; 2],
    disks: [Vec<u8>; 2],
}

impl PciIde {
    /// The content of the disk of channel 0 or 1. Its length stays.
    pub fn disk(&mut self, channel: usize) -> Option<&mut [u8]> {
        self.disks.get_mut(channel).map(Vec::as_mut_slice)
    }

    fn spin_up(&mut self, _: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {
        let len = self.sectors as usize * SECTOR;
        self.disks.iter_mut().for_each(|disk| disk.resize(len, 0));
        Ok(())
    }

    fn settle(&mut self, _: &mut Cx<'_, Self>) {
        self.drive();
    }

    fn load(&mut self, _: &mut Cx<'_, Self>, _: u32) -> Result<(), StateError> {
        self.drive();
        Ok(())
    }

    fn drive(&self) {
        self.irq.set(self.channels.iter().any(Channel::interrupts));
    }

    /// After each write that may have been the last thing that a transfer waited for.
    fn go_on(&mut self, cx: &Cx<'_, Self>, channel: usize) {
        self.channels[channel].transfer(cx, &mut self.disks[channel]);
        self.drive();
    }
}

/// Answers for the command block of a channel.
#[derive(Debug)]
enum Command<const CHANNEL: usize> {}

impl<const CHANNEL: usize> Ops for Command<CHANNEL> {
    type Device = PciIde;

    fn read(ide: &mut PciIde, _: &mut Cx<'_, PciIde>, offset: u64, size: u8) -> u64 {
        let value = ide.channels[CHANNEL].read(offset, size);
        ide.drive();
        value
    }

    fn write(ide: &mut PciIde, cx: &mut Cx<'_, PciIde>, offset: u64, _: u8, value: u64) {
        ide.channels[CHANNEL].write(offset, value as u8, &mut ide.disks[CHANNEL]);
        ide.go_on(cx, CHANNEL);
    }
}

/// Answers for the control block of a channel.
#[derive(Debug)]
enum Control<const CHANNEL: usize> {}

impl<const CHANNEL: usize> Ops for Control<CHANNEL> {
    type Device = PciIde;

    fn read(ide: &mut PciIde, _: &mut Cx<'_, PciIde>, offset: u64, _: u8) -> u64 {
        let status = ide.channels[CHANNEL].alternate_status();
        if offset == CONTROL { u64::from(status) } else { 0 }
    }

    fn write(ide: &mut PciIde, _: &mut Cx<'_, PciIde>, offset: u64, _: u8, value: u64) {
        if offset == CONTROL {
            ide.channels[CHANNEL].set_control(value as u8);
            ide.drive();
        }
    }
}

/// Answers for command and status of the bus master.
#[derive(Debug)]
enum BusMaster {}

impl Ops for BusMaster {
    type Device = PciIde;

    fn read(ide: &mut PciIde, cx: &mut Cx<'_, PciIde>, offset: u64, _: u8) -> u64 {
        u64::from(ide.channels[usize::from(cx.element())].bm_read(offset))
    }

    fn write(ide: &mut PciIde, cx: &mut Cx<'_, PciIde>, offset: u64, _: u8, value: u64) {
        let channel = usize::from(cx.element());
        ide.channels[channel].bm_write(offset, value as u8);
        ide.go_on(cx, channel);
    }
}

/// Answers for the address of the table of descriptors.
#[derive(Debug)]
enum Table {}

impl Ops for Table {
    type Device = PciIde;

    fn read(ide: &mut PciIde, cx: &mut Cx<'_, PciIde>, _: u64, _: u8) -> u64 {
        u64::from(ide.channels[usize::from(cx.element())].table)
    }

    fn write(ide: &mut PciIde, cx: &mut Cx<'_, PciIde>, _: u64, _: u8, value: u64) {
        ide.channels[usize::from(cx.element())].table = value as u32 & !3;
    }
}
