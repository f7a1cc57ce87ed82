//! Changes of the memory: all of a transaction, or nothing.

use super::backend::{Backend, Io};
use super::eventfd::{EventFd, Watch};
use super::ram::RamBlock;
use super::space::{AddressSpace, Space};
use super::topology::{Kind, Marks, Node, NodeId, Place, Topology};
use super::{Label, MemoryError};
use crate::io::Endian;
use std::sync::Arc;

/// Changes regions, inside of [`Memory::transaction`](super::Memory::transaction).
///
/// A change that fails changes nothing, and the others stay as they are: it is up to the closure to
/// return the error, which undoes all of them.
pub struct Transaction<'a> {
    topology: &'a mut Topology,
    journal: Vec<Undo>,
    done: bool,
}

/// How to take one change back.
enum Undo {
    Create(NodeId),
    Remove(NodeId),
    Link { container: NodeId, at: usize },
    Unlink { container: NodeId, at: usize, child: NodeId },
    Show { target: NodeId },
    Hide { target: NodeId, at: usize, alias: NodeId },
    Address { node: NodeId, address: u64 },
    Priority { node: NodeId, priority: i32 },
    Last { node: NodeId, last: u64 },
    Marks { node: NodeId, marks: Marks },
    Log { node: NodeId, count: u32 },
    Offset { node: NodeId, offset: u64 },
    Watches { node: NodeId, watches: Vec<Watch> },
    Root { place: usize, root: Option<NodeId> },
    Space,
    Migration(bool),
}

/// Regions.
impl<'a> Transaction<'a> {
    pub(super) fn new(topology: &'a mut Topology) -> Self {
        Self { topology, journal: Vec::new(), done: false }
    }

    /// Makes a region that holds others. Where it holds none, what is below it shines through.
    ///
    /// # Errors
    ///
    /// `ZeroSize`, `OutOfRange` beyond 2^64, `Full`.
    pub fn container(
        &mut self,
        label: impl Into<Label>,
        size: u128,
    ) -> Result<NodeId, MemoryError> {
        self.create(label.into(), size, Kind::Container)
    }

    /// Makes a region of registers.
    pub(crate) fn io(
        &mut self,
        label: impl Into<Label>,
        size: u128,
        io: Io,
    ) -> Result<NodeId, MemoryError> {
        self.create(label.into(), size, Kind::Terminating(io.into()))
    }

    /// Makes a region that rejects every access.
    ///
    /// # Errors
    ///
    /// As [`Self::container`].
    pub fn reserved(&mut self, label: impl Into<Label>, size: u128) -> Result<NodeId, MemoryError> {
        self.create(label.into(), size, Kind::Terminating(Backend::Reserved))
    }

    /// Makes a region of memory.
    ///
    /// # Errors
    ///
    /// As [`Self::container`].
    pub fn ram(
        &mut self,
        label: impl Into<Label>,
        ram: Arc<RamBlock>,
    ) -> Result<NodeId, MemoryError> {
        let size = u128::from(ram.len());
        self.create(label.into(), size, Kind::Terminating(Backend::Ram(ram)))
    }

    /// Makes a region of memory that rejects writes.
    ///
    /// # Errors
    ///
    /// As [`Self::container`].
    pub fn rom(
        &mut self,
        label: impl Into<Label>,
        ram: Arc<RamBlock>,
    ) -> Result<NodeId, MemoryError> {
        let node = self.ram(label, ram)?;
        self.set_readonly(node, true)?;
        Ok(node)
    }

    /// Makes a region of memory that is only accessed in pieces of 1 to 8 bytes.
    ///
    /// # Errors
    ///
    /// As [`Self::container`].
    pub fn ram_device(
        &mut self,
        label: impl Into<Label>,
        ram: Arc<RamBlock>,
    ) -> Result<NodeId, MemoryError> {
        let size = u128::from(ram.len());
        self.create(label.into(), size, Kind::Terminating(Backend::RamDevice(ram)))
    }

    /// Makes a region of memory that is read directly while in ROM mode, which it is at first;
    /// writes go to the registers, and so do reads when not in ROM mode.
    pub(crate) fn rom_device(
        &mut self,
        label: impl Into<Label>,
        ram: Arc<RamBlock>,
        io: Io,
    ) -> Result<NodeId, MemoryError> {
        let size = u128::from(ram.len());
        let backend = Backend::RomDevice(ram, Arc::new(io));
        let node = self.create(label.into(), size, Kind::Terminating(backend))?;
        self.mark(node, Marks::ROMD, true)?;
        Ok(node)
    }

