//! A build with memory: regions are nodes of its topology.

use super::Mapping;
use super::by_hand::{ByHand, Make};
use crate::access::{AccessError, Attrs};
use crate::bus::{Export, PciHostSpaces, SysBus};
use crate::io::{IoTarget, RegionKey};
use crate::lifecycle::bag::{Effects, Undo};
use crate::lifecycle::cell::AnyCell;
use crate::lifecycle::error::{MachineError, RealizeError};
use crate::memory::backend::Io;
use crate::memory::{AddressSpace, Memory, MemoryError, NodeId, RamBlock, Transaction};
use crate::meta::{Inside, Meta, RegionKind, RegionMeta, Size};
use std::sync::Arc;

/// The regions of a realized device.
pub(crate) struct Regions {
    built: Vec<Built>,
    /// Those that it has made itself.
    pub(crate) by_hand: ByHand,
}

struct Built {
    key: RegionKey,
    node: NodeId,
    size: u64,
    ram: Option<Arc<RamBlock>>,
}

impl Regions {
    /// Makes the regions of a device and puts those that lie in others there. Nobody sees them: none is
    /// in anything but the device's own containers. `size` computes a size that depends on properties.
    ///
    /// # Errors
    ///
    /// [`RealizeError::Memory`]; what was made before is in the bag.
    pub(crate) fn build(
        meta: &'static Meta,
        port: &Arc<dyn IoTarget>,
        memory: &Memory,
        effects: &mut Effects,
        size: &dyn Fn(u16) -> Result<u64, AccessError>,
    ) -> Result<Self, RealizeError> {
        let count = meta.regions.iter().map(|region| usize::from(region.count)).sum();
        let mut regions = Self { built: Vec::with_capacity(count), by_hand: ByHand::default() };
        for field in in_order(meta) {
            let region = &meta.regions[usize::from(field)];
            let size = match region.size {
                Size::Fixed(size) => size,
                Size::Computed => size(field).map_err(|_| MachineError::Poisoned)?,
            };
            for element in 0..region.count {
                effects.fault.step("region")?;
                let key = RegionKey { field, element };
                let built = regions.make(region, key, size, port, memory)?;
                effects.bag.push(Undo::Region(built.node));
                regions.built.push(built);
            }
        }
        Ok(regions)
    }

    fn make(
        &self,
        region: &'static RegionMeta,
        key: RegionKey,
        size: u64,
        port: &Arc<dyn IoTarget>,
        memory: &Memory,
    ) -> Result<Built, RealizeError> {
        let make = self.what(region, port)?;
        let ram = bytes(&make, size)?;
        let node = memory.transaction(|change| {
            let node = node_of(change, &make, (region.name, key), size, ram.as_ref())?;
            self.settle(change, region, key, node)?;
            Ok(node)
        })?;
        Ok(Built { key, node, size, ram })
    }

    fn what(&self, region: &RegionMeta, port: &Arc<dyn IoTarget>) -> Result<Make, MemoryError> {
        Ok(match region.kind {
            RegionKind::Container => Make::Container,
            RegionKind::Io => Make::Io(port.clone()),
            RegionKind::Reserved => Make::Reserved,
            RegionKind::Ram => Make::Ram,
            RegionKind::Rom => Make::Rom,
            RegionKind::RomDevice => Make::RomDevice(port.clone()),
            RegionKind::Alias { of, offset } => {
                let of = self.node(RegionKey { field: of, element: 0 });
                Make::Alias { of: of.ok_or(MemoryError::Dangling)?, offset }
            }
            RegionKind::Iommu => Make::Iommu,
        })
    }

    /// Puts a region where its type says, with the flags that it says.
    fn settle(
        &self,
        change: &mut Transaction<'_>,
        region: &RegionMeta,
        key: RegionKey,
        node: NodeId,
    ) -> Result<(), MemoryError> {
        if !region.enabled {
            change.set_enabled(node, false)?;
        }
        if region.unmergeable {
            change.set_unmergeable(node, true)?;
        }
        let Some(inside) = region.inside else {
            return Ok(());
        };
        let container = self.node(RegionKey { field: inside.field, element: 0 });
        let container = container.ok_or(MemoryError::NoSuchRegion)?;
        change.attach(container, at(inside, key.element), node, inside.priority)
    }

    pub(crate) fn nodes(&self) -> impl Iterator<Item = NodeId> {
        self.built.iter().map(|built| built.node).chain(self.by_hand.nodes())
    }

    pub(crate) fn node(&self, key: RegionKey) -> Option<NodeId> {
        self.find(key).map(|built| built.node)
    }

