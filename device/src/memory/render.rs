//! Rendering by sweep: from the tree of regions to the flat view of an address space.
//!
//! A walk numbers the instances of all regions that answer, what hides first; a sweep over their
//! ends then gives each run of addresses to the lowest number. O(n log n), where n counts the
//! instances.

use super::MemoryError;
use super::backend::Backend;
use super::eventfd;
use super::topology::{Kind, Marks, Node, NodeId, Topology, Window};
use super::view::{FlatRange, FlatView, RangeFlags};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// How many regions are visited for one view. Aliases of aliases can show a region any number of
/// times, and no real machine comes near.
const MAX_STEPS: usize = 1 << 23;

/// The whole view of `root`.
pub(super) fn full(topology: &Topology, root: Option<NodeId>) -> Result<FlatView, MemoryError> {
    let ranges = ranges(topology, root, &[Window::ALL])?;
    let mut watches = eventfd::flatten(topology, ranges.iter());
    eventfd::sort(&mut watches);
    Ok(FlatView::with_watches(ranges, watches))
}

/// The view of `root`, of which `old` still holds outside of `windows`.
pub(super) fn update(
    topology: &Topology,
    root: Option<NodeId>,
    old: &FlatView,
    windows: &[Window],
) -> Result<FlatView, MemoryError> {
    if windows.contains(&Window::ALL) {
        return full(topology, root);
    }
    let windows = old.widen(windows);
    let ranges = ranges(topology, root, &windows)?;
    let watches = eventfd::flatten(topology, ranges.iter());
    Ok(old.splice(&windows, ranges, watches))
}

/// The region that shows the same as `root` and is nearest to what answers. None if nothing does.
///
/// Address spaces with the same one share their view.
pub(super) fn effective_root(topology: &Topology, root: Option<NodeId>) -> Option<NodeId> {
    let mut id = root?;
    loop {
        let node = topology.get(id).filter(|node| node.marks.has(Marks::ENABLED))?;
        match look_through(topology, node) {
            Through::Nothing => return None,
            Through::Node(next) => id = next,
            Through::Stop => return Some(id),
        }
    }
}

enum Through {
    Nothing,
    Node(NodeId),
    Stop,
}

fn look_through(topology: &Topology, node: &Node) -> Through {
    match node.kind {
        Kind::Terminating(_) => Through::Stop,
        Kind::Alias { target, offset } => match topology.get(target) {
            None => Through::Nothing,
            Some(shown) if offset == 0 && hides_nothing(node, shown) => Through::Node(target),
            Some(_) => Through::Stop,
        },
        Kind::Container => only_child(topology, node),
    }
}

fn only_child(topology: &Topology, node: &Node) -> Through {
    let mut enabled = node.children().iter().filter_map(|id| {
        let child = topology.get(*id)?;
        child.marks.has(Marks::ENABLED).then_some((*id, child))
    });
    match (enabled.next(), enabled.next()) {
        (None, _) => Through::Nothing,
        (Some((id, child)), None) if child.address == 0 && hides_nothing(node, child) => {
            Through::Node(id)
        }
        _ => Through::Stop,
    }
}

/// Whether `inner` looks the same directly and through `outer`, where it begins.
fn hides_nothing(outer: &Node, inner: &Node) -> bool {
    inner.last <= outer.last && !outer.marks.inherits_anything()
}

/// The ranges of `root` in `windows`, which are ascending and do not meet.
fn ranges(
    topology: &Topology,
    root: Option<NodeId>,
    windows: &[Window],
) -> Result<Vec<FlatRange>, MemoryError> {
    let mut walk = Walk::new(topology, windows);
    if let (Some(root), Some(first), Some(last)) = (root, windows.first(), windows.last()) {
        let clip = Window { start: first.start, last: last.last };
        walk.run(View { id: root, base: 0, clip, above: Marks::NONE })?;
    }
    Ok(sweep(&walk.instances))
}

