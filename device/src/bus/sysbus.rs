//! The system bus: every device is mapped where the board says.

use super::{BusRef, BusType, PlugCx};
use crate::lifecycle::{BusMaster, DevId, Machine, RealizeError};
use crate::memory::NodeId;
use crate::meta::Meta;

/// The bus of devices that are mapped where the board says. Every machine has one
/// ([`Machine::system_bus`](crate::Machine::system_bus)).
#[derive(Debug)]
pub struct SysBus {
    memory: NodeId,
    ports: NodeId,
    dma: BusMaster,
}

/// Where the exports of a device on the [`SysBus`] are mapped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SysBusAddress(Vec<Spot>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Spot {
    export: u8,
    is_port: bool,
    at: u64,
    priority: i32,
}

impl SysBus {
    pub(crate) fn new(memory: NodeId, ports: NodeId, dma: BusMaster) -> Self {
        Self { memory, ports, dma }
    }

    /// Export 0 at this address, in bytes.
    pub fn at(address: u64) -> SysBusAddress {
        SysBusAddress::default().and(0, address)
    }

    /// Export 0 at this I/O port.
    pub fn at_port(port: u16) -> SysBusAddress {
        SysBusAddress::default().and_port(0, port)
    }

    /// Nothing is mapped.
    pub fn nowhere() -> SysBusAddress {
        SysBusAddress::default()
    }
}

impl SysBusAddress {
    /// Another export at this address, in bytes.
    #[must_use]
    pub fn and(self, export: u8, address: u64) -> Self {
        self.overlapping(export, address, 0)
    }

    /// Another export at this address, in bytes, above or below what else is there.
    #[must_use]
    pub fn overlapping(self, export: u8, address: u64, priority: i32) -> Self {
        self.with(Spot { export, is_port: false, at: address, priority })
    }

    /// Another export at this I/O port.
    #[must_use]
    pub fn and_port(self, export: u8, port: u16) -> Self {
        self.with(Spot { export, is_port: true, at: u64::from(port), priority: 0 })
    }

    /// Most devices have one export only: a vector makes room for several.
    fn with(mut self, spot: Spot) -> Self {
        if self.0.is_empty() {
            self.0.reserve_exact(1);
        }
        self.0.push(spot);
        self
    }
}

impl BusType for SysBus {
    const NAME: &'static str = "SysBus";
    type Address = SysBusAddress;

    fn admit(&mut self, _: DevId, _: &'static Meta, _: &SysBusAddress) -> Result<(), RealizeError> {
        Ok(())
    }

    fn connect(
        &mut self,
        cx: &mut PlugCx<'_>,
        _: DevId,
        _: &SysBusAddress,
    ) -> Result<(), RealizeError> {
        cx.give_dma(self.dma.clone());
        Ok(())
    }

    fn plug(
        &mut self,
        cx: &mut PlugCx<'_>,
        _: DevId,
        address: &SysBusAddress,
    ) -> Result<(), RealizeError> {
        let exports = cx.exports();
        for spot in &address.0 {
            let container = if spot.is_port { self.ports } else { self.memory };
            match exports.iter().find(|export| export.index == spot.export) {
                Some(export) => cx.map(container, spot.at, export.region, spot.priority),
                None if cfg!(feature = "memory") => {
                    let why = format!("the device has no export {}", spot.export);
                    return Err(RealizeError::Bus { bus: Self::NAME, why });
                }
                None => {}
            }
        }
        Ok(())
    }

    fn leave(&mut self, _: DevId) {}

    /// Each export at a multiple of 4 GiB.
    fn test_seat(
        machine: &Machine,
        device: &'static Meta,
    ) -> Option<(BusRef<Self>, SysBusAddress)> {
        let exports =
            device.regions.iter().filter_map(|region| Some((region.export?, region.count)));
        let exports = exports.flat_map(|(first, count)| first..first.saturating_add(count as u8));
        let seat =
            |address: SysBusAddress, export: u8| address.and(export, (u64::from(export) + 1) << 32);
        Some((machine.system_bus(), exports.fold(SysBus::nowhere(), seat)))
    }
}
