//! The flat view: which region answers at which address of an address space.

use super::NodeId;
use super::backend::Backend;
use super::eventfd::{EventFd, FlatWatch};
use super::topology::Window;
use std::hint::select_unpredictable;
use std::sync::Arc;

/// How many ranges a full chunk holds. Views share chunks: a change copies the chunks that it hits.
const CHUNK: usize = 64;

/// How many numbers are counted rather than searched.
const FEW: usize = 8;

/// A run of addresses that one region answers. It fills one cache line: an access looks at no other one of
/// the view but those of the search.
#[derive(Clone)]
#[repr(align(64))]
pub(crate) struct FlatRange {
    /// The first address.
    pub(crate) start: u64,
    /// The last address.
    pub(crate) last: u64,
    /// The offset into the region of the first address.
    pub(crate) offset: u64,
    pub(crate) node: NodeId,
    pub(crate) backend: Backend,
    pub(crate) flags: RangeFlags,
}

/// What a range inherits from the regions and aliases that it is seen through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct RangeFlags {
    pub(crate) readonly: bool,
    /// A ROM device in ROM mode: reads are direct.
    pub(crate) romd: bool,
    pub(crate) nonvolatile: bool,
    pub(crate) unmergeable: bool,
    /// A set of [`DirtyClient`](super::DirtyClient)s that watch the range; no part of its identity.
    pub(crate) dirty: u8,
}

impl FlatRange {
    /// Whether a listener need not be told: whoever watches the range is no part of this.
    pub(super) fn same(&self, other: &Self) -> bool {
        let flags = |range: &Self| RangeFlags { dirty: 0, ..range.flags };
        self.node == other.node
            && (self.start, self.last) == (other.start, other.last)
            && self.offset == other.offset
            && flags(self) == flags(other)
    }
}

/// The ranges of an address space, ascending, without overlap.
#[derive(Default)]
pub(crate) struct FlatView {
    /// The first address of each chunk, for the search.
    firsts: Box<[u64]>,
    chunks: Box<[Chunk]>,
    watches: Box<[FlatWatch]>,
}

const _: () = assert!(size_of::<FlatRange>() == 64);

/// Ranges that views share. Never empty.
#[derive(Clone)]
struct Chunk {
    /// The first addresses alone, for the search.
    starts: Arc<[u64]>,
    ranges: Arc<[FlatRange]>,
}

impl Chunk {
    fn new(ranges: Vec<FlatRange>) -> Self {
        Self { starts: ranges.iter().map(|range| range.start).collect(), ranges: ranges.into() }
    }
}

/// How many of the numbers, which are ascending, are `most` or less.
///
/// A loop that halves waits for one load before the next one can begin: the last steps are taken at once. No
/// branch depends on the numbers, since nothing could foretell it.
#[inline]
fn count_to(numbers: &[u64], most: u64) -> usize {
    let (mut before, mut left) = (0, numbers);
    while left.len() > FEW {
        let (low, high) = left.split_at(left.len() / 2);
        let is_high = high.first().is_some_and(|first| *first <= most);
        before += select_unpredictable(is_high, low.len(), 0);
        left = select_unpredictable(is_high, high, low);
    }
    before + left.iter().map(|number| usize::from(*number <= most)).sum::<usize>()
}

impl FlatView {
    /// A view without ioeventfds.
    #[cfg(test)]
    pub(crate) fn new(ranges: Vec<FlatRange>) -> Self {
        Self::with_watches(ranges, Vec::new())
    }

    pub(super) fn with_watches(ranges: Vec<FlatRange>, watches: Vec<FlatWatch>) -> Self {
        let mut builder = Builder { pending: ranges, ..Builder::default() };
        builder.flush();
        builder.finish(watches)
    }

    /// The ranges, ascending.
    pub(crate) fn ranges(&self) -> impl Iterator<Item = &FlatRange> {
        self.chunks.iter().flat_map(|chunk| chunk.ranges.iter())
    }

    /// The range that holds `address`.
    pub(crate) fn find(&self, address: u64) -> Option<&FlatRange> {
        let range = self.at_or_before(address)?;
        (address <= range.last).then_some(range)
    }

    /// What a write of `size` bytes rings instead of going to the region.
    pub(crate) fn eventfd(&self, address: u64, size: u8, value: u64) -> Option<&dyn EventFd> {
        if self.watches.is_empty() {
            return None;
        }
        let at = self.watches.partition_point(|watch| watch.start < address);
        let mut here = self.watches[at..].iter().take_while(|watch| watch.start == address);
        here.find(|watch| watch.hit_by(size, value)).map(|watch| &*watch.fd)
    }

    pub(super) fn watches(&self) -> &[FlatWatch] {
        &self.watches
    }

    fn at_or_before(&self, address: u64) -> Option<&FlatRange> {
        let chunk = self.chunks.get(count_to(&self.firsts, address).checked_sub(1)?)?;
        chunk.ranges.get(count_to(&chunk.starts, address).checked_sub(1)?)
    }

