//! Insertion rendering, the obvious and slow way: what the sweep is compared with, in results and
//! in time. It shares no code with the sweep.

use super::topology::{Kind, Marks, NodeId, Topology};
use super::view::RangeFlags;
use super::{AddressSpace, Memory, MemoryError, Turn};

/// A range as the slow way finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) start: u64,
    pub(super) last: u64,
    pub(super) offset: u64,
    pub(super) node: NodeId,
    pub(super) flags: RangeFlags,
}

/// Renders `space` by insertion. Returns the number of ranges.
///
/// # Errors
///
/// `NoSuchSpace`, `ReentrantTransaction`.
pub fn insertion(memory: &Memory, space: &AddressSpace) -> Result<usize, MemoryError> {
    let mut turn = Turn::begin(&memory.0)?;
    let topology = &turn.state().topology;
    let mut places = topology.places.iter();
    let place = places.find(|place| std::sync::Arc::ptr_eq(&place.space, &space.0));
    Ok(insert_all(topology, place.ok_or(MemoryError::NoSuchSpace)?.root).len())
}

/// Renders `space` anew by sweep, and publishes nothing. Returns the number of ranges.
///
/// # Errors
///
/// `NoSuchSpace`, `ReentrantTransaction`, `TooComplex`.
pub fn sweep(memory: &Memory, space: &AddressSpace) -> Result<usize, MemoryError> {
    let mut turn = Turn::begin(&memory.0)?;
    let topology = &turn.state().topology;
    let mut places = topology.places.iter();
    let place = places.find(|place| std::sync::Arc::ptr_eq(&place.space, &space.0));
    let root = place.ok_or(MemoryError::NoSuchSpace)?.root;
    Ok(super::render::full(topology, root)?.ranges().count())
}

/// All ranges below `root`.
pub(super) fn insert_all(topology: &Topology, root: Option<NodeId>) -> Vec<Found> {
    let mut insertion = Insertion { topology, found: Vec::new() };
    if let Some(root) = root {
        insertion.render(root, 0, (0, u64::MAX.into()), [false; 3]);
    }
    join(insertion.found)
}

struct Insertion<'t> {
    topology: &'t Topology,
    /// Ascending, without overlap.
    found: Vec<Found>,
}

impl Insertion<'_> {
    fn render(&mut self, id: NodeId, base: i128, clip: (i128, i128), above: [bool; 3]) {
        let Some(node) = self.topology.get(id).filter(|n| n.marks.has(Marks::ENABLED)) else {
            return;
        };
        let clip = (clip.0.max(base), clip.1.min(base + i128::from(node.last)));
        if clip.0 > clip.1 {
            return;
        }
        let own = [Marks::READONLY, Marks::NONVOLATILE, Marks::UNMERGEABLE];
        let flags = std::array::from_fn(|at| above[at] || node.marks.has(own[at]));
        if let Kind::Alias { target, offset } = node.kind {
            return self.render(target, base - i128::from(offset), clip, flags);
        }
        for child in node.children().iter().rev() {
            let address = self.topology.get(*child).map_or(0, |child| child.address);
            self.render(*child, base + i128::from(address), clip, flags);
        }
        if let Kind::Terminating(_) = node.kind {
            self.fill_gaps(id, base, clip, flags);
        }
    }

    /// Puts the region where nothing is yet.
    fn fill_gaps(&mut self, id: NodeId, base: i128, clip: (i128, i128), flags: [bool; 3]) {
        let mut now = clip.0;
        let mut at = 0;
        while at < self.found.len() && now <= clip.1 {
            let (start, last) = (self.found[at].start.into(), i128::from(self.found[at].last));
            if last >= now {
                if now < start {
                    let end = clip.1.min(start - 1);
                    self.insert(at, id, base, (now, end), flags);
                    at += 1;
                }
                now = last + 1;
            }
            at += 1;
        }
        if now <= clip.1 {
            self.insert(at, id, base, (now, clip.1), flags);
        }
    }

    fn insert(&mut self, at: usize, node: NodeId, base: i128, run: (i128, i128), flags: [bool; 3]) {
        let [readonly, nonvolatile, unmergeable] = flags;
        let (romd, dirty) = self.topology.get(node).map_or((false, 0), |node| {
            let ram = node.ram().is_some_and(|_| !is_ram_device(&node.kind));
            let vga = u8::from(ram && node.log() > 0);
            (node.marks.has(Marks::ROMD), vga | (u8::from(ram && self.topology.migration) << 2))
        });
        let flags = RangeFlags { readonly, romd, nonvolatile, unmergeable, dirty };
        let (start, last) = (run.0 as u64, run.1 as u64);
        self.found.insert(at, Found { start, last, offset: (run.0 - base) as u64, node, flags });
    }
}

fn is_ram_device(kind: &Kind) -> bool {
    matches!(kind, Kind::Terminating(super::backend::Backend::RamDevice(_)))
}

fn join(found: Vec<Found>) -> Vec<Found> {
    let mut joined: Vec<Found> = Vec::new();
    for next in found {
        match joined.last_mut() {
            Some(before) if joins(before, &next) => before.last = next.last,
            _ => joined.push(next),
        }
    }
    joined
}

fn joins(before: &Found, next: &Found) -> bool {
    let (end, offset) = (u128::from(before.last) + 1, u128::from(before.offset));
    let length = end - u128::from(before.start);
    before.node == next.node
        && before.flags == next.flags
        && !before.flags.unmergeable
        && end == u128::from(next.start)
        && offset + length == u128::from(next.offset)
}
