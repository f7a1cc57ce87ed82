//! Random trees: the sweep against two other ways to the same result, and a change against a
//! rendering of everything.

use super::{Dice, Row, io, ram};
use crate::memory::eventfd::EventFd;
use crate::memory::oracle::{Found, insert_all};
use crate::memory::render;
use crate::memory::topology::{Kind, Marks, Topology};
use crate::memory::view::{FlatRange, FlatView};
use crate::memory::{AddressSpace, Memory, MemoryError, NodeId, Transaction, Turn};
use std::sync::Arc;

/// All is in the first few addresses, or at the last ones: so much meets and overlaps.
const SPAN: u64 = 96;

struct Bell;

impl EventFd for Bell {
    fn signal(&self) {}
}

#[test]
fn the_sweep_is_insertion_and_recursion() {
    let mut ranges = 0;
    for seed in 0..3000 {
        let (memory, spaces, _) = forest(seed);
        let mut turn = Turn::begin(&memory.0).expect("no transaction");
        let topology = &turn.state().topology;
        for place in &topology.places {
            let swept = render::full(topology, place.root).expect("few regions");
            let found: Vec<_> = swept.ranges().map(found).collect();
            assert_eq!(found, insert_all(topology, place.root), "seed {seed}");
            assert_eq!(bytes(&swept), seen(topology, place.root), "seed {seed}");
            let root = render::effective_root(topology, place.root);
            let effective = render::full(topology, root).expect("few regions");
            assert_eq!(found_all(&effective), found, "effective root, seed {seed}");
            ranges += found.len();
        }
        drop(spaces);
    }
    assert!(ranges > 30_000, "the trees show too little: {ranges} ranges");
}

#[test]
fn a_change_renders_like_everything() {
    let (mut spliced, mut refused) = (0, 0);
    for seed in 0..1500 {
        let (memory, spaces, mut nodes) = forest(seed);
        let mut dice = Dice::new(seed + 7_000_000);
        for step in 0..12 {
            let before: Vec<_> = spaces.iter().map(|space| space.0.current()).collect();
            let changes = 1 + dice.below(3);
            let known = nodes.len();
            let done = memory
                .transaction(|t| (0..changes).try_for_each(|_| change(t, &mut nodes, &mut dice)));
            if done.is_err() {
                nodes.truncate(known);
            }
            refused += usize::from(done.is_err());
            spliced += compare(&memory, &spaces, &format!("seed {seed} step {step}"));
            if done.is_err() {
                let same = spaces.iter().zip(&before).all(|(s, b)| Arc::ptr_eq(&s.0.current(), b));
                assert!(same, "a change that was undone was published: seed {seed} step {step}");
            }
        }
    }
    assert!(spliced > 20_000 && refused > 500, "{spliced} views, {refused} refused");
}

#[test]
fn a_change_of_a_large_view_renders_like_everything() {
    for seed in 0..20 {
        let memory = Memory::new();
        let mut dice = Dice::new(seed);
        let root = memory.transaction(|t| t.container("root", 1 << 64)).expect("there is room");
        let space = memory.address_space("large", root).expect("the root exists");
        let mut nodes = Vec::new();
        for step in 0..400 {
            let plug = |t: &mut Transaction<'_>| -> Result<(), MemoryError> {
                for _ in 0..1 + dice.below(4) {
                    match nodes.len() {
                        count if count > 0 && dice.one_in(3) => {
                            t.remove(nodes.swap_remove(dice.below(count as u64) as usize))?;
                        }
                        _ => nodes.push(large_region(t, root, &mut dice)?),
                    }
                }
                Ok(())
            };
            memory.transaction(plug).expect("all of it is possible");
            compare(&memory, std::slice::from_ref(&space), &format!("seed {seed} step {step}"));
        }
        check_chunks(&space.0.current());
    }
}

fn large_region(
    t: &mut Transaction<'_>,
    root: NodeId,
    dice: &mut Dice,
) -> Result<NodeId, MemoryError> {
    let size = 1 + u128::from(dice.below(24));
    let node = t.io("large", size, io())?;
    t.attach(root, dice.below(8192), node, dice.below(3) as i32)?;
    Ok(node)
}

/// A lookup of every range by its ends finds it.
fn check_chunks(view: &FlatView) {
    let ranges: Vec<_> = view.ranges().collect();
    assert!(ranges.len() > 64, "the view has one chunk only");
    for range in ranges {
        for address in [range.start, range.last] {
            let hit = view.find(address).map(|hit| (hit.start, hit.node));
            assert_eq!(hit, Some((range.start, range.node)));
        }
    }
}

/// Compares what is published with a new rendering. Returns the number of views.
fn compare(memory: &Memory, spaces: &[AddressSpace], what: &str) -> usize {
    let mut turn = Turn::begin(&memory.0).expect("no transaction");
    let topology = &turn.state().topology;
    for (place, space) in topology.places.iter().zip(spaces) {
        assert!(place.windows.is_empty(), "{what}");
        let (fresh, published) =
            (render::full(topology, place.root).expect("few regions"), space.0.current());
        assert_eq!(found_all(&published), found_all(&fresh), "{what}");
        assert_eq!(watches(&published), watches(&fresh), "{what}");
    }
    spaces.len()
}

fn watches(view: &FlatView) -> Vec<(u64, u64, bool, u8, Option<u64>)> {
    let watches = view.watches().iter();
    watches.map(|w| (w.start, w.range, w.inside, w.size, w.datamatch)).collect()
}

fn found_all(view: &FlatView) -> Vec<Found> {
    view.ranges().map(found).collect()
}

fn found(range: &FlatRange) -> Found {
    let FlatRange { start, last, offset, node, flags, .. } = *range;
    Found { start, last, offset, node, flags }
}