/// A region that answers, as it is seen at some addresses.
struct Instance<'t> {
    start: u64,
    last: u64,
    /// The offset into the region of the first address.
    offset: u64,
    id: NodeId,
    backend: &'t Backend,
    flags: RangeFlags,
}

/// A look at a region: where its offset 0 is, which part can be seen, through what.
#[derive(Clone, Copy)]
struct View {
    id: NodeId,
    base: i128,
    clip: Window,
    above: Marks,
}

/// A region whose children are being visited.
struct Frame<'t> {
    node: &'t Node,
    view: View,
    /// The part of the region that can be seen, as offsets into it.
    shown: Window,
    /// How many children are left.
    left: usize,
}

/// The depth-first walk, without recursion: regions can be nested as deeply as there is memory.
struct Walk<'t> {
    topology: &'t Topology,
    windows: &'t [Window],
    /// What answers, in the order in which it hides what comes later.
    instances: Vec<Instance<'t>>,
    frames: Vec<Frame<'t>>,
    steps: usize,
}

impl<'t> Walk<'t> {
    fn new(topology: &'t Topology, windows: &'t [Window]) -> Self {
        Self { topology, windows, instances: Vec::new(), frames: Vec::new(), steps: 0 }
    }

    fn run(&mut self, root: View) -> Result<(), MemoryError> {
        if let Some(node) = self.topology.get(root.id) {
            self.visit(node, root)?;
        }
        while let Some(frame) = self.frames.last_mut() {
            match next_child(self.topology, frame, &mut self.steps) {
                Some((node, view)) => self.visit(node, view)?,
                None => self.leave(),
            }
        }
        Ok(())
    }

    /// The children are done: the region itself is their background.
    fn leave(&mut self) {
        if let Some(frame) = self.frames.pop() {
            self.answer(frame.node, frame.view);
        }
    }

    fn visit(&mut self, mut node: &'t Node, mut view: View) -> Result<(), MemoryError> {
        loop {
            self.steps += 1;
            if self.steps > MAX_STEPS {
                return Err(MemoryError::TooComplex);
            }
            let Some(clip) = self.clip(node, &view) else {
                return Ok(());
            };
            view.clip = clip;
            let Kind::Alias { target, offset } = node.kind else {
                break;
            };
            let Some(shown) = self.topology.get(target) else {
                return Ok(());
            };
            let above = node.marks.below(view.above);
            view = View { id: target, base: view.base - i128::from(offset), clip, above };
            node = shown;
        }
        self.enter(node, view);
        Ok(())
    }

    fn enter(&mut self, node: &'t Node, mut view: View) {
        let left = node.children().len();
        if left == 0 {
            return self.answer(node, view);
        }
        // A background is as its own marks and those above say: both are the same set by now.
        view.above = node.marks.below(view.above);
        let offset = |address| (i128::from(address) - view.base) as u64;
        let shown = Window { start: offset(view.clip.start), last: offset(view.clip.last) };
        self.frames.push(Frame { node, view, shown, left });
    }

    /// What can be seen of a region. None if that is nothing.
    fn clip(&self, node: &Node, view: &View) -> Option<Window> {
        let end = view.base + i128::from(node.last);
        let below = view.base > i128::from(view.clip.last) || end < i128::from(view.clip.start);
        if below || !node.marks.has(Marks::ENABLED) {
            return None;
        }
        let start = u64::try_from(view.base).map_or(view.clip.start, |at| at.max(view.clip.start));
        let last = u64::try_from(end).map_or(view.clip.last, |at| at.min(view.clip.last));
        let shown = |window: &Window| window.start <= last && start <= window.last;
        self.windows.iter().any(shown).then_some(Window { start, last })
    }

    fn answer(&mut self, node: &'t Node, view: View) {
        let Kind::Terminating(backend) = &node.kind else {
            return;
        };
        let flags = self.topology.range_flags(node, view.above);
        for window in self.windows {
            let start = window.start.max(view.clip.start);
            let last = window.last.min(view.clip.last);
            if start <= last {
                let offset = (i128::from(start) - view.base) as u64;
                let id = view.id;
                self.instances.push(Instance { start, last, offset, id, backend, flags });
            }
        }
    }
}

