//! Listeners: those who copy what is mapped where, such as a hypervisor.

use super::eventfd::EventFdSection;
use super::ram::RamBlock;
use super::space::Space;
use super::topology::NodeId;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Is told what is mapped where, and every change of it.
///
/// Every method does nothing unless it is implemented. They are called inside of the transaction
/// that changes the memory: a transaction in them is a
/// [`ReentrantTransaction`](super::MemoryError::ReentrantTransaction), and they must not enter devices,
/// whose handlers may be waiting for the transaction to end. A listener that panics is dropped, see
/// [`Memory::lost_listeners`](super::Memory::lost_listeners).
pub trait Listener: Send {
    /// Changes come now.
    fn begin(&mut self) {}
    /// That was all.
    fn commit(&mut self) {}
    /// Something is mapped. Its `dirty` says who watches it from the start.
    fn region_add(&mut self, _section: &Section<'_>) {}
    /// Something is no longer mapped. Comes before all `region_add` of the same change.
    fn region_del(&mut self, _section: &Section<'_>) {}
    /// Something is mapped as before.
    fn region_nop(&mut self, _section: &Section<'_>) {}
    /// Writes are watched by more clients than before. `old` and `new` are sets of
    /// [`DirtyClient::bit`](super::DirtyClient::bit)s.
    fn log_start(&mut self, _section: &Section<'_>, _old: u8, _new: u8) {}
    /// Writes are watched by fewer clients than before.
    fn log_stop(&mut self, _section: &Section<'_>, _old: u8, _new: u8) {}
    /// What is known about writes to this watched section has to go into its dirty bitmap.
    fn log_sync(&mut self, _section: &Section<'_>) {}
    /// The same for all sections at once, if [`Self::syncs_globally`].
    fn log_sync_global(&mut self) {}
    /// Whether it wants one `log_sync_global` in the place of all `log_sync`.
    fn syncs_globally(&self) -> bool {
        false
    }
    /// All memory will be watched for migration.
    fn log_global_start(&mut self) {}
    /// Memory is no longer watched for migration.
    fn log_global_stop(&mut self) {}
    /// A write rings a bell from now on.
    fn eventfd_add(&mut self, _eventfd: &EventFdSection<'_>) {}
    /// A write no longer rings a bell.
    fn eventfd_del(&mut self, _eventfd: &EventFdSection<'_>) {}
}

/// What answers in a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SectionKind {
    /// Registers.
    Io,
    /// Nothing: every access is rejected.
    Reserved,
    /// Memory, or ROM if the section is read only.
    Ram,
    /// Memory that must not be accessed directly.
    RamDevice,
    /// Memory to read from (while `romd`), registers to write to.
    RomDevice,
}

/// A run of addresses that one region answers.
#[derive(Clone, Copy)]
pub struct Section<'a> {
    /// The name of the address space.
    pub space: &'a str,
    /// The region.
    pub region: NodeId,
    /// The name of the region.
    pub name: &'static str,
    /// Which one, if several regions have this name.
    pub element: u16,
    /// The first address.
    pub start: u64,
    /// The last address.
    pub last: u64,
    /// The offset into the region of the first address.
    pub offset: u64,
    /// What answers.
    pub kind: SectionKind,
    /// The memory, if there is some.
    pub ram: Option<&'a Arc<RamBlock>>,
    /// Writes are rejected.
    pub readonly: bool,
    /// A ROM device in ROM mode.
    pub romd: bool,
    /// What is written outlives the machine.
    pub nonvolatile: bool,
    /// Who watches writes, a set of [`DirtyClient::bit`](super::DirtyClient::bit)s.
    pub dirty: u8,
}

impl Section<'_> {
    /// The number of bytes, at most 2^64.
    pub fn size(&self) -> u128 {
        u128::from(self.last - self.start) + 1
    }
}

/// Names a listener that was registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ListenerId(u64);

/// All listeners, ascending by priority, the newest last among equals.
#[derive(Default)]
pub(super) struct Listeners {
    entries: Vec<Entry>,
    registered: u64,
    lost: Vec<ListenerId>,
}

pub(super) struct Entry {
    id: ListenerId,
    priority: i32,
    /// The only address space that it wants to hear of.
    space: Option<Arc<Space>>,
    listener: Box<dyn Listener>,
    lost: bool,
}

impl Entry {
    pub(super) fn follows(&self, space: &Arc<Space>) -> bool {
        self.space.as_ref().is_none_or(|mine| Arc::ptr_eq(mine, space))
    }

    /// Calls, unless an earlier call panicked.
    pub(super) fn call(&mut self, call: impl FnOnce(&mut dyn Listener)) {
        if !self.lost {
            let call = AssertUnwindSafe(|| call(&mut *self.listener));
            self.lost = catch_unwind(call).is_err();
        }
    }

    pub(super) fn syncs_globally(&mut self) -> bool {
        let mut answer = false;
        self.call(|listener| answer = listener.syncs_globally());
        answer
    }

    pub(super) fn into_listener(self) -> Box<dyn Listener> {
        self.listener
    }
}

impl Listeners {
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn insert(
        &mut self,
        priority: i32,
        space: Option<Arc<Space>>,
        listener: Box<dyn Listener>,
    ) -> (ListenerId, &mut Entry) {
        self.registered += 1;
        let id = ListenerId(self.registered);
        let at = self.entries.partition_point(|entry| entry.priority <= priority);
        self.entries.insert(at, Entry { id, priority, space, listener, lost: false });
        (id, &mut self.entries[at])
    }

    pub(super) fn remove(&mut self, id: ListenerId) -> Option<Entry> {
        let at = self.entries.iter().position(|entry| entry.id == id)?;
        Some(self.entries.remove(at))
    }

    /// Ascending by priority, those who follow `space`.
    pub(super) fn forward(&mut self, space: &Arc<Space>, mut call: impl FnMut(&mut dyn Listener)) {
        let entries = self.entries.iter_mut().filter(|entry| entry.follows(space));
        entries.for_each(|entry| entry.call(&mut call));
    }

    /// Descending by priority, those who follow `space`.
    pub(super) fn reverse(&mut self, space: &Arc<Space>, mut call: impl FnMut(&mut dyn Listener)) {
        let entries = self.entries.iter_mut().rev().filter(|entry| entry.follows(space));
        entries.for_each(|entry| entry.call(&mut call));
    }

    /// Ascending by priority, all.
    pub(super) fn all(&mut self, mut call: impl FnMut(&mut dyn Listener)) {
        self.entries.iter_mut().for_each(|entry| entry.call(&mut call));
    }

    /// Descending by priority, all.
    pub(super) fn all_reverse(&mut self, mut call: impl FnMut(&mut dyn Listener)) {
        self.entries.iter_mut().rev().for_each(|entry| entry.call(&mut call));
    }

    pub(super) fn entries(&mut self) -> impl Iterator<Item = &mut Entry> {
        self.entries.iter_mut()
    }

    /// Takes out those that panicked.
    pub(super) fn take_lost(&mut self) -> Lost {
        let lost: Vec<_> = self.entries.extract_if(.., |entry| entry.lost).collect();
        self.lost.extend(lost.iter().map(|entry| entry.id));
        Lost(lost)
    }

    pub(super) fn lost(&self) -> &[ListenerId] {
        &self.lost
    }
}

/// Listeners that panicked.
pub(super) struct Lost(Vec<Entry>);

impl Drop for Lost {
    fn drop(&mut self) {
        for entry in self.0.drain(..) {
            // Whoever panicked once may do so again: that is recorded already.
            let _ = catch_unwind(AssertUnwindSafe(|| drop(entry)));
        }
    }
}
