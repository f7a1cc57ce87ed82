//! A PCI-like bus: functions with a configuration space whose BARs the guest moves.

use super::{BusRef, BusType, Export, PlugCx};
use crate::lifecycle::{BusMaster, DevId, Machine, Mapper, RealizeError};
use crate::memory::NodeId;
use crate::meta::Meta;
use std::collections::BTreeMap;

const COMMAND: usize = 0x04;
const REVISION: usize = 0x08;
const BAR0: usize = 0x10;
const BARS: usize = 6;
const INTERRUPT_LINE: usize = 0x3c;
const INTERRUPT_PIN: usize = 0x3d;
const SIZE: usize = 256;

/// Command register: the function answers I/O accesses.
const COMMAND_IO: u8 = 1;
/// Command register: the function answers memory accesses.
const COMMAND_MEMORY: u8 = 2;
/// Command register, low byte: what the guest can write (I/O, memory, bus master).
const COMMAND_WRITABLE: u8 = 0b111;

/// A PCI-like bus; a device that has one (a host bridge) gives it the containers in which BARs are mapped
/// ([`set_spaces`](PciBus::set_spaces)) and passes configuration accesses on.
///
/// Exports 0 to 5 of a device are its BARs; their sizes are powers of two. The words of
/// `#[device(identity(..))]` that it knows: `vendor`, `device`, `class` (24 bits), `revision`, `io_bars` (a
/// mask of the BARs that are in I/O space) and `pin` (the interrupt pin, 1 to 4). The bus master bit is
/// kept but changes nothing.
#[derive(Debug, Default)]
pub struct PciBus {
    spaces: Option<PciHostSpaces>,
    functions: BTreeMap<PciAddress, Function>,
    /// Whether BARs are mapped without a guest's doing.
    is_preset: bool,
}

/// Where the BARs of the functions on a bus are mapped.
#[derive(Clone, Debug)]
pub struct PciHostSpaces {
    pub(crate) memory: NodeId,
    pub(crate) io: NodeId,
    pub(crate) dma: BusMaster,
}

/// The address of a function on its bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PciAddress {
    /// 0 to 31.
    pub device: u8,
    /// 0 to 7.
    pub function: u8,
}

#[derive(Debug)]
struct Function {
    id: DevId,
    config: [u8; SIZE],
    bars: [Option<Bar>; BARS],
    mapper: Option<Mapper>,
    is_wanted_back: bool,
}

#[derive(Clone, Copy, Debug)]
struct Bar {
    region: NodeId,
    size: u64,
    is_io: bool,
    at: Option<u64>,
}

impl PciAddress {
    /// Function 0 of a device, 0 to 31.
    pub fn device(device: u8) -> Self {
        Self { device, function: 0 }
    }

    /// The address in the format of configuration mechanism 1: bits 8 to 15 of the address register.
    pub fn from_devfn(devfn: u8) -> Self {
        Self { device: devfn >> 3, function: devfn & 7 }
    }
}

impl PciBus {
    /// Sets where BARs are mapped. To be called by the host bridge's realize.
    pub fn set_spaces(&mut self, spaces: Option<PciHostSpaces>) {
        self.spaces = spaces;
    }

    /// Reads `size` (1, 2 or 4) bytes of configuration space. All ones where there is no function.
    pub fn config_read(&self, address: PciAddress, offset: u8, size: u8) -> u32 {
        let bytes = (0..usize::from(size.min(4))).map(|i| {
            let function = self.functions.get(&address);
            let byte = function.and_then(|function| function.config.get(usize::from(offset) + i));
            u32::from(*byte.unwrap_or(&0xff)) << (8 * i)
        });
        bytes.fold(0, |value, byte| value | byte)
    }

