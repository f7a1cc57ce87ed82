//! The end of a transaction: new views, and who is told.

use super::MemoryError;
use super::backend::Backend;
use super::eventfd::FlatWatch;
use super::listener::{Entry, Listener, Listeners, Section, SectionKind};
use super::render;
use super::space::Space;
use super::topology::{NodeId, Topology};
use super::view::{FlatRange, FlatView};
use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

/// A view that is to be published.
pub(super) struct Change {
    space: Arc<Space>,
    old: Arc<FlatView>,
    new: Arc<FlatView>,
}

/// The views of all address spaces after a change. Nothing is published yet: this can fail.
pub(super) fn render(topology: &Topology) -> Result<Vec<Change>, MemoryError> {
    let mut shared = HashMap::<Option<NodeId>, Arc<FlatView>>::new();
    let places = topology.places.iter();
    let render = places.map(|place| {
        let root = render::effective_root(topology, place.root);
        let old = place.space.current();
        let new = match shared.get(&root) {
            Some(view) => view.clone(),
            None if place.windows.is_empty() => old.clone(),
            None => Arc::new(render::update(topology, root, &old, &place.windows)?),
        };
        shared.insert(root, new.clone());
        Ok(Change { space: place.space.clone(), old, new })
    });
    render.collect()
}

/// Tells the listeners, and publishes.
pub(super) fn publish(topology: &Topology, listeners: &mut Listeners, changes: &[Change]) {
    listeners.all(|listener| listener.begin());
    for change in changes {
        let mut tell = Tell { topology, listeners, change };
        tell.ranges();
        if !Arc::ptr_eq(&change.old, &change.new) {
            change.space.view.store(change.new.clone());
        }
        tell.eventfds();
    }
    listeners.all(|listener| listener.commit());
}

/// Shows a new listener what there is.
pub(super) fn replay(topology: &Topology, entry: &mut Entry) {
    entry.call(|listener| listener.begin());
    for place in &topology.places {
        if !entry.follows(&place.space) {
            continue;
        }
        let (name, view) = (&place.space.name, place.space.current());
        for range in view.ranges() {
            let section = section(topology, name, range);
            entry.call(|listener| added(listener, &section));
        }
        for watch in distinct(view.watches()) {
            entry.call(|listener| listener.eventfd_add(&watch.section(name)));
        }
    }
    entry.call(|listener| listener.commit());
}

/// Takes away from a listener what it was shown, in reverse.
pub(super) fn withdraw(topology: &Topology, entry: &mut Entry) {
    entry.call(|listener| listener.begin());
    for place in topology.places.iter().rev() {
        if !entry.follows(&place.space) {
            continue;
        }
        let (name, view) = (&place.space.name, place.space.current());
        for watch in distinct(view.watches()).collect::<Vec<_>>().into_iter().rev() {
            entry.call(|listener| listener.eventfd_del(&watch.section(name)));
        }
        for range in view.ranges().collect::<Vec<_>>().into_iter().rev() {
            let section = section(topology, name, range);
            entry.call(|listener| removed(listener, &section));
        }
    }
    entry.call(|listener| listener.commit());
}

/// Asks the listeners for what they know about writes.
pub(super) fn sync(topology: &Topology, listeners: &mut Listeners) {
    for entry in listeners.entries() {
        if entry.syncs_globally() {
            entry.call(|listener| listener.log_sync_global());
            continue;
        }
        for place in &topology.places {
            if entry.follows(&place.space) {
                sync_space(topology, entry, &place.space);
            }
        }
    }
}

fn sync_space(topology: &Topology, entry: &mut Entry, space: &Space) {
    let view = space.current();
    for range in view.ranges().filter(|range| range.flags.dirty != 0) {
        let section = section(topology, &space.name, range);
        entry.call(|listener| listener.log_sync(&section));
    }
}

fn added(listener: &mut dyn Listener, section: &Section<'_>) {
    listener.region_add(section);
    if section.dirty != 0 {
        listener.log_start(section, 0, section.dirty);
    }
}

fn removed(listener: &mut dyn Listener, section: &Section<'_>) {
    if section.dirty != 0 {
        listener.log_stop(section, section.dirty, 0);
    }
    listener.region_del(section);
}

/// What listeners are told of a range. Its region may have been removed in this transaction.
fn section<'a>(topology: &Topology, space: &'a str, range: &'a FlatRange) -> Section<'a> {
    let name = topology.nodes.get(range.node).map_or(("", 0), |node| (node.name, node.element));
    Section {
        space,
        region: range.node,
        name: name.0,
        element: name.1,
        start: range.start,
        last: range.last,
        offset: range.offset,
        kind: kind(&range.backend),
        ram: range.backend.ram(),
        readonly: range.flags.readonly,
        romd: range.flags.romd,
        nonvolatile: range.flags.nonvolatile,
        dirty: range.flags.dirty,
    }
}

