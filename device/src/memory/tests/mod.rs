//! Tests of the memory as a whole.

mod eventfds;
mod listeners;
mod machine;
mod rendering;
mod topology;
mod transactions;
mod trees;

use super::backend::Io;
use super::view::FlatRange;
use super::{AddressSpace, Memory, NodeId, RamBlock};
use crate::access::{AccessError, Attrs};
use crate::io::{IoSpec, IoTarget, RegionKey};
use std::sync::Arc;

/// Registers that nobody accesses in these tests.
struct Mute(&'static IoSpec);

impl IoTarget for Mute {
    fn spec(&self, _region: RegionKey) -> &'static IoSpec {
        self.0
    }

    fn read(
        &self,
        _region: RegionKey,
        _offset: u64,
        _size: u8,
        _attrs: Attrs,
    ) -> Result<u64, AccessError> {
        Ok(0)
    }

    fn write(
        &self,
        _region: RegionKey,
        _offset: u64,
        _size: u8,
        _value: u64,
        _attrs: Attrs,
    ) -> Result<(), AccessError> {
        Ok(())
    }
}

fn io() -> Io {
    Io::new(Arc::new(Mute(&IoSpec::DEFAULT)), RegionKey::default())
}

fn ram(len: u64) -> Arc<RamBlock> {
    RamBlock::new(len).expect("a small block")
}

/// What is said about a range in these tests: first and last address, offset, region.
type Row = (u64, u64, u64, NodeId);

fn rows(space: &AddressSpace) -> Vec<Row> {
    space.0.current().ranges().map(row).collect()
}

fn row(range: &FlatRange) -> Row {
    (range.start, range.last, range.offset, range.node)
}

/// A memory with one address space of `size` bytes, over a container.
fn board(size: u128) -> (Memory, AddressSpace, NodeId) {
    let memory = Memory::new();
    let root = memory.transaction(|t| t.container("system", size)).expect("there is room");
    let space = memory.address_space("cpu", root).expect("the root exists");
    (memory, space, root)
}

/// Random numbers (xorshift64*), the same in every run.
struct Dice(u64);

impl Dice {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// True in one of `of` cases.
    fn one_in(&mut self, of: u64) -> bool {
        self.below(of) == 0
    }
}