    /// Makes a region that shows `target` from `offset` on. Where `target` is attached makes no
    /// difference. When `target` is removed, the alias shows nothing.
    ///
    /// # Errors
    ///
    /// As [`Self::container`]; `NoSuchRegion`.
    pub fn alias(
        &mut self,
        label: impl Into<Label>,
        target: NodeId,
        offset: u64,
        size: u128,
    ) -> Result<NodeId, MemoryError> {
        self.topology.node(target)?;
        fits(offset, last(size)?)?;
        let alias = self.create(label.into(), size, Kind::Alias { target, offset })?;
        self.topology.node_mut(target)?.more().aliases.push(alias);
        self.journal.push(Undo::Show { target });
        Ok(alias)
    }

    /// Regions that translate addresses do not exist yet.
    ///
    /// # Errors
    ///
    /// Always `Unsupported`.
    pub fn iommu(&mut self, _label: impl Into<Label>, _size: u128) -> Result<NodeId, MemoryError> {
        Err(MemoryError::Unsupported("iommu"))
    }

    /// What an alias shows.
    ///
    /// # Errors
    ///
    /// `NoSuchRegion`; `Dangling` if the target was removed; `NotAnAlias`.
    pub fn alias_target(&self, alias: NodeId) -> Result<NodeId, MemoryError> {
        let Kind::Alias { target, .. } = self.topology.node(alias)?.kind else {
            return Err(MemoryError::NotAnAlias);
        };
        self.topology.get(target).map(|_| target).ok_or(MemoryError::Dangling)
    }

    /// Removes a region: what is attached to it is in no container any more, and aliases of it show
    /// nothing.
    ///
    /// # Errors
    ///
    /// `NoSuchRegion`.
    pub fn remove(&mut self, node: NodeId) -> Result<(), MemoryError> {
        self.topology.node(node)?;
        self.topology.touch(node);
        self.unlink(node)?;
        while let Some(child) = self.topology.node(node)?.children().last() {
            self.unlink(*child)?;
        }
        self.set_watches(node, Vec::new())?;
        self.hide(node)?;
        let found = self.topology.node_mut(node)?;
        found.marks = found.marks.with(Marks::DEAD, true);
        self.journal.push(Undo::Remove(node));
        Ok(())
    }

    fn create(&mut self, label: Label, size: u128, kind: Kind) -> Result<NodeId, MemoryError> {
        let node = Node {
            kind,
            last: last(size)?,
            address: 0,
            name: label.name,
            more: None,
            container: None,
            priority: 0,
            element: label.element,
            marks: Marks::ENABLED,
        };
        let id = self.topology.nodes.insert(node).map_err(|_| MemoryError::Full)?;
        self.journal.push(Undo::Create(id));
        Ok(id)
    }

    /// Takes an alias from the list of its target.
    fn hide(&mut self, alias: NodeId) -> Result<(), MemoryError> {
        let Ok(target) = self.alias_target(alias) else {
            return Ok(());
        };
        let more = self.topology.node_mut(target)?.more();
        if let Some(at) = more.aliases.iter().rposition(|shown| *shown == alias) {
            more.aliases.remove(at);
            self.journal.push(Undo::Hide { target, at, alias });
        }
        Ok(())
    }
}