fn kind(backend: &Backend) -> SectionKind {
    match backend {
        Backend::Io { .. } => SectionKind::Io,
        Backend::Reserved => SectionKind::Reserved,
        Backend::Ram(_) => SectionKind::Ram,
        Backend::RamDevice(_) => SectionKind::RamDevice,
        Backend::RomDevice(..) => SectionKind::RomDevice,
    }
}

/// The differences of one address space.
struct Tell<'a> {
    topology: &'a Topology,
    listeners: &'a mut Listeners,
    change: &'a Change,
}

impl Tell<'_> {
    /// First all that goes, then all that comes or stays.
    fn ranges(&mut self) {
        if self.listeners.is_empty() {
            return;
        }
        let change = self.change;
        let pairs = || pairs(change.old.ranges(), change.new.ranges(), range_order);
        for (old, new) in pairs() {
            if let (Some(old), None) = (old, new) {
                self.deleted(old);
            }
        }
        for (old, new) in pairs() {
            match (old, new) {
                (Some(old), Some(new)) => self.kept(old, new),
                (None, Some(new)) => self.added(new),
                _ => {}
            }
        }
    }

    fn deleted(&mut self, range: &FlatRange) {
        let section = section(self.topology, &self.change.space.name, range);
        self.listeners.reverse(&self.change.space, |listener| listener.region_del(&section));
    }

    fn added(&mut self, range: &FlatRange) {
        let section = section(self.topology, &self.change.space.name, range);
        self.listeners.forward(&self.change.space, |listener| listener.region_add(&section));
    }

    fn kept(&mut self, old: &FlatRange, new: &FlatRange) {
        let section = section(self.topology, &self.change.space.name, new);
        let space = &self.change.space;
        let (old, new) = (old.flags.dirty, new.flags.dirty);
        self.listeners.forward(space, |listener| listener.region_nop(&section));
        if new & !old != 0 {
            self.listeners.forward(space, |listener| listener.log_start(&section, old, new));
        }
        if old & !new != 0 {
            self.listeners.reverse(space, |listener| listener.log_stop(&section, old, new));
        }
    }

    /// All that goes and all that comes, in the order of the lists.
    fn eventfds(&mut self) {
        if self.listeners.is_empty() {
            return;
        }
        let (change, space) = (self.change, &self.change.space);
        let (old, new) = (distinct(change.old.watches()), distinct(change.new.watches()));
        for pair in pairs(old, new, FlatWatch::order) {
            match pair {
                (Some(old), None) => {
                    let section = old.section(&space.name);
                    self.listeners.reverse(space, |listener| listener.eventfd_del(&section));
                }
                (None, Some(new)) => {
                    let section = new.section(&space.name);
                    self.listeners.forward(space, |listener| listener.eventfd_add(&section));
                }
                _ => {}
            }
        }
    }
}

/// What is gone comes before what is new, and nothing but the same is equal.
fn range_order(old: &FlatRange, new: &FlatRange) -> Ordering {
    if old.same(new) {
        return Ordering::Equal;
    }
    if old.start <= new.start { Ordering::Less } else { Ordering::Greater }
}

/// Watches without those that lie across the edge of a range, and so are there twice.
fn distinct(watches: &[FlatWatch]) -> impl Iterator<Item = &FlatWatch> {
    let mut before: Option<&FlatWatch> = None;
    watches.iter().filter(move |watch| {
        let same = before.is_some_and(|before| before.order(watch) == Ordering::Equal);
        before = Some(watch);
        !same
    })
}

/// Walks two ordered lists at a time: what is in both, or in one only.
fn pairs<'a, T: 'a>(
    old: impl Iterator<Item = &'a T>,
    new: impl Iterator<Item = &'a T>,
    order: impl Fn(&T, &T) -> Ordering,
) -> impl Iterator<Item = (Option<&'a T>, Option<&'a T>)> {
    let (mut old, mut new) = (old.peekable(), new.peekable());
    std::iter::from_fn(move || {
        let order = match (old.peek(), new.peek()) {
            (Some(old), Some(new)) => order(old, new),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return None,
        };
        let first = if order.is_le() { old.next() } else { None };
        let second = if order.is_ge() { new.next() } else { None };
        Some((first, second))
    })
}
