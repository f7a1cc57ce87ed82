//! Which pages of a block of memory were written to, for whoever wants to know.

use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

#[cfg(test)]
mod tests;

/// The size of a page of the log, in bytes.
pub const DIRTY_PAGE: u64 = 4096;

/// Who wants to know about writes. Each has a log of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DirtyClient {
    /// Whoever draws the screen.
    Vga = 0,
    /// Whoever translates code.
    Code = 1,
    /// Live migration.
    Migration = 2,
}

impl DirtyClient {
    const ALL: [Self; 3] = [Self::Vga, Self::Code, Self::Migration];
    /// The set of all clients.
    pub(super) const EVERYBODY: u8 = Self::Vga.bit() | Self::Code.bit() | Self::Migration.bit();

    /// The client's bit in a set of clients.
    pub const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// The logs of one block. None costs anything before the first write that its client watches.
#[derive(Debug)]
pub(super) struct DirtyLog {
    pages: u64,
    logs: [OnceLock<Box<[AtomicU64]>>; 3],
}

impl DirtyLog {
    pub(super) fn new(len: u64) -> Self {
        Self { pages: len.div_ceil(DIRTY_PAGE), logs: Default::default() }
    }

    /// Marks the pages that `len` bytes from `offset` on touch.
    pub(super) fn mark(&self, offset: u64, len: u64, clients: u8) {
        for client in DirtyClient::ALL {
            if clients & client.bit() != 0 {
                let log = self.logs[client as usize].get_or_init(|| self.clean());
                for page in pages(offset..offset.saturating_add(len), self.pages) {
                    log[(page / 64) as usize].fetch_or(1 << (page % 64), Ordering::AcqRel);
                }
            }
        }
    }

    /// The marked pages among those that `bytes` touches, as offsets in bytes; they are clean afterwards.
    pub(super) fn take(&self, client: DirtyClient, bytes: Range<u64>) -> Vec<u64> {
        let Some(log) = self.logs[client as usize].get() else {
            return Vec::new();
        };
        let was_marked = |page: &u64| {
            let bit = 1 << (page % 64);
            log[(page / 64) as usize].fetch_and(!bit, Ordering::AcqRel) & bit != 0
        };
        pages(bytes, self.pages).filter(was_marked).map(|page| page * DIRTY_PAGE).collect()
    }

    pub(super) fn is_marked(&self, client: DirtyClient, offset: u64) -> bool {
        let page = offset / DIRTY_PAGE;
        let word = self.logs[client as usize].get().and_then(|log| log.get((page / 64) as usize));
        word.is_some_and(|word| word.load(Ordering::Acquire) & 1 << (page % 64) != 0)
    }

    fn clean(&self) -> Box<[AtomicU64]> {
        (0..self.pages.div_ceil(64)).map(|_| AtomicU64::new(0)).collect()
    }
}

fn pages(bytes: Range<u64>, all: u64) -> Range<u64> {
    if bytes.is_empty() {
        return 0..0;
    }
    bytes.start / DIRTY_PAGE..bytes.end.div_ceil(DIRTY_PAGE).min(all)
}
