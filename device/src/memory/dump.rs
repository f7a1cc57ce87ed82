//! The memory as text, in the manner of QEMU's `info mtree`. For tests and for people.

use super::backend::Backend;
use super::topology::{Kind, Marks, Node, NodeId, Topology};
use super::view::FlatRange;
use super::{AddressSpace, Memory, MemoryError, Turn};
use std::fmt::Write;

impl Memory {
    /// All address spaces with the regions below them, and all regions that are in no container.
    ///
    /// # Errors
    ///
    /// `ReentrantTransaction`.
    pub fn dump(&self) -> Result<String, MemoryError> {
        let mut turn = Turn::begin(&self.0)?;
        Ok(tree(&turn.state().topology))
    }
}

impl AddressSpace {
    /// Its ranges: which region answers where.
    pub fn dump(&self) -> String {
        let view = self.0.current();
        let mut text = format!("address space: {}\n", self.0.name);
        for range in view.ranges() {
            text += &flat_line(range);
        }
        text
    }
}

fn tree(topology: &Topology) -> String {
    let mut text = String::new();
    for place in &topology.places {
        text += &format!("address space: {}\n", place.space.name);
        if let Some(root) = place.root {
            branch(topology, root, &mut text);
        }
    }
    text += "not attached:\n";
    let roots = topology.nodes.iter().filter(|(_, node)| node.container.is_none());
    for (id, _) in roots.collect::<Vec<_>>() {
        branch(topology, id, &mut text);
    }
    text
}

/// A region and all that is below it, what is on top first.
fn branch(topology: &Topology, root: NodeId, text: &mut String) {
    let mut left = vec![(root, 0, 1)];
    while let Some((id, base, depth)) = left.pop() {
        let Some(node) = topology.get(id) else {
            continue;
        };
        let start = if depth == 1 { 0 } else { base + i128::from(node.address) };
        *text += &format!("{:depth$}{}\n", "", line(topology, node, start), depth = 2 * depth);
        left.extend(node.children().iter().map(|child| (*child, start, depth + 1)));
    }
}

fn line(topology: &Topology, node: &Node, start: i128) -> String {
    let last = start + i128::from(node.last);
    let mut text = format!("{start:016x}-{last:016x} (prio {}, ", node.priority);
    text += &kind(topology, node);
    let marks = [
        (!node.marks.has(Marks::ENABLED), "disabled"),
        (node.marks.has(Marks::READONLY), "readonly"),
        (node.marks.has(Marks::NONVOLATILE), "nonvolatile"),
        (node.marks.has(Marks::UNMERGEABLE), "unmergeable"),
        (node.marks.has(Marks::ROMD), "romd"),
    ];
    for (_, word) in marks.iter().filter(|(on, _)| *on) {
        text += &format!(" [{word}]");
    }
    for watch in node.watches() {
        let _ = write!(text, " [eventfd {:x}/{} {:x?}]", watch.offset, watch.size, watch.datamatch);
    }
    text + &format!(" log {}", node.log())
}

fn kind(topology: &Topology, node: &Node) -> String {
    let name = label(node.name, node.element);
    match &node.kind {
        Kind::Container => format!("container): {name}"),
        Kind::Terminating(backend) => format!("{}): {name}", backend_name(backend)),
        Kind::Alias { target, offset } => {
            let shown = topology.get(*target);
            let shown = shown.map_or("(gone)".to_owned(), |node| label(node.name, node.element));
            format!("alias {name} @{shown} {offset:016x})")
        }
    }
}

fn label(name: &str, element: u16) -> String {
    if element == 0 { name.to_owned() } else { format!("{name}[{element}]") }
}

fn flat_line(range: &FlatRange) -> String {
    let FlatRange { start, last, offset, node, flags, .. } = range;
    let kind = backend_name(&range.backend);
    format!("  {start:016x}-{last:016x} ({kind}) {node:?} @{offset:016x} {flags:?}\n")
}

fn backend_name(backend: &Backend) -> &'static str {
    match backend {
        Backend::Io { .. } => "i/o",
        Backend::Reserved => "reserved",
        Backend::Ram(_) => "ram",
        Backend::RamDevice(_) => "ramd",
        Backend::RomDevice(..) => "romd",
    }
}
