//! A build without memory: regions are described, and nothing else.

use super::Mapping;
use super::by_hand::{ByHand, Make};
use crate::access::AccessError;
use crate::bus::{Export, PciHostSpaces, SysBus};
use crate::io::{IoTarget, RegionKey};
use crate::lifecycle::bag::Effects;
use crate::lifecycle::cell::AnyCell;
use crate::lifecycle::error::RealizeError;
use crate::memory::{Memory, MemoryError, NodeId, RamBlock};
use crate::meta::{Inside, Meta};
use std::sync::Arc;

/// No regions.
pub(crate) struct Regions {
    pub(crate) by_hand: ByHand,
}

impl Regions {
    /// The steps are the same as where there is memory, so that the same failures can be injected.
    pub(crate) fn build(
        meta: &'static Meta,
        _: &Arc<dyn IoTarget>,
        _: &Memory,
        effects: &mut Effects,
        _: &dyn Fn(u16) -> Result<u64, AccessError>,
    ) -> Result<Self, RealizeError> {
        for _ in meta.regions.iter().flat_map(|region| 0..region.count) {
            effects.fault.step("region")?;
        }
        Ok(Self { by_hand: ByHand::default() })
    }

    pub(crate) fn nodes(&self) -> impl Iterator<Item = NodeId> {
        std::iter::empty()
    }

    /// As if it were there: changes of what nobody sees do nothing.
    pub(crate) fn node(&self, _: RegionKey) -> Option<NodeId> {
        Some(NodeId::NOWHERE)
    }

    pub(crate) fn ram(&self, _: RegionKey) -> Option<Arc<RamBlock>> {
        None
    }

    pub(crate) fn exports(&self, _: &Meta) -> Vec<Export> {
        Vec::new()
    }
}

pub(super) fn make(
    _: &Memory,
    _: &Make,
    _: (&'static str, RegionKey),
    _: u64,
) -> Result<(NodeId, Option<Arc<RamBlock>>), RealizeError> {
    Ok((NodeId::NOWHERE, None))
}

pub(crate) fn write_ram(
    _: &Memory,
    _: NodeId,
    ram: &RamBlock,
    _: u64,
    _: &[u8],
) -> Result<(), AccessError> {
    match *ram {}
}

pub(crate) fn part_mapping(_: &dyn AnyCell, _: &dyn AnyCell, _: Inside, _: u16) -> Option<Mapping> {
    None
}

pub(crate) fn map(_: &Memory, _: &[Mapping]) -> Result<(), RealizeError> {
    Ok(())
}

pub(crate) fn remove(_: &Memory, _: &[NodeId]) {}

/// No memory.
pub(crate) struct Board(());

impl Board {
    pub(crate) fn new(_: &Memory) -> Result<Self, MemoryError> {
        Ok(Self(()))
    }

    pub(crate) fn system_bus(&self) -> SysBus {
        SysBus::new(NodeId::NOWHERE, NodeId::NOWHERE, BusMaster::default())
    }

    pub(crate) fn spaces(&self) -> PciHostSpaces {
        PciHostSpaces { memory: NodeId::NOWHERE, io: NodeId::NOWHERE, dma: BusMaster::default() }
    }

    pub(crate) fn shut_down(&self, _: &Memory) {}
}

/// No way to memory.
#[derive(Clone, Debug, Default)]
pub struct BusMaster(());

impl BusMaster {
    /// There is nothing to read.
    ///
    /// # Errors
    ///
    /// Always [`AccessError::NoMemory`].
    pub fn read(&self, _: u64, _: &mut [u8]) -> Result<(), AccessError> {
        Err(AccessError::NoMemory)
    }

    /// There is nothing to write to.
    ///
    /// # Errors
    ///
    /// Always [`AccessError::NoMemory`].
    pub fn write(&self, _: u64, _: &[u8]) -> Result<(), AccessError> {
        Err(AccessError::NoMemory)
    }
}

/// Moves nothing.
#[derive(Clone, Debug)]
pub struct Mapper(());

impl Mapper {
    pub(crate) fn new(_: &Memory) -> Self {
        Self(())
    }

    /// Does nothing.
    pub fn place(&self, _: NodeId, _: Option<(NodeId, u64)>) {}
}