    pub(crate) fn ram(&self, key: RegionKey) -> Option<Arc<RamBlock>> {
        self.find(key)?.ram.clone()
    }

    pub(crate) fn exports(&self, meta: &Meta) -> Vec<Export> {
        let mut exports: Vec<Export> =
            self.built.iter().filter_map(|built| export(meta, built)).collect();
        exports.extend(self.by_hand.exports());
        exports.sort_by_key(|export| export.index);
        exports
    }

    fn find(&self, key: RegionKey) -> Option<&Built> {
        self.built.iter().find(|built| built.key == key)
    }
}

/// Makes a region, which is in no container.
///
/// # Errors
///
/// [`RealizeError::Memory`]; [`RealizeError::Device`] if there are no bytes for its content.
pub(super) fn make(
    memory: &Memory,
    make: &Make,
    label: (&'static str, RegionKey),
    size: u64,
) -> Result<(NodeId, Option<Arc<RamBlock>>), RealizeError> {
    let ram = bytes(make, size)?;
    let node = memory.transaction(|change| node_of(change, make, label, size, ram.as_ref()))?;
    Ok((node, ram))
}

fn bytes(make: &Make, size: u64) -> Result<Option<Arc<RamBlock>>, RealizeError> {
    if !make.has_bytes() {
        return Ok(None);
    }
    RamBlock::new(size).map(Some).map_err(|error| RealizeError::device(error.to_string()))
}

fn node_of(
    change: &mut Transaction<'_>,
    make: &Make,
    (name, key): (&'static str, RegionKey),
    size: u64,
    ram: Option<&Arc<RamBlock>>,
) -> Result<NodeId, MemoryError> {
    let (label, long) = ((name, key.element), u128::from(size));
    let ram = || ram.cloned().ok_or(MemoryError::ZeroSize);
    let io = |target: &Arc<dyn IoTarget>| Io::new(target.clone(), key);
    match make {
        Make::Container => change.container(label, long),
        Make::Io(target) => change.io(label, long, io(target)),
        Make::Reserved => change.reserved(label, long),
        Make::Ram => change.ram(label, ram()?),
        Make::Rom => change.rom(label, ram()?),
        Make::RomDevice(target) => change.rom_device(label, ram()?, io(target)),
        Make::Alias { of, offset } => change.alias(label, *of, *offset, long),
        Make::Iommu => change.iommu(label, long),
    }
}

/// Writes to the content of a region, for whoever watches it, too.
///
/// # Errors
///
/// [`AccessError::Decode`] beyond its end.
pub(crate) fn write_ram(
    memory: &Memory,
    node: NodeId,
    ram: &RamBlock,
    offset: u64,
    data: &[u8],
) -> Result<(), AccessError> {
    ram.write(offset, data).map_err(|_| AccessError::Decode)?;
    ram.mark_dirty(offset, data.len() as u64, memory.watchers(node));
    Ok(())
}

/// The elements of an exported array have consecutive numbers.
fn export(meta: &Meta, built: &Built) -> Option<Export> {
    let first = meta.regions[usize::from(built.key.field)].export?;
    let index = first.checked_add(u8::try_from(built.key.element).ok()?)?;
    Some(Export { index, region: built.node, size: built.size })
}

/// The fields, each after those that it refers to. The derive has seen to it that there is no cycle.
fn in_order(meta: &Meta) -> Vec<u16> {
    let mut ordered: Vec<u16> = Vec::new();
    let all = 0..meta.regions.len() as u16;
    while ordered.len() < meta.regions.len() {
        let ready = |field: &u16| {
            let needs = needs(&meta.regions[usize::from(*field)]);
            !ordered.contains(field) && needs.iter().flatten().all(|need| ordered.contains(need))
        };
        match all.clone().find(ready) {
            Some(field) => ordered.push(field),
            None => break,
        }
    }
    ordered
}

fn needs(region: &RegionMeta) -> [Option<u16>; 2] {
    let seen = match region.kind {
        RegionKind::Alias { of, .. } => Some(of),
        _ => None,
    };
    [seen, region.inside.map(|inside| inside.field)]
}

fn at(inside: Inside, element: u16) -> u64 {
    inside.at.saturating_add(inside.stride.saturating_mul(u64::from(element)))
}

/// Where export 0 of a part goes in its whole.
pub(crate) fn part_mapping(
    whole: &dyn AnyCell,
    part: &dyn AnyCell,
    inside: Inside,
    element: u16,
) -> Option<Mapping> {
    let container = whole.regions()?.node(RegionKey { field: inside.field, element: 0 })?;
    let exports = part.regions()?.exports(part.meta());
    let region = exports.iter().find(|export| export.index == 0)?.region;
    Some(Mapping { container, at: at(inside, element), region, priority: inside.priority })
}

/// Puts regions where they belong, in one transaction.
///
/// # Errors
///
/// [`RealizeError::Memory`]; nothing is mapped then.
pub(crate) fn map(memory: &Memory, mappings: &[Mapping]) -> Result<(), RealizeError> {
    memory.transaction(|change| {
        for Mapping { container, at, region, priority } in mappings {
            change.attach(*container, *at, *region, *priority)?;
        }
        Ok(())
    })?;
    Ok(())
}

/// Removes regions, in one transaction. Those that are gone already do not matter.
pub(crate) fn remove(memory: &Memory, nodes: &[NodeId]) {
    if !nodes.is_empty() {
        memory.remove_all(nodes);
    }
}

/// The address spaces that every machine has.
pub(crate) struct Board {
    system: NodeId,
    ports: NodeId,
    space: AddressSpace,
    port_space: AddressSpace,
}

impl Board {
    /// # Errors
    ///
    /// [`MemoryError::Full`] if there is not even room for this.
    pub(crate) fn new(memory: &Memory) -> Result<Self, MemoryError> {
        let (system, ports) = memory.transaction(|change| {
            Ok((change.container("system", 1 << 64)?, change.container("io", 1 << 16)?))
        })?;
        let space = memory.address_space("memory", system)?;
        let port_space = memory.address_space("io", ports)?;
        Ok(Self { system, ports, space, port_space })
    }

    pub(crate) fn system_bus(&self) -> SysBus {
        SysBus::new(self.system, self.ports, BusMaster::new(self.space.clone()))
    }

    pub(crate) fn system(&self) -> NodeId {
        self.system
    }

    pub(crate) fn space(&self) -> AddressSpace {
        self.space.clone()
    }

    pub(crate) fn ports(&self) -> AddressSpace {
        self.port_space.clone()
    }

    pub(crate) fn spaces(&self) -> PciHostSpaces {
        let dma = BusMaster::new(self.space.clone());
        PciHostSpaces { memory: self.system, io: self.system, dma }
    }

    pub(crate) fn shut_down(&self, memory: &Memory) {
        // Within a listener, which is the only place where this fails, the views stay as they are: every
        // device is gone from them already.
        let _ = memory.shut_down();
    }
}

/// What a device sees as a bus master, if the bus gave it anything; see [`Cx::bus_master`](crate::Cx::bus_master).
#[derive(Clone, Debug, Default)]
pub struct BusMaster(Option<AddressSpace>);

impl BusMaster {
    pub(crate) fn new(space: AddressSpace) -> Self {
        Self(Some(space))
    }

    /// The address space, for mappings.
    pub fn space(&self) -> Option<AddressSpace> {
        self.0.clone()
    }

    /// Reads from memory.
    ///
    /// # Errors
    ///
    /// [`AccessError`] as of any access; `NoMemory` if the bus gives the device no way to memory.
    pub fn read(&self, address: u64, data: &mut [u8]) -> Result<(), AccessError> {
        let space = self.0.as_ref().ok_or(AccessError::NoMemory)?;
        space.read(address, data, Attrs::default())
    }

    /// Writes to memory.
    ///
    /// # Errors
    ///
    /// [`AccessError`] as of any access; `NoMemory` if the bus gives the device no way to memory.
    pub fn write(&self, address: u64, data: &[u8]) -> Result<(), AccessError> {
        let space = self.0.as_ref().ok_or(AccessError::NoMemory)?;
        space.write(address, data, Attrs::default())
    }
}

/// Moves the regions of devices while they are realized, for a bus whose guest says where they are.
#[derive(Clone)]
pub struct Mapper(Memory);

impl Mapper {
    pub(crate) fn new(memory: &Memory) -> Self {
        Self(memory.clone())
    }

    /// Puts a region at an offset, in bytes, of a container, or out of every one. Nothing happens if the
    /// region is gone.
    pub fn place(&self, region: NodeId, at: Option<(NodeId, u64)>) {
        // The device may be on its way out: then there is nothing left to move.
        let _ = self.0.transaction(|change| {
            match change.detach(region) {
                Err(MemoryError::NotMapped) | Ok(()) => {}
                Err(error) => return Err(error),
            }
            at.map_or(Ok(()), |(container, at)| change.attach(container, at, region, 0))
        });
    }
}

impl std::fmt::Debug for Mapper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mapper")
    }
}
