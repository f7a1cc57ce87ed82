//! Ioeventfds: writes that ring a bell instead of calling a handler.

use super::topology::{NodeId, Topology};
use super::view::FlatRange;
use std::cmp::Ordering;
use std::sync::Arc;

/// A bell that a write can ring, such as an `eventfd` that a hypervisor knows.
pub trait EventFd: Send + Sync {
    /// Rings it. Called from within the access, with no lock of this crate held.
    fn signal(&self);

    /// The file descriptor for a hypervisor, if it is one.
    fn raw_fd(&self) -> Option<i32> {
        None
    }
}

/// Where in an address space a write rings a bell, as a [`Listener`](super::Listener) is told.
#[derive(Clone, Copy)]
pub struct EventFdSection<'a> {
    /// The name of the address space.
    pub space: &'a str,
    /// The address that is written to.
    pub start: u64,
    /// The number of bytes of the write, 0 for any.
    pub size: u8,
    /// The value that has to be written, as the bytes in memory say in little-endian order.
    pub datamatch: Option<u64>,
    /// The bell.
    pub fd: &'a Arc<dyn EventFd>,
}

/// What a region has been told to ring.
#[derive(Clone)]
pub(super) struct Watch {
    pub(super) offset: u64,
    pub(super) size: u8,
    pub(super) datamatch: Option<u64>,
    pub(super) fd: Arc<dyn EventFd>,
}

impl Watch {
    /// Whether `other` is meant, too: a size of 0 stands for any size and value.
    pub(super) fn matches(&self, other: &Self) -> bool {
        let any = self.size == 0 || other.size == 0;
        let same = self.size == other.size && self.datamatch == other.datamatch;
        self.offset == other.offset && Arc::ptr_eq(&self.fd, &other.fd) && (any || same)
    }
}

/// A watch where it is seen in a view.
#[derive(Clone)]
pub(super) struct FlatWatch {
    pub(super) start: u64,
    /// The first address of the range it belongs to.
    pub(super) range: u64,
    /// Whether a write to `start` gets to the region at all: the range may begin behind it.
    pub(super) inside: bool,
    pub(super) size: u8,
    pub(super) datamatch: Option<u64>,
    pub(super) fd: Arc<dyn EventFd>,
}

impl FlatWatch {
    pub(super) fn section<'a>(&'a self, space: &'a str) -> EventFdSection<'a> {
        let Self { start, size, datamatch, ref fd, .. } = *self;
        EventFdSection { space, start, size, datamatch, fd }
    }

    pub(super) fn hit_by(&self, size: u8, value: u64) -> bool {
        let fits = self.size == 0 || self.size == size;
        self.inside && fits && self.datamatch.is_none_or(|wanted| wanted == value)
    }

    /// The order of lists of watches, and the identity for their comparison.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }

    fn key(&self) -> (u64, u8, Option<u64>, usize) {
        let fd = Arc::as_ptr(&self.fd).cast::<()>().addr();
        (self.start, self.size, self.datamatch, fd)
    }
}

/// The watches that are seen in `ranges`.
pub(super) fn flatten<'a>(
    topology: &Topology,
    ranges: impl Iterator<Item = &'a FlatRange>,
) -> Vec<FlatWatch> {
    if topology.watched == 0 {
        return Vec::new();
    }
    ranges.flat_map(|range| seen_in(topology, range.node, range)).collect()
}

/// Brings watches into order. One that lies across the edge of a range can be there twice.
pub(super) fn sort(watches: &mut [FlatWatch]) {
    watches.sort_by(|a, b| a.order(b).then(a.range.cmp(&b.range)));
}

fn seen_in<'a>(
    topology: &'a Topology,
    node: NodeId,
    range: &'a FlatRange,
) -> impl Iterator<Item = FlatWatch> + use<'a> {
    let watches = topology.get(node).map_or(&[][..], |node| node.watches());
    watches.iter().filter_map(|watch| seen_at(watch, range))
}

fn seen_at(watch: &Watch, range: &FlatRange) -> Option<FlatWatch> {
    let base = i128::from(range.start) - i128::from(range.offset);
    let start = u64::try_from(base + i128::from(watch.offset)).ok()?;
    let last = start.saturating_add(u64::from(watch.size.max(1)) - 1);
    if last < range.start || range.last < start {
        return None;
    }
    let inside = range.start <= start;
    let Watch { size, datamatch, ref fd, .. } = *watch;
    Some(FlatWatch { start, range: range.start, inside, size, datamatch, fd: fd.clone() })
}
