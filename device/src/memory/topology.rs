//! Regions and how they contain each other, as data: nodes in an arena, edges by id.

use super::MemoryError;
use super::backend::Backend;
use super::dirty::DirtyClient;
use super::eventfd::Watch;
use super::ram::RamBlock;
use super::space::Space;
use super::view::RangeFlags;
use crate::arena::{Arena, key};
use std::collections::HashSet;
use std::sync::Arc;

key! {
    /// Names a region. The id of a region that is gone never names another one.
    pub NodeId
}

/// How many regions there can be at a time.
const MAX_NODES: usize = 1 << 20;
/// More separate windows than this are not worth telling apart: all is rendered.
const MAX_WINDOWS: usize = 16;
/// How many steps towards the roots are taken before a change counts as one of everything.
const MAX_CLIMB: usize = 256;

/// What a node is made of.
pub(super) enum Kind {
    /// Nothing of its own, only what is attached to it.
    Container,
    /// It answers, where nothing that is attached to it does.
    Terminating(Backend),
    /// It shows a window of another region, from `offset` on. The target may be gone.
    Alias { target: NodeId, offset: u64 },
}

/// A set of yes-or-no facts about a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Marks(u8);

impl Marks {
    pub(super) const NONE: Self = Self(0);
    pub(super) const ENABLED: Self = Self(1);
    pub(super) const READONLY: Self = Self(1 << 1);
    pub(super) const NONVOLATILE: Self = Self(1 << 2);
    pub(super) const UNMERGEABLE: Self = Self(1 << 3);
    pub(super) const ROMD: Self = Self(1 << 4);
    /// Removed in the present transaction, kept for its rollback.
    pub(super) const DEAD: Self = Self(1 << 5);
    /// What everything that is seen through the node gets, too.
    const INHERITED: u8 = Self::READONLY.0 | Self::NONVOLATILE.0 | Self::UNMERGEABLE.0;

    pub(super) fn has(self, mark: Self) -> bool {
        self.0 & mark.0 != 0
    }

    pub(super) fn with(self, mark: Self, on: bool) -> Self {
        if on { Self(self.0 | mark.0) } else { Self(self.0 & !mark.0) }
    }

    /// These, and what comes down from `above`.
    pub(super) fn below(self, above: Self) -> Self {
        Self(self.0 | (above.0 & Self::INHERITED))
    }

    pub(super) fn inherits_anything(self) -> bool {
        self.0 & Self::INHERITED != 0
    }
}

/// A region.
pub(super) struct Node {
    pub(super) kind: Kind,
    /// The size less one, so that 2^64 fits.
    pub(super) last: u64,
    /// Where it is in its container.
    pub(super) address: u64,
    pub(super) name: &'static str,
    /// What most regions do not have.
    pub(super) more: Option<Box<More>>,
    pub(super) container: Option<NodeId>,
    pub(super) priority: i32,
    pub(super) element: u16,
    pub(super) marks: Marks,
}

/// What most regions do not have.
#[derive(Default)]
pub(super) struct More {
    /// Ascending by priority, the newest last among equals. So the last one is on top of all.
    pub(super) children: Vec<NodeId>,
    /// The aliases that show this region.
    pub(super) aliases: Vec<NodeId>,
    pub(super) watches: Vec<Watch>,
    /// How many of those who draw want to know about writes.
    pub(super) log: u32,
}

impl Node {
    pub(super) fn children(&self) -> &[NodeId] {
        self.more.as_ref().map_or(&[], |more| &more.children)
    }

    pub(super) fn aliases(&self) -> &[NodeId] {
        self.more.as_ref().map_or(&[], |more| &more.aliases)
    }

    pub(super) fn watches(&self) -> &[Watch] {
        self.more.as_ref().map_or(&[], |more| &more.watches)
    }

    pub(super) fn log(&self) -> u32 {
        self.more.as_ref().map_or(0, |more| more.log)
    }

    pub(super) fn more(&mut self) -> &mut More {
        self.more.get_or_insert_default()
    }

    pub(super) fn ram(&self) -> Option<&Arc<RamBlock>> {
        match &self.kind {
            Kind::Terminating(backend) => backend.ram(),
            _ => None,
        }
    }
}

/// A run of addresses that may answer differently than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) start: u64,
    pub(super) last: u64,
}

impl Window {
    pub(super) const ALL: Self = Self { start: 0, last: u64::MAX };
}

/// An address space, what it shows, and where that changed since it was last published.
pub(super) struct Place {
    pub(super) space: Arc<Space>,
    pub(super) root: Option<NodeId>,
    pub(super) windows: Vec<Window>,
}

/// All regions and all address spaces.
pub(super) struct Topology {
    pub(super) nodes: Arena<NodeId, Node>,
    pub(super) places: Vec<Place>,
    /// Whether all memory is watched for migration.
    pub(super) migration: bool,
    /// How many ioeventfds there are.
    pub(super) watched: usize,
    /// Whether there is something to publish.
    pub(super) pending: bool,
}

impl Topology {
    pub(super) fn new() -> Self {
        Self::with_limit(MAX_NODES)
    }