/// Where regions are.
impl Transaction<'_> {
    /// Attaches `node` to `container`, `at` bytes from its start. Where regions of a container
    /// overlap, the one with the higher priority is seen; of equals the one that was attached last.
    ///
    /// # Errors
    ///
    /// `NoSuchRegion`; `AlreadyMapped` if it is in a container; `NotAContainer` if `container` is an
    /// alias; `AliasCycle` if `container` is seen through `node`; `OutOfRange` if `node` ends beyond
    /// 2^64.
    pub fn attach(
        &mut self,
        container: NodeId,
        at: u64,
        node: NodeId,
        priority: i32,
    ) -> Result<(), MemoryError> {
        self.check_attach(container, at, node)?;
        self.place(node, at, priority)?;
        self.link(container, node)?;
        self.topology.touch(node);
        Ok(())
    }

    /// [`Self::attach`] with priority 0, where nothing else that is enabled may be.
    ///
    /// # Errors
    ///
    /// As [`Self::attach`]; `Overlap`.
    pub fn attach_strict(
        &mut self,
        container: NodeId,
        at: u64,
        node: NodeId,
    ) -> Result<(), MemoryError> {
        self.check_attach(container, at, node)?;
        let end = at + self.topology.node(node)?.last;
        let siblings = self.topology.node(container)?.children().iter();
        let mut enabled = siblings
            .filter_map(|id| self.topology.get(*id))
            .filter(|sibling| sibling.marks.has(Marks::ENABLED));
        if enabled.any(|other| other.address <= end && at <= other.address + other.last) {
            return Err(MemoryError::Overlap);
        }
        self.attach(container, at, node, 0)
    }

    /// Takes `node` out of its container.
    ///
    /// # Errors
    ///
    /// `NoSuchRegion`; `NotMapped` if it is in no container.
    pub fn detach(&mut self, node: NodeId) -> Result<(), MemoryError> {
        self.topology.node(node)?.container.ok_or(MemoryError::NotMapped)?;
        self.topology.touch(node);
        self.unlink(node)
    }

    /// Moves `node` inside of its container. It is then on top of those with equal priority.
    ///
    /// # Errors
    ///
    /// `NoSuchRegion`; `NotMapped` if it is in no container; `OutOfRange`.
    pub fn set_address(&mut self, node: NodeId, at: u64) -> Result<(), MemoryError> {
        let found = self.topology.node(node)?;
        let container = found.container.ok_or(MemoryError::NotMapped)?;
        fits(at, found.last)?;
        if found.address == at {
            return Ok(());
        }
        let priority = found.priority;
        self.detach(node)?;
        self.attach(container, at, node, priority)
    }

    /// Makes a space show `root`, or nothing.
    ///
    /// # Errors
    ///
    /// `NoSuchRegion`; `NoSuchSpace` if the space was removed or is of another machine.
    pub fn set_root(
        &mut self,
        space: &AddressSpace,
        root: Option<NodeId>,
    ) -> Result<(), MemoryError> {
        root.map_or(Ok(()), |root| self.topology.node(root).map(drop))?;
        let mut places = self.topology.places.iter();
        let place = places.position(|place| Arc::ptr_eq(&place.space, &space.0));
        let place = place.ok_or(MemoryError::NoSuchSpace)?;
        let old = std::mem::replace(&mut self.topology.places[place].root, root);
        self.journal.push(Undo::Root { place, root: old });
        self.topology.places[place].mark_all();
        self.topology.pending = true;
        Ok(())
    }

    pub(super) fn add_space(
        &mut self,
        name: &str,
        root: NodeId,
    ) -> Result<AddressSpace, MemoryError> {
        self.topology.node(root)?;
        let space = AddressSpace(Arc::new(Space::new(name)));
        let place = Place { space: space.0.clone(), root: None, windows: Vec::new() };
        self.topology.places.push(place);
        self.journal.push(Undo::Space);
        self.set_root(&space, Some(root))?;
        Ok(space)
    }

    pub(super) fn clear_roots(&mut self) -> Result<(), MemoryError> {
        let places = self.topology.places.iter();
        let spaces: Vec<_> = places.map(|place| AddressSpace(place.space.clone())).collect();
        spaces.iter().try_for_each(|space| self.set_root(space, None))
    }

    fn check_attach(&self, container: NodeId, at: u64, node: NodeId) -> Result<(), MemoryError> {
        let (outer, inner) = (self.topology.node(container)?, self.topology.node(node)?);
        if matches!(outer.kind, Kind::Alias { .. }) {
            return Err(MemoryError::NotAContainer);
        }
        if inner.container.is_some() {
            return Err(MemoryError::AlreadyMapped);
        }
        fits(at, inner.last)?;
        if self.topology.reaches(node, container) {
            return Err(MemoryError::AliasCycle);
        }
        Ok(())
    }

    fn place(&mut self, node: NodeId, at: u64, priority: i32) -> Result<(), MemoryError> {
        let found = self.topology.node_mut(node)?;
        let address = std::mem::replace(&mut found.address, at);
        let priority = std::mem::replace(&mut found.priority, priority);
        self.journal.push(Undo::Address { node, address });
        self.journal.push(Undo::Priority { node, priority });
        Ok(())
    }

    fn link(&mut self, container: NodeId, child: NodeId) -> Result<(), MemoryError> {
        let priority = self.topology.node(child)?.priority;
        let children = self.topology.node(container)?.children();
        let not_above = |id: &NodeId| self.topology.get(*id).is_none_or(|n| n.priority <= priority);
        let on_top = children.last().is_none_or(not_above);
        let at = if on_top { children.len() } else { children.partition_point(not_above) };
        self.topology.node_mut(container)?.more().children.insert(at, child);
        self.topology.node_mut(child)?.container = Some(container);
        self.journal.push(Undo::Link { container, at });
        Ok(())
    }

    fn unlink(&mut self, child: NodeId) -> Result<(), MemoryError> {
        let Some(container) = self.topology.node_mut(child)?.container.take() else {
            return Ok(());
        };
        let children = &mut self.topology.node_mut(container)?.more().children;
        if let Some(at) = children.iter().rposition(|id| *id == child) {
            children.remove(at);
            self.journal.push(Undo::Unlink { container, at, child });
        }
        Ok(())
    }
}