    /// Writes `size` (1, 2 or 4) bytes of configuration space, and moves the BARs if that is what it
    /// means. Nothing happens where there is no function.
    pub fn config_write(&mut self, address: PciAddress, offset: u8, size: u8, value: u32) {
        let Some(function) = self.functions.get_mut(&address) else {
            return;
        };
        for (i, byte) in value.to_le_bytes().into_iter().take(usize::from(size)).enumerate() {
            function.write_byte(usize::from(offset) + i, byte);
        }
        if let Some(spaces) = &self.spaces {
            function.move_bars(spaces);
        }
    }

    /// The function at an address.
    pub fn device_at(&self, address: PciAddress) -> Option<DevId> {
        Some(self.functions.get(&address)?.id)
    }

    /// The functions that the guest is asked to give up.
    pub fn wanted_back(&self) -> impl Iterator<Item = PciAddress> {
        let wanted = self.functions.iter().filter(|(_, function)| function.is_wanted_back);
        wanted.map(|(address, _)| *address)
    }

    fn refuse<T>(why: String) -> Result<T, RealizeError> {
        Err(RealizeError::Bus { bus: Self::NAME, why })
    }
}

impl BusType for PciBus {
    const NAME: &'static str = "PciBus";
    type Address = PciAddress;

    fn admit(
        &mut self,
        device: DevId,
        meta: &'static Meta,
        address: &PciAddress,
    ) -> Result<(), RealizeError> {
        if address.device > 31 || address.function > 7 {
            return Self::refuse(format!("there is no address {address:?}"));
        }
        if self.functions.contains_key(address) {
            let address = format!("{:02x}.{}", address.device, address.function);
            return Err(RealizeError::AddressTaken { bus: Self::NAME, address });
        }
        self.functions.insert(*address, Function::new(device, meta));
        Ok(())
    }

    fn connect(
        &mut self,
        cx: &mut PlugCx<'_>,
        _: DevId,
        _: &PciAddress,
    ) -> Result<(), RealizeError> {
        if let Some(spaces) = &self.spaces {
            cx.give_dma(spaces.dma.clone());
        }
        Ok(())
    }

    fn plug(
        &mut self,
        cx: &mut PlugCx<'_>,
        _: DevId,
        address: &PciAddress,
    ) -> Result<(), RealizeError> {
        let io_bars = cx.meta().identity("io_bars").unwrap_or(0);
        let Some(function) = self.functions.get_mut(address) else {
            return Self::refuse("the function was not admitted".to_owned());
        };
        function.mapper = Some(cx.mapper());
        for export in cx.exports() {
            function.add_bar(export, io_bars)?;
        }
        if let Some(spaces) = self.spaces.as_ref().filter(|_| self.is_preset) {
            function.preset(cx, spaces);
        }
        Ok(())
    }

    fn leave(&mut self, device: DevId) {
        self.functions.retain(|_, function| function.id != device);
    }

    /// A bus of its own, whose BARs are where the conformance suite can reach them: BAR n at n + 1 times
    /// 256 MiB.
    fn test_seat(machine: &Machine, _: &'static Meta) -> Option<(BusRef<Self>, PciAddress)> {
        let spaces = machine.spaces();
        let bus = Self { spaces: Some(spaces), functions: BTreeMap::new(), is_preset: true };
        Some((BusRef::new(bus), PciAddress::device(0)))
    }

    fn unplug_request(&mut self, device: DevId) {
        let wanted = self.functions.values_mut().filter(|function| function.id == device);
        wanted.for_each(|function| function.is_wanted_back = true);
    }
}

impl Function {
    fn new(id: DevId, meta: &Meta) -> Self {
        let word = |word| meta.identity(word).unwrap_or(0);
        let mut config = [0; SIZE];
        config[0..2].copy_from_slice(&(word("vendor") as u16).to_le_bytes());
        config[2..4].copy_from_slice(&(word("device") as u16).to_le_bytes());
        config[REVISION] = word("revision") as u8;
        config[REVISION + 1..REVISION + 4]
            .copy_from_slice(&(word("class") as u32).to_le_bytes()[..3]);
        config[INTERRUPT_PIN] = word("pin") as u8;
        Self { id, config, bars: [None; BARS], mapper: None, is_wanted_back: false }
    }

