//! What a region's accesses end in.

use super::ram::RamBlock;
use super::split::Gate;
use crate::io::{IoTarget, RegionKey};
use std::sync::Arc;

/// Registers: who answers, as which region, and what is let through to them.
#[derive(Clone)]
pub(crate) struct Io {
    target: Arc<dyn IoTarget>,
    key: RegionKey,
    gate: Gate,
}

impl Io {
    /// The region `key` of `target`, which says what accesses it takes.
    pub(crate) fn new(target: Arc<dyn IoTarget>, key: RegionKey) -> Self {
        let gate = Gate::from(target.spec(key));
        Self { target, key, gate }
    }
}

/// The same, borrowed.
#[derive(Clone, Copy)]
pub(crate) struct IoRef<'a> {
    pub(crate) target: &'a dyn IoTarget,
    pub(crate) key: RegionKey,
    pub(crate) gate: Gate,
}

impl From<Io> for Backend {
    fn from(Io { target, key, gate }: Io) -> Self {
        Self::Io { target, key, gate }
    }
}

/// What a region that terminates accesses is made of. Containers and aliases have none.
#[derive(Clone)]
pub(crate) enum Backend {
    /// Registers, as [`Io`]. Not as a field of that type: there would be no room for which variant it is.
    Io { target: Arc<dyn IoTarget>, key: RegionKey, gate: Gate },
    /// Every access is rejected, and nothing below shines through (`init_io` without ops).
    Reserved,
    /// Memory, accessed directly. ROM is memory in a node that is read only.
    Ram(Arc<RamBlock>),
    /// Memory that must only be accessed in pieces of 1 to 8 bytes (`init_ram_device_ptr`).
    RamDevice(Arc<RamBlock>),
    /// Memory to read from, registers to write to; registers alone while not in ROM mode.
    /// The registers are behind a pointer: they are rare, and every range holds a backend.
    RomDevice(Arc<RamBlock>, Arc<Io>),
}

impl Backend {
    /// The memory, if there is some.
    pub(crate) fn ram(&self) -> Option<&Arc<RamBlock>> {
        match self {
            Self::Ram(ram) | Self::RamDevice(ram) | Self::RomDevice(ram, _) => Some(ram),
            Self::Io { .. } | Self::Reserved => None,
        }
    }

    /// The registers, if there are some.
    #[inline]
    pub(crate) fn io(&self) -> Option<IoRef<'_>> {
        match self {
            Self::Io { target, key, gate } => {
                Some(IoRef { target: &**target, key: *key, gate: *gate })
            }
            Self::RomDevice(_, io) => {
                Some(IoRef { target: &*io.target, key: io.key, gate: io.gate })
            }
            Self::Reserved | Self::Ram(_) | Self::RamDevice(_) => None,
        }
    }
}