/// The next child of which something may be seen. Most of a large container is passed over here.
fn next_child<'t>(
    topology: &'t Topology,
    frame: &mut Frame<'t>,
    steps: &mut usize,
) -> Option<(&'t Node, View)> {
    let Window { start, last } = frame.shown;
    let children = frame.node.children();
    while let Some(left) = frame.left.checked_sub(1) {
        frame.left = left;
        *steps += 1;
        let Some(node) = topology.get(children[left]) else {
            continue;
        };
        if node.address <= last && start <= node.address.saturating_add(node.last) {
            let base = frame.view.base + i128::from(node.address);
            return Some((node, View { id: children[left], base, ..frame.view }));
        }
    }
    None
}

/// Gives each run of addresses to the first of the instances that has it.
fn sweep(instances: &[Instance<'_>]) -> Vec<FlatRange> {
    let numbers = 0..instances.len() as u32;
    let count = instances.len();
    let mut ranges = Ranges { instances, out: Vec::with_capacity(count), latest: u32::MAX };
    // Regions are often attached in the order of their addresses, and so come in the reverse of it.
    if instances.windows(2).all(|pair| pair[1].last < pair[0].start) {
        numbers.rev().for_each(|at| ranges.push_all(at));
        return ranges.out;
    }
    let mut order: Vec<_> = numbers.map(|at| (instances[at as usize].start, at)).collect();
    order.sort_unstable();
    if order.windows(2).all(|pair| instances[pair[0].1 as usize].last < pair[1].0) {
        order.iter().for_each(|(_, at)| ranges.push_all(*at));
    } else {
        overlapping(&order, &mut ranges);
    }
    ranges.out
}

/// The sweep proper. `order` says where the instances begin, ascending.
fn overlapping(order: &[(u64, u32)], ranges: &mut Ranges<'_, '_>) {
    let mut open = BinaryHeap::new();
    let mut coming = order.iter().copied().peekable();
    let mut now = Some(0);
    while let Some(at) = now {
        while let Some((_, number)) = coming.next_if(|(start, _)| *start <= at) {
            open.push(Reverse(number));
        }
        let next = coming.peek().map(|(start, _)| *start);
        let Some(&Reverse(top)) = open.peek() else {
            now = next;
            continue;
        };
        let last = ranges.instances[top as usize].last;
        if last < at {
            open.pop();
            continue;
        }
        let end = next.map_or(last, |next| last.min(next - 1));
        ranges.push(top, at, end);
        now = end.checked_add(1);
    }
}

/// Ranges in the making: what belongs together is joined.
struct Ranges<'a, 't> {
    instances: &'a [Instance<'t>],
    out: Vec<FlatRange>,
    /// The number of the instance that was last seen.
    latest: u32,
}

impl Ranges<'_, '_> {
    fn push_all(&mut self, number: u32) {
        let Instance { start, last, .. } = self.instances[number as usize];
        self.push(number, start, last);
    }

    fn push(&mut self, number: u32, start: u64, last: u64) {
        let instance = &self.instances[number as usize];
        let offset = instance.offset + (start - instance.start);
        // Not even an unmergeable region is torn apart by the ends of what it hides.
        let again = self.latest == number;
        self.latest = number;
        if let Some(before) = self.out.last_mut()
            && (continues(before, instance, start, offset)
                && (again || !instance.flags.unmergeable))
        {
            before.last = last;
            return;
        }
        let (node, backend, flags) = (instance.id, instance.backend.clone(), instance.flags);
        self.out.push(FlatRange { start, last, offset, node, backend, flags });
    }
}

fn continues(before: &FlatRange, next: &Instance<'_>, start: u64, offset: u64) -> bool {
    before.node == next.id
        && before.flags == next.flags
        && before.last.checked_add(1) == Some(start)
        && before.offset.wrapping_add(start - before.start) == offset
}
