//! The dirty logs of a block of memory, as a bitmap of `vm-memory`.

use devmodel::memory::{DirtyClient, RamBlock};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use vm_memory::bitmap::{Bitmap, BitmapSlice, WithBitmapSlice};

const CLIENTS: [DirtyClient; 3] = [DirtyClient::Vga, DirtyClient::Code, DirtyClient::Migration];

/// The logs of the clients that watch a part of a block of memory.
#[derive(Debug)]
pub struct BlockLog {
    block: Arc<RamBlock>,
    offset: u64,
    clients: AtomicU8,
}

/// A part of a [`BlockLog`], from an offset on.
#[derive(Clone, Copy, Debug)]
pub struct LogSlice<'a> {
    log: &'a BlockLog,
    offset: u64,
}

impl BlockLog {
    pub(crate) fn new(block: Arc<RamBlock>, offset: u64, clients: u8) -> Self {
        Self { block, offset, clients: AtomicU8::new(clients) }
    }

    /// Other clients watch from now on.
    pub(crate) fn set_clients(&self, clients: u8) {
        self.clients.store(clients, Ordering::SeqCst);
    }

    fn mark(&self, offset: u64, len: u64) {
        let clients = self.clients.load(Ordering::SeqCst);
        self.block.mark_dirty(self.offset.saturating_add(offset), len, clients);
    }

    fn is_marked(&self, offset: u64) -> bool {
        let offset = self.offset.saturating_add(offset);
        CLIENTS.iter().any(|client| self.block.is_dirty(*client, offset))
    }
}

impl<'a> WithBitmapSlice<'a> for BlockLog {
    type S = LogSlice<'a>;
}

impl Bitmap for BlockLog {
    fn mark_dirty(&self, offset: usize, len: usize) {
        self.mark(offset as u64, len as u64);
    }

    /// Whether any client finds the page written to.
    fn dirty_at(&self, offset: usize) -> bool {
        self.is_marked(offset as u64)
    }

    fn slice_at(&self, offset: usize) -> LogSlice<'_> {
        LogSlice { log: self, offset: offset as u64 }
    }
}

impl WithBitmapSlice<'_> for LogSlice<'_> {
    type S = Self;
}

impl BitmapSlice for LogSlice<'_> {}

impl Bitmap for LogSlice<'_> {
    fn mark_dirty(&self, offset: usize, len: usize) {
        self.log.mark(self.offset.saturating_add(offset as u64), len as u64);
    }

    fn dirty_at(&self, offset: usize) -> bool {
        self.log.is_marked(self.offset.saturating_add(offset as u64))
    }

    fn slice_at(&self, offset: usize) -> Self {
        Self { log: self.log, offset: self.offset.saturating_add(offset as u64) }
    }
}