    /// Windows that begin and end where ranges do, with a range to spare on both sides.
    ///
    /// Whatever happens inside of the given windows, what touches the result from outside is a range
    /// of its own before and after: neither of the two addresses at its edge was in a window.
    pub(super) fn widen(&self, windows: &[Window]) -> Vec<Window> {
        let mut wide: Vec<_> = windows.iter().map(|window| self.widen_one(*window)).collect();
        wide.sort_unstable_by_key(|window| window.start);
        wide.dedup_by(|next, before| {
            let meet = before.last.checked_add(1).is_none_or(|after| next.start <= after);
            before.last = if meet { before.last.max(next.last) } else { before.last };
            meet
        });
        wide
    }

    fn widen_one(&self, window: Window) -> Window {
        let Window { mut start, mut last } = window;
        start = self.find(start).map_or(start, |range| range.start);
        if let Some(before) = start.checked_sub(1).and_then(|before| self.find(before)) {
            start = before.start;
        }
        last = self.find(last).map_or(last, |range| range.last);
        if let Some(after) = last.checked_add(1).and_then(|after| self.find(after)) {
            last = after.last;
        }
        Window { start, last }
    }

    /// This view with other ranges and watches in `windows`, as [`Self::widen`] makes them.
    pub(super) fn splice(
        &self,
        windows: &[Window],
        ranges: Vec<FlatRange>,
        watches: Vec<FlatWatch>,
    ) -> Self {
        let mut splice = Splice {
            builder: Builder::default(),
            windows: windows.iter().peekable(),
            fresh: ranges.into_iter().peekable(),
        };
        self.chunks.iter().for_each(|chunk| splice.chunk(chunk));
        splice.finish(self.kept_watches(windows, watches))
    }

    fn kept_watches(&self, windows: &[Window], mut fresh: Vec<FlatWatch>) -> Vec<FlatWatch> {
        let kept = self.watches.iter().filter(|watch| !within(windows, watch.range));
        fresh.extend(kept.cloned());
        super::eventfd::sort(&mut fresh);
        fresh
    }
}

fn within(windows: &[Window], address: u64) -> bool {
    windows.iter().any(|window| window.start <= address && address <= window.last)
}

/// The old chunks go in, in order; what lies in a window is left out for what is new there.
struct Splice<'a> {
    builder: Builder,
    windows: std::iter::Peekable<std::slice::Iter<'a, Window>>,
    fresh: std::iter::Peekable<std::vec::IntoIter<FlatRange>>,
}

impl Splice<'_> {
    fn chunk(&mut self, chunk: &Chunk) {
        self.insert_before(chunk.ranges[0].start);
        let last = chunk.ranges[chunk.ranges.len() - 1].last;
        if self.windows.peek().is_none_or(|window| last < window.start) {
            return self.builder.chunk(chunk);
        }
        for range in chunk.ranges.iter() {
            self.insert_before(range.start);
            if self.windows.peek().is_none_or(|window| range.start < window.start) {
                self.builder.pending.push(range.clone());
            }
        }
    }

    /// The windows that end before `address` are done: their ranges come now.
    fn insert_before(&mut self, address: u64) {
        while let Some(window) = self.windows.next_if(|window| window.last < address) {
            while let Some(range) = self.fresh.next_if(|range| range.start <= window.last) {
                self.builder.pending.push(range);
            }
        }
    }

    fn finish(mut self, watches: Vec<FlatWatch>) -> FlatView {
        self.builder.pending.extend(self.fresh);
        self.builder.flush();
        self.builder.finish(watches)
    }
}

/// Makes chunks that are at least half full, except when there is only one.
#[derive(Default)]
struct Builder {
    chunks: Vec<Chunk>,
    pending: Vec<FlatRange>,
}

impl Builder {
    fn chunk(&mut self, chunk: &Chunk) {
        let alone = self.chunks.is_empty() && !self.pending.is_empty();
        if chunk.ranges.len() < CHUNK / 2 || (alone && self.pending.len() < CHUNK / 2) {
            self.pending.extend_from_slice(&chunk.ranges);
            return;
        }
        self.flush();
        self.chunks.push(chunk.clone());
    }

    fn flush(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        if self.pending.len() < CHUNK / 2
            && let Some(before) = self.chunks.pop()
        {
            self.pending.splice(0..0, before.ranges.iter().cloned());
        }
        let parts = self.pending.len().div_ceil(CHUNK);
        let size = self.pending.len().div_ceil(parts);
        let first = self.chunks.len();
        // From the end, so that what is left need not be moved.
        while !self.pending.is_empty() {
            let part = self.pending.split_off(self.pending.len().saturating_sub(size));
            self.chunks.push(Chunk::new(part));
        }
        self.chunks[first..].reverse();
    }

    fn finish(self, watches: Vec<FlatWatch>) -> FlatView {
        FlatView {
            firsts: self.chunks.iter().map(|chunk| chunk.starts[0]).collect(),
            chunks: self.chunks.into(),
            watches: watches.into(),
        }
    }
}
