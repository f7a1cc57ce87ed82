//! Changes of the memory: all of a transaction, or nothing.

mod marks;
mod places;
mod regions;

use super::MemoryError;
use super::eventfd::Watch;
use super::topology::{Kind, Marks, Node, NodeId, Topology};

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

impl<'a> Transaction<'a> {
    pub(super) fn new(topology: &'a mut Topology) -> Self {
        Self { topology, journal: Vec::new(), done: false }
    }

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