/// What regions are like.
impl Transaction<'_> {
    /// Shows a region, or hides it with all that is attached to it.
    ///
    /// # Errors
    ///
    /// `NoSuchRegion`.
    pub fn set_enabled(&mut self, node: NodeId, on: bool) -> Result<(), MemoryError> {
        self.mark(node, Marks::ENABLED, on)?;
        self.topology.pending = true;
        Ok(())
    }

    /// Changes the size of a region.
    ///
    /// # Errors
    ///
    /// `NoSuchRegion`, `ZeroSize`; `OutOfRange` if it ends beyond 2^64, or memory beyond its bytes.
    pub fn set_size(&mut self, node: NodeId, size: u128) -> Result<(), MemoryError> {
        let last = last(size)?;
        let found = self.topology.node(node)?;
        fits(found.address, last)?;
        if let Kind::Alias { offset, .. } = found.kind {
            fits(offset, last)?;
        }
        if found.ram().is_some_and(|ram| last >= ram.len()) {
            return Err(MemoryError::OutOfRange);
        }
        self.topology.touch(node);
        let old = std::mem::replace(&mut self.topology.node_mut(node)?.last, last);
        self.journal.push(Undo::Last { node, last: old });
        self.topology.touch(node);
        self.topology.pending = true;
        Ok(())
    }

    /// Whether a region and all that is seen through it rejects writes.
    ///
    /// # Errors
    ///
    /// `NoSuchRegion`.
    pub fn set_readonly(&mut self, node: NodeId, on: bool) -> Result<(), MemoryError> {
        self.mark(node, Marks::READONLY, on)
    }

    /// Whether what is written to a region, and through it, outlives the machine.
    ///
    /// # Errors
    ///
    /// `NoSuchRegion`.
    pub fn set_nonvolatile(&mut self, node: NodeId, on: bool) -> Result<(), MemoryError> {
        self.mark(node, Marks::NONVOLATILE, on)
    }

    /// Whether listeners see a region, and what is seen through it, apart from equal neighbours.
    ///
    /// # Errors
    ///
    /// `NoSuchRegion`.
    pub fn set_unmergeable(&mut self, node: NodeId, on: bool) -> Result<(), MemoryError> {
        self.mark(node, Marks::UNMERGEABLE, on)
    }

    /// Switches a ROM device to ROM mode, or to its registers alone.
    ///
    /// # Errors
    ///
    /// `NoSuchRegion`; `NotARomDevice`.
    pub fn set_romd(&mut self, node: NodeId, on: bool) -> Result<(), MemoryError> {
        match self.topology.node(node)?.kind {
            Kind::Terminating(Backend::RomDevice(..)) => self.mark(node, Marks::ROMD, on),
            _ => Err(MemoryError::NotARomDevice),
        }
    }

    /// Watches writes to a region for whoever draws the screen, or ends that. Counted: it is watched
    /// as long as more was begun than ended.
    ///
    /// # Errors
    ///
    /// `NoSuchRegion`; `NotLogging` if nobody watches.
    pub fn set_log(&mut self, node: NodeId, on: bool) -> Result<(), MemoryError> {
        let count = self.topology.node(node)?.log();
        let next = if on { count.checked_add(1) } else { count.checked_sub(1) };
        let next = next.ok_or(MemoryError::NotLogging)?;
        self.topology.node_mut(node)?.more().log = next;
        self.journal.push(Undo::Log { node, count });
        if (count == 0) != (next == 0) {
            self.topology.touch(node);
        }
        Ok(())
    }

    /// Moves the window of an alias.
    ///
    /// # Errors
    ///
    /// `NoSuchRegion`; `NotAnAlias`; `OutOfRange`.
    pub fn set_alias_offset(&mut self, alias: NodeId, to: u64) -> Result<(), MemoryError> {
        let node = self.topology.node_mut(alias)?;
        fits(to, node.last)?;
        let Kind::Alias { offset, .. } = &mut node.kind else {
            return Err(MemoryError::NotAnAlias);
        };
        let offset = std::mem::replace(offset, to);
        self.journal.push(Undo::Offset { node: alias, offset });
        if offset != to {
            self.topology.touch(alias);
        }
        Ok(())
    }

    /// Makes writes ring a bell instead of calling the handler. A `size` of 0 means any size, and
    /// then any value.
    ///
    /// # Errors
    ///
    /// `NoSuchRegion`; `OutOfRange` if the write does not fit into the region or has no size that
    /// exists; `AlreadyMapped` if the same was added before.
    pub fn add_eventfd(
        &mut self,
        node: NodeId,
        offset: u64,
        size: u8,
        datamatch: Option<u64>,
        fd: Arc<dyn EventFd>,
    ) -> Result<(), MemoryError> {
        let watch = self.watch(node, offset, size, datamatch, fd)?;
        let mut watches = self.topology.node(node)?.watches().to_vec();
        if watches.iter().any(|other| other.size == size && other.matches(&watch)) {
            return Err(MemoryError::AlreadyMapped);
        }
        watches.push(watch);
        self.set_watches(node, watches)?;
        self.topology.touch(node);
        Ok(())
    }

    /// Undoes [`Self::add_eventfd`].
    ///
    /// # Errors
    ///
    /// As there; `NotMapped` if there is no such one.
    pub fn remove_eventfd(
        &mut self,
        node: NodeId,
        offset: u64,
        size: u8,
        datamatch: Option<u64>,
        fd: &Arc<dyn EventFd>,
    ) -> Result<(), MemoryError> {
        let watch = self.watch(node, offset, size, datamatch, fd.clone())?;
        let mut watches = self.topology.node(node)?.watches().to_vec();
        let at = watches.iter().position(|other| other.matches(&watch));
        watches.remove(at.ok_or(MemoryError::NotMapped)?);
        self.topology.touch(node);
        self.set_watches(node, watches)
    }

    pub(super) fn set_migration(&mut self, on: bool) -> bool {
        let old = std::mem::replace(&mut self.topology.migration, on);
        self.journal.push(Undo::Migration(old));
        if old != on {
            self.topology.touch_all();
        }
        old != on
    }

    /// A region that is hidden answers nowhere: it is looked at while it is shown.
    fn mark(&mut self, node: NodeId, mark: Marks, on: bool) -> Result<(), MemoryError> {
        let marks = self.topology.node(node)?.marks;
        if marks.has(mark) == on {
            return Ok(());
        }
        self.topology.touch(node);
        self.topology.node_mut(node)?.marks = marks.with(mark, on);
        self.journal.push(Undo::Marks { node, marks });
        self.topology.touch(node);
        Ok(())
    }

    fn watch(
        &self,
        node: NodeId,
        offset: u64,
        size: u8,
        datamatch: Option<u64>,
        fd: Arc<dyn EventFd>,
    ) -> Result<Watch, MemoryError> {
        let found = self.topology.node(node)?;
        let end = offset.checked_add(u64::from(size.max(1)) - 1);
        if !matches!(size, 0 | 1 | 2 | 4 | 8) || end.is_none_or(|end| end > found.last) {
            return Err(MemoryError::OutOfRange);
        }
        let datamatch = datamatch.filter(|_| size != 0).map(|value| on_bus(found, size, value));
        Ok(Watch { offset, size, datamatch, fd })
    }

    fn set_watches(&mut self, node: NodeId, watches: Vec<Watch>) -> Result<(), MemoryError> {
        if self.topology.node(node)?.watches().is_empty() && watches.is_empty() {
            return Ok(());
        }
        let fresh = watches.len();
        let more = self.topology.node_mut(node)?.more();
        let old = std::mem::replace(&mut more.watches, watches);
        self.topology.watched = self.topology.watched + fresh - old.len();
        self.journal.push(Undo::Watches { node, watches: old });
        Ok(())
    }
}