    pub(super) fn with_limit(limit: usize) -> Self {
        let nodes = Arena::with_limit(limit.min(MAX_NODES));
        Self { nodes, places: Vec::new(), migration: false, watched: 0, pending: false }
    }

    pub(super) fn get(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id).filter(|node| !node.marks.has(Marks::DEAD))
    }

    pub(super) fn node(&self, id: NodeId) -> Result<&Node, MemoryError> {
        self.get(id).ok_or(MemoryError::NoSuchRegion)
    }

    pub(super) fn node_mut(&mut self, id: NodeId) -> Result<&mut Node, MemoryError> {
        let node = self.nodes.get_mut(id).filter(|node| !node.marks.has(Marks::DEAD));
        node.ok_or(MemoryError::NoSuchRegion)
    }

    /// What a range of this node is like, seen through nodes with the marks `above`.
    pub(super) fn range_flags(&self, node: &Node, above: Marks) -> RangeFlags {
        let marks = node.marks.below(above);
        RangeFlags {
            readonly: marks.has(Marks::READONLY),
            romd: marks.has(Marks::ROMD),
            nonvolatile: marks.has(Marks::NONVOLATILE),
            unmergeable: marks.has(Marks::UNMERGEABLE),
            dirty: self.dirty(node),
        }
    }

    fn dirty(&self, node: &Node) -> u8 {
        let Kind::Terminating(Backend::Ram(_) | Backend::RomDevice(..)) = node.kind else {
            return 0;
        };
        let vga = if node.log() > 0 { DirtyClient::Vga.bit() } else { 0 };
        vga | if self.migration { DirtyClient::Migration.bit() } else { 0 }
    }

    /// Whether `container` is `node`, or is seen through it.
    pub(super) fn reaches(&self, node: NodeId, container: NodeId) -> bool {
        let leaf = self.get(node).is_some_and(|node| {
            node.children().is_empty() && !matches!(node.kind, Kind::Alias { .. })
        });
        if leaf || node == container {
            return node == container;
        }
        let mut seen = HashSet::new();
        let mut above = vec![container];
        while let Some(id) = above.pop() {
            let Some(found) = self.get(id).filter(|_| seen.insert(id)) else {
                continue;
            };
            if id == node {
                return true;
            }
            above.extend(found.container);
            above.extend_from_slice(found.aliases());
        }
        false
    }

    /// Notes that `node` answers differently, in whatever address space it is seen.
    pub(super) fn touch(&mut self, node: NodeId) {
        if let Some(found) = self.get(node) {
            self.touch_part(node, found.last);
        }
    }

    /// [`Self::touch`], for the addresses of `node` up to `last`.
    fn touch_part(&mut self, node: NodeId, last: u64) {
        let mut climb = vec![(node, 0, last)];
        let mut steps = 0;
        while let Some((id, start, last)) = climb.pop() {
            steps += 1;
            if steps > MAX_CLIMB {
                return self.touch_all();
            }
            let seen = self.nodes.get(id).filter(|node| seen(node));
            let Some(node) = seen.filter(|node| start <= node.last) else {
                continue;
            };
            let last = last.min(node.last);
            above(&self.nodes, node, start, last, &mut climb);
            self.mark_roots(id, Window { start, last });
        }
    }

    fn mark_roots(&mut self, root: NodeId, window: Window) {
        for place in self.places.iter_mut().filter(|place| place.root == Some(root)) {
            self.pending = true;
            place.mark(window);
        }
    }

    /// Notes that everything may answer differently.
    pub(super) fn touch_all(&mut self) {
        self.pending = true;
        self.places.iter_mut().for_each(Place::mark_all);
    }

    /// Forgets what was noted.
    pub(super) fn settle(&mut self) {
        self.pending = false;
        self.places.iter_mut().for_each(|place| place.windows.clear());
    }
}

impl Place {
    pub(super) fn mark_all(&mut self) {
        self.windows.clear();
        self.windows.push(Window::ALL);
    }

    fn mark(&mut self, window: Window) {
        let covers = |old: &Window| old.start <= window.start && window.last <= old.last;
        if self.windows.iter().any(covers) {
            return;
        }
        self.windows.push(window);
        if self.windows.len() > MAX_WINDOWS {
            self.mark_all();
        }
    }
}

fn seen(node: &Node) -> bool {
    node.marks.has(Marks::ENABLED) && !node.marks.has(Marks::DEAD)
}

/// Where the addresses `start..=last` of `node` are seen one step nearer to the roots.
fn above(
    nodes: &Arena<NodeId, Node>,
    node: &Node,
    start: u64,
    last: u64,
    climb: &mut Vec<(NodeId, u64, u64)>,
) {
    if let Some(container) = node.container {
        let start = start.saturating_add(node.address);
        climb.push((container, start, last.saturating_add(node.address)));
    }
    for alias in node.aliases() {
        let Some(Kind::Alias { offset, .. }) = nodes.get(*alias).map(|alias| &alias.kind) else {
            continue;
        };
        if let Some(last) = last.checked_sub(*offset) {
            climb.push((*alias, start.saturating_sub(*offset), last));
        }
    }
}