    fn add_bar(&mut self, export: Export, io_bars: u64) -> Result<(), RealizeError> {
        let Export { index, region, size } = export;
        let is_io = io_bars & (1 << index) != 0;
        let smallest = if is_io { 4 } else { 16 };
        if !size.is_power_of_two() || size < smallest || size > 1 << 31 {
            return PciBus::refuse(format!("a BAR can't have {size:#x} bytes"));
        }
        let Some(bar) = self.bars.get_mut(usize::from(index)) else {
            return PciBus::refuse(format!("there is no BAR {index}"));
        };
        *bar = Some(Bar { region, size, is_io, at: None });
        self.config[BAR0 + 4 * usize::from(index)] = u8::from(is_io);
        Ok(())
    }

    fn write_byte(&mut self, offset: usize, byte: u8) {
        match offset {
            COMMAND => self.config[COMMAND] = byte & COMMAND_WRITABLE,
            INTERRUPT_LINE => self.config[INTERRUPT_LINE] = byte,
            BAR0.. if offset < BAR0 + 4 * BARS => self.write_bar(offset, byte),
            _ => {}
        }
    }

    /// The low bits of a BAR, below its size, read as 0 but for the type.
    fn write_bar(&mut self, offset: usize, byte: u8) {
        let Some(bar) = self.bars[(offset - BAR0) / 4] else {
            return;
        };
        let mask = (bar.size as u32).wrapping_neg().to_le_bytes()[offset % 4];
        let kind = if offset.is_multiple_of(4) { u8::from(bar.is_io) } else { 0 };
        self.config[offset] = byte & mask | kind;
    }

    /// Maps every BAR where no guest has said anything.
    fn preset(&mut self, cx: &mut PlugCx<'_>, spaces: &PciHostSpaces) {
        self.config[COMMAND] = COMMAND_IO | COMMAND_MEMORY;
        for (at, bar) in self.bars.iter_mut().enumerate() {
            let Some(bar) = bar else {
                continue;
            };
            let address = (at as u32 + 1) << 28;
            let kind = u32::from(bar.is_io);
            self.config[BAR0 + 4 * at..][..4].copy_from_slice(&(address | kind).to_le_bytes());
            bar.at = Some(u64::from(address));
            let space = if bar.is_io { spaces.io } else { spaces.memory };
            cx.map(space, u64::from(address), bar.region, 0);
        }
    }

    fn move_bars(&mut self, spaces: &PciHostSpaces) {
        let command = self.config[COMMAND];
        for at in 0..BARS {
            let value = self.bar_value(at);
            let Some(bar) = &mut self.bars[at] else {
                continue;
            };
            let (enable, space) = match bar.is_io {
                true => (COMMAND_IO, spaces.io),
                false => (COMMAND_MEMORY, spaces.memory),
            };
            let wanted = (command & enable != 0).then(|| bar.address(value)).flatten();
            if let (true, Some(mapper)) = (bar.at != wanted, &self.mapper) {
                mapper.place(bar.region, wanted.map(|at| (space, at)));
                bar.at = wanted;
            }
        }
    }

    fn bar_value(&self, bar: usize) -> u32 {
        let bytes = &self.config[BAR0 + 4 * bar..][..4];
        bytes.iter().rev().fold(0, |value, byte| value << 8 | u32::from(*byte))
    }
}

impl Bar {
    /// Where a BAR of this value is: nowhere at 0, and nowhere while the guest asks for its size.
    fn address(self, value: u32) -> Option<u64> {
        let sizing = (self.size as u32).wrapping_neg();
        let address = value & sizing;
        (address != 0 && address != sizing).then_some(u64::from(address))
    }
}