/// The end.
impl Transaction<'_> {
    pub(super) fn topology(&self) -> &Topology {
        self.topology
    }

    /// Everything holds from now on. Returns what was removed, whose ids stay until they are buried.
    pub(super) fn finish(mut self) -> Vec<NodeId> {
        self.done = true;
        self.topology.settle();
        let journal = self.journal.drain(..);
        journal
            .filter_map(|undo| if let Undo::Remove(node) = undo { Some(node) } else { None })
            .collect()
    }

    fn undo(&mut self, undo: Undo) {
        let topology = &mut *self.topology;
        match undo {
            Undo::Create(node) => drop(topology.nodes.remove(node)),
            Undo::Root { place, root } => topology.places[place].root = root,
            Undo::Space => drop(topology.places.pop()),
            Undo::Migration(on) => topology.migration = on,
            Undo::Watches { node, watches } => {
                let now = topology.nodes.get(node).map_or(0, |node| node.watches().len());
                topology.watched = topology.watched + watches.len() - now;
                edit(topology, node, |node| node.more().watches = watches);
            }
            Undo::Link { container, at } => {
                let mut child = None;
                edit(topology, container, |node| child = Some(node.more().children.remove(at)));
                if let Some(child) = child {
                    edit(topology, child, |node| node.container = None);
                }
            }
            Undo::Unlink { container, at, child } => {
                edit(topology, container, |node| node.more().children.insert(at, child));
                edit(topology, child, |node| node.container = Some(container));
            }
            other => undo_one(topology, other),
        }
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if self.done {
            return;
        }
        while let Some(undo) = self.journal.pop() {
            self.undo(undo);
        }
        self.topology.settle();
    }
}