/// Who answers at each of the addresses around which the trees are, by looking at the view.
fn bytes(view: &FlatView) -> Vec<Option<Row>> {
    let answer = |address| {
        let range = view.find(address)?;
        Some((address, address, range.offset + (address - range.start), range.node))
    };
    addresses().map(answer).collect()
}

/// The same, by asking each region: first what is attached to it, from the top, then itself.
fn seen(topology: &Topology, root: Option<NodeId>) -> Vec<Option<Row>> {
    let answer = |address: u64| {
        let (node, offset) = visible(topology, root?, address.into())?;
        Some((address, address, offset, node))
    };
    addresses().map(answer).collect()
}

fn visible(topology: &Topology, id: NodeId, at: i128) -> Option<(NodeId, u64)> {
    let node = topology.get(id)?;
    if !node.marks.has(Marks::ENABLED) || at < 0 || at > node.last.into() {
        return None;
    }
    if let Kind::Alias { target, offset } = node.kind {
        return visible(topology, target, at + i128::from(offset));
    }
    let mut children: Vec<_> = node.children().to_vec();
    children.reverse();
    let below = |child: &NodeId| {
        let address = topology.get(*child)?.address;
        visible(topology, *child, at - i128::from(address))
    };
    let own = matches!(node.kind, Kind::Terminating(_)).then_some((id, at as u64));
    children.iter().find_map(below).or(own)
}

fn addresses() -> impl Iterator<Item = u64> {
    (0..2 * SPAN).chain(u64::MAX - SPAN..=u64::MAX)
}

/// A random set of regions under two address spaces.
fn forest(seed: u64) -> (Memory, Vec<AddressSpace>, Vec<NodeId>) {
    let memory = Memory::new();
    let mut dice = Dice::new(seed);
    let mut nodes = Vec::new();
    let size = if dice.one_in(4) { u128::from(SPAN) } else { 1 << 64 };
    let roots = memory.transaction(|t| Ok([t.container("a", size)?, t.container("b", 1 << 64)?]));
    let roots = roots.expect("there is room");
    nodes.extend(roots);
    for _ in 0..8 + dice.below(64) {
        // What is impossible is left out.
        let _ = memory.transaction(|t| grow(t, &mut nodes, &mut dice));
    }
    let spaces = roots.map(|root| memory.address_space("s", root).expect("the root exists"));
    (memory, spaces.into(), nodes)
}

/// Makes a region, and attaches it.
fn grow(
    t: &mut Transaction<'_>,
    nodes: &mut Vec<NodeId>,
    dice: &mut Dice,
) -> Result<(), MemoryError> {
    let size = 1 + if dice.one_in(3) { dice.below(SPAN / 2) } else { dice.below(SPAN / 12) };
    let node = match dice.below(9) {
        0 | 1 => t.container("container", size.into())?,
        2 | 3 => t.io("io", size.into(), io())?,
        4 => t.reserved("reserved", size.into())?,
        5 => t.ram("ram", ram(size))?,
        6 => t.rom_device("rom", ram(size), io())?,
        _ => t.alias("alias", any(nodes, dice), dice.below(SPAN / 4), size.into())?,
    };
    adorn(t, node, dice)?;
    let at = if dice.one_in(8) { u64::MAX - SPAN + dice.below(SPAN) } else { dice.below(SPAN) };
    t.attach(outer(nodes, dice), at, node, dice.below(5) as i32 - 2)?;
    nodes.push(node);
    Ok(())
}

fn adorn(t: &mut Transaction<'_>, node: NodeId, dice: &mut Dice) -> Result<(), MemoryError> {
    t.set_enabled(node, !dice.one_in(8))?;
    t.set_readonly(node, dice.one_in(5))?;
    t.set_nonvolatile(node, dice.one_in(9))?;
    t.set_unmergeable(node, dice.one_in(9))?;
    if dice.one_in(6) {
        t.set_log(node, true)?;
    }
    if dice.one_in(5) {
        t.add_eventfd(node, 0, 1, Some(dice.below(4)), Arc::new(Bell))?;
    }
    Ok(())
}

/// Changes something, if it is possible.
fn change(
    t: &mut Transaction<'_>,
    nodes: &mut Vec<NodeId>,
    dice: &mut Dice,
) -> Result<(), MemoryError> {
    let node = any(nodes, dice);
    let (yes, size) = (dice.one_in(2), u128::from(1 + dice.below(SPAN / 2)));
    let done = match dice.below(15) {
        0 | 1 => grow(t, nodes, dice),
        2 if node != nodes[0] && node != nodes[1] => t.remove(node),
        3 => t.detach(node),
        4 | 5 => t.attach(outer(nodes, dice), dice.below(SPAN), node, dice.below(5) as i32 - 2),
        6 | 7 => t.set_address(node, dice.below(SPAN)),
        8 => t.set_enabled(node, yes),
        9 => t.set_size(node, size),
        10 => t.set_readonly(node, yes),
        11 => t.set_romd(node, yes).and(t.set_unmergeable(node, yes)),
        12 => t.set_log(node, yes),
        13 => t.set_alias_offset(node, dice.below(SPAN / 4)),
        _ => t.add_eventfd(node, 0, 4, None, Arc::new(Bell)),
    };
    // Most of what is impossible is left out, some of it undoes the whole transaction.
    if dice.one_in(6) { done } else { Ok(()) }
}

/// One of the roots, or anything.
fn outer(nodes: &[NodeId], dice: &mut Dice) -> NodeId {
    if dice.one_in(2) { nodes[dice.below(2) as usize] } else { any(nodes, dice) }
}

fn any(nodes: &[NodeId], dice: &mut Dice) -> NodeId {
    nodes[dice.below(nodes.len() as u64) as usize]
}