/// Frees what was removed.
pub(super) fn bury(topology: &mut Topology, dead: Vec<NodeId>) -> Vec<Node> {
    dead.into_iter().filter_map(|node| topology.nodes.remove(node)).collect()
}

/// The changes that concern one node alone.
fn undo_one(topology: &mut Topology, undo: Undo) {
    match undo {
        Undo::Remove(id) => edit(topology, id, |node| {
            node.marks = node.marks.with(Marks::DEAD, false);
        }),
        Undo::Show { target } => edit(topology, target, |node| {
            node.more().aliases.pop();
        }),
        Undo::Hide { target, at, alias } => {
            edit(topology, target, |node| node.more().aliases.insert(at, alias));
        }
        Undo::Address { node, address } => edit(topology, node, |node| node.address = address),
        Undo::Priority { node, priority } => edit(topology, node, |node| node.priority = priority),
        Undo::Last { node, last } => edit(topology, node, |node| node.last = last),
        Undo::Marks { node, marks } => edit(topology, node, |node| node.marks = marks),
        Undo::Log { node, count } => edit(topology, node, |node| node.more().log = count),
        Undo::Offset { node, offset: old } => edit(topology, node, |node| {
            if let Kind::Alias { offset, .. } = &mut node.kind {
                *offset = old;
            }
        }),
        _ => {}
    }
}

fn edit(topology: &mut Topology, node: NodeId, change: impl FnOnce(&mut Node)) {
    if let Some(node) = topology.nodes.get_mut(node) {
        change(node);
    }
}

fn last(size: u128) -> Result<u64, MemoryError> {
    let last = size.checked_sub(1).ok_or(MemoryError::ZeroSize)?;
    u64::try_from(last).map_err(|_| MemoryError::OutOfRange)
}

fn fits(start: u64, last: u64) -> Result<(), MemoryError> {
    start.checked_add(last).map(drop).ok_or(MemoryError::OutOfRange)
}

/// The value as the bus sees it, if the registers are big endian.
fn on_bus(node: &Node, size: u8, value: u64) -> u64 {
    let endian = match &node.kind {
        Kind::Terminating(backend) => {
            backend.io().map_or(Endian::Little, |io| io.target.spec(io.key).endian)
        }
        Kind::Container | Kind::Alias { .. } => Endian::Little,
    };
    let unused = 64 - 8 * u32::from(size);
    match endian {
        Endian::Little => value << unused >> unused,
        Endian::Big => (value << unused).swap_bytes(),
    }
}
