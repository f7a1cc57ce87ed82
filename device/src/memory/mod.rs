//! Memory: which region answers at which address.
//!
//! Regions are nodes of a tree that is data: [`NodeId`]s name them, and no region holds another one
//! alive. A [transaction](Memory::transaction) changes them; at its end every
//! [`AddressSpace`] gets a new flat view at once, and [`Listener`]s are told what changed.

mod access;
pub(crate) mod backend;
mod dirty;
mod dma;
mod dump;
mod eventfd;
mod listener;
#[cfg(any(test, feature = "oracle"))]
#[doc(hidden)]
pub mod oracle;
mod publish;
mod ram;
mod region;
mod render;
mod space;
pub(crate) mod split;
#[cfg(test)]
mod tests;
mod topology;
mod transaction;
mod vcpu;
pub(crate) mod view;

pub use dirty::{DIRTY_PAGE, DirtyClient};
pub use dma::{BOUNCE_BYTES, DmaDirection, DmaError, DmaMapping};
pub use eventfd::{EventFd, EventFdSection};
pub use listener::{Listener, ListenerId, Section, SectionKind};
pub use ram::{RamBacking, RamBlock, RamError};
pub use region::OwnedRegion;
pub use space::AddressSpace;
pub use topology::NodeId;
pub use transaction::Transaction;
pub use vcpu::Vcpu;

use crate::sync::atomic::{AtomicUsize, Ordering};
use crate::sync::{Mutex, MutexGuard, lock};
use listener::Listeners;
use std::sync::Arc;
use topology::Topology;

#[cfg(loom)]
use loom::thread::{self, ThreadId};
#[cfg(shuttle)]
use shuttle::thread::{self, ThreadId};
#[cfg(not(any(loom, shuttle)))]
use std::thread::{self, ThreadId};

/// Why a change of the memory was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MemoryError {
    /// The region was removed.
    #[error("no such region")]
    NoSuchRegion,
    /// The address space was removed, or is one of another machine.
    #[error("no such address space")]
    NoSuchSpace,
    /// The listener was unregistered or lost, or is one of another machine.
    #[error("no such listener")]
    NoSuchListener,
    /// The region is in a container, or the ioeventfd was added before.
    #[error("already mapped")]
    AlreadyMapped,
    /// The region is in no container, or there is no such ioeventfd.
    #[error("not mapped")]
    NotMapped,
    /// The region would be seen through itself.
    #[error("the region would contain itself")]
    AliasCycle,
    /// The region that an alias shows was removed.
    #[error("the target of the alias is gone")]
    Dangling,
    /// Something else is there, and that was said to be an error.
    #[error("the region overlaps another one")]
    Overlap,
    /// The end is beyond 2^64, or beyond what the region has.
    #[error("out of range")]
    OutOfRange,
    /// Nothing can be attached to an alias.
    #[error("nothing can be attached to an alias")]
    NotAContainer,
    /// The region is no alias.
    #[error("not an alias")]
    NotAnAlias,
    /// The region is no ROM device.
    #[error("not a ROM device")]
    NotARomDevice,
    /// More logs were ended than begun, or too many begun.
    #[error("writes are not being logged")]
    NotLogging,
    /// Every region id is in use.
    #[error("there are too many regions")]
    Full,
    /// A region has at least one byte.
    #[error("the size is zero")]
    ZeroSize,
    /// The thread is inside of a transaction already.
    #[error("inside of another transaction")]
    ReentrantTransaction,
    /// The region that was to be made is there: it was made before, and not removed.
    #[error("the region is there already")]
    AlreadyMade,
    /// The region's content is no memory.
    #[error("the region has no content")]
    NoContent,
    /// Aliases show so much, so often, that it cannot be rendered.
    #[error("aliases show too many regions")]
    TooComplex,
    /// Not built yet.
    #[error("{0} is not supported")]
    Unsupported(&'static str),
}

/// What a region is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    /// The name.
    pub name: &'static str,
    /// Which one, if several regions have this name.
    pub element: u16,
}

impl From<&'static str> for Label {
    fn from(name: &'static str) -> Self {
        Self { name, element: 0 }
    }
}

impl From<(&'static str, u16)> for Label {
    fn from((name, element): (&'static str, u16)) -> Self {
        Self { name, element }
    }
}

/// The memory of a machine. A handle; clones are the same memory.
#[derive(Clone)]
pub struct Memory(Arc<Core>);

struct Core {
    /// Who is inside of a transaction.
    owner: Mutex<Option<ThreadId>>,
    state: Mutex<State>,
    /// What is to be removed when the present transaction ends.
    deferred: Mutex<Vec<NodeId>>,
    resident: AtomicUsize,
}

struct State {
    topology: Topology,
    listeners: Listeners,
}

impl Default for Memory {
    fn default() -> Self {
        Self::new()
    }
}

impl Memory {
    /// Memory without regions and address spaces.
    pub fn new() -> Self {
        Self::with_topology(Topology::new())
    }

    /// The same with room for this many regions; never more than without a limit.
    pub(crate) fn with_limit(regions: usize) -> Self {
        Self::with_topology(Topology::with_limit(regions))
    }

    fn with_topology(topology: Topology) -> Self {
        Self(Arc::new(Core {
            owner: Mutex::new(None),
            state: Mutex::new(State { topology, listeners: Listeners::default() }),
            deferred: Mutex::new(Vec::new()),
            resident: AtomicUsize::new(0),
        }))
    }

    /// Changes the memory. At the end, what changed is published at once, and the listeners are
    /// told. If `work` returns an error or panics, nothing has changed and nobody is told.
    ///
    /// # Errors
    ///
    /// What `work` returns; `ReentrantTransaction` if this thread is inside of a transaction or a
    /// listener; `TooComplex`.
    pub fn transaction<R>(
        &self,
        work: impl FnOnce(&mut Transaction<'_>) -> Result<R, MemoryError>,
    ) -> Result<R, MemoryError> {
        self.try_transaction(work)
    }

    /// [`Self::transaction`] with errors of another kind.
    pub(crate) fn try_transaction<R, E: From<MemoryError>>(
        &self,
        work: impl FnOnce(&mut Transaction<'_>) -> Result<R, E>,
    ) -> Result<R, E> {
        self.0.transaction(work)
    }

    /// Makes an address space that shows `root`. It exists until it is removed, or the memory goes.
    ///
    /// # Errors
    ///
    /// `NoSuchRegion`, and as [`Self::transaction`].
    pub fn address_space(&self, name: &str, root: NodeId) -> Result<AddressSpace, MemoryError> {
        self.transaction(|t| t.add_space(name, root))
    }

    /// Makes an address space show nothing, and forgets it. The listeners see that all goes.
    ///
    /// # Errors
    ///
    /// `NoSuchSpace`, and as [`Self::transaction`].
    pub fn remove_address_space(&self, space: &AddressSpace) -> Result<(), MemoryError> {
        self.transaction(|t| t.set_root(space, None))?;
        let mut turn = Turn::begin(&self.0)?;
        turn.state().topology.places.retain(|place| !Arc::ptr_eq(&place.space, &space.0));
        Ok(())
    }

    /// Makes all address spaces show nothing. The machine does this when it goes: handles to the
    /// address spaces may outlive it.
    ///
    /// # Errors
    ///
    /// As [`Self::transaction`].
    pub fn shut_down(&self) -> Result<(), MemoryError> {
        self.transaction(|t| t.clear_roots())
    }

    /// Registers a listener for one address space, or for all. It is shown at once what there is.
    /// Those with a lower priority are told first what comes, and last what goes.
    ///
    /// # Errors
    ///
    /// `ReentrantTransaction`.
    pub fn register(
        &self,
        priority: i32,
        space: Option<&AddressSpace>,
        listener: Box<dyn Listener>,
    ) -> Result<ListenerId, MemoryError> {
        let mut turn = Turn::begin(&self.0)?;
        let State { topology, listeners } = turn.state();
        let space = space.map(|space| space.0.clone());
        let (id, entry) = listeners.insert(priority, space, listener);
        if topology.migration {
            entry.call(|listener| listener.log_global_start());
        }
        publish::replay(topology, entry);
        let lost = listeners.take_lost();
        turn.end(lost);
        Ok(id)
    }

    /// Unregisters a listener, after it was told that all goes that it was told of.
    ///
    /// # Errors
    ///
    /// `NoSuchListener`, `ReentrantTransaction`.
    pub fn unregister(&self, id: ListenerId) -> Result<Box<dyn Listener>, MemoryError> {
        let mut turn = Turn::begin(&self.0)?;
        let State { topology, listeners } = turn.state();
        let mut entry = listeners.remove(id).ok_or(MemoryError::NoSuchListener)?;
        publish::withdraw(topology, &mut entry);
        if topology.migration {
            entry.call(|listener| listener.log_global_stop());
        }
        Ok(entry.into_listener())
    }

    /// The listeners that panicked, and so are no longer there.
    ///
    /// # Errors
    ///
    /// `ReentrantTransaction`.
    pub fn lost_listeners(&self) -> Result<Vec<ListenerId>, MemoryError> {
        let mut turn = Turn::begin(&self.0)?;
        Ok(turn.state().listeners.lost().to_vec())
    }

    /// Watches all memory for migration.
    ///
    /// # Errors
    ///
    /// As [`Self::transaction`].
    pub fn start_migration_log(&self) -> Result<(), MemoryError> {
        self.0.migration_log(true)
    }

    /// No longer watches memory for migration.
    ///
    /// # Errors
    ///
    /// As [`Self::transaction`].
    pub fn stop_migration_log(&self) -> Result<(), MemoryError> {
        self.0.migration_log(false)
    }

    /// Asks the listeners to put what they know about writes into the dirty bitmaps.
    ///
    /// # Errors
    ///
    /// `ReentrantTransaction`.
    pub fn sync_log(&self) -> Result<(), MemoryError> {
        let mut turn = Turn::begin(&self.0)?;
        let State { topology, listeners } = turn.state();
        publish::sync(topology, listeners);
        let lost = listeners.take_lost();
        turn.end(lost);
        Ok(())
    }

    /// Who watches writes to a region, as a set of [`DirtyClient::bit`]s. Inside of a transaction: whoever
    /// might.
    pub(crate) fn watchers(&self, node: NodeId) -> u8 {
        let (vga, migration) = (DirtyClient::Vga.bit(), DirtyClient::Migration.bit());
        let Ok(mut turn) = Turn::begin(&self.0) else {
            return vga | migration;
        };
        let topology = &turn.state().topology;
        let draws = topology.get(node).is_some_and(|node| node.log() > 0);
        (u8::from(draws) * vga) | (u8::from(topology.migration) * migration)
    }

    /// Removes regions, in one transaction; inside of one, when that ends. Those that are gone do not matter.
    pub(crate) fn remove_all(&self, nodes: &[NodeId]) {
        self.0.remove(nodes);
    }

    /// How many regions there are. For tests that nothing is left.
    pub fn resident(&self) -> usize {
        self.0.resident.load(Ordering::Acquire)
    }
}

impl Core {
    fn transaction<R, E: From<MemoryError>>(
        &self,
        work: impl FnOnce(&mut Transaction<'_>) -> Result<R, E>,
    ) -> Result<R, E> {
        let mut turn = Turn::begin(self)?;
        let state = turn.state();
        let mut transaction = Transaction::new(&mut state.topology);
        let result = work(&mut transaction)?;
        self.remove_deferred_in(&mut transaction);
        let pending = transaction.topology().pending;
        let changes = if pending { publish::render(transaction.topology())? } else { Vec::new() };
        let dead = transaction.finish();
        lock(&self.deferred).clear();
        if pending {
            publish::publish(&state.topology, &mut state.listeners, &changes);
        }
        let buried = transaction::bury(&mut state.topology, dead);
        let lost = state.listeners.take_lost();
        turn.end((changes, buried, lost));
        Ok(result)
    }

    /// What was dropped inside of the transaction goes with it, unless it is undone: then it is
    /// still in the queue when the turn ends.
    fn remove_deferred_in(&self, transaction: &mut Transaction<'_>) {
        for node in lock(&self.deferred).iter() {
            // Whoever made the region may have removed it by hand.
            let _ = transaction.remove(*node);
        }
    }

    /// Listeners hear of the beginning before it begins, and of the end when all has ended.
    fn migration_log(&self, on: bool) -> Result<(), MemoryError> {
        let mut turn = Turn::begin(self)?;
        if turn.state().topology.migration == on {
            return Ok(());
        }
        if on {
            turn.state().listeners.all(|listener| listener.log_global_start());
        }
        drop(turn);
        self.transaction(|t| {
            t.set_migration(on);
            Ok::<_, MemoryError>(())
        })?;
        let mut turn = Turn::begin(self)?;
        if !on {
            turn.state().listeners.all_reverse(|listener| listener.log_global_stop());
        }
        let lost = turn.state().listeners.take_lost();
        turn.end(lost);
        Ok(())
    }

    /// What was dropped inside of a transaction that did not take it along.
    fn remove_deferred(&self) {
        let nodes = std::mem::take(&mut *lock(&self.deferred));
        if nodes.is_empty() {
            return;
        }
        let removed = self.transaction(|t| {
            for node in &nodes {
                // Whoever made a region may have removed it by hand.
                let _ = t.remove(*node);
            }
            Ok::<_, MemoryError>(())
        });
        // To remove regions makes no view larger, so nothing else can go wrong.
        debug_assert_eq!(removed, Ok(()));
    }

    /// Removes regions, now or, inside of a transaction, when that ends.
    fn remove(&self, nodes: &[NodeId]) {
        let removed = self.transaction(|t| {
            // Whoever made a region may have removed it by hand.
            for node in nodes {
                let _ = t.remove(*node);
            }
            Ok::<_, MemoryError>(())
        });
        if removed == Err(MemoryError::ReentrantTransaction) {
            lock(&self.deferred).extend(nodes);
        }
    }
}

/// The right to look at the state and to change it.
struct Turn<'a> {
    core: &'a Core,
    /// None when the turn is over.
    state: Option<MutexGuard<'a, State>>,
}

impl<'a> Turn<'a> {
    fn begin(core: &'a Core) -> Result<Self, MemoryError> {
        let me = thread::current().id();
        if *lock(&core.owner) == Some(me) {
            return Err(MemoryError::ReentrantTransaction);
        }
        let state = lock(&core.state);
        *lock(&core.owner) = Some(me);
        Ok(Self { core, state: Some(state) })
    }
}

impl Turn<'_> {
    fn state(&mut self) -> &mut State {
        // It is there until `release`, which is the end of the turn.
        self.state.as_mut().expect("the turn goes on")
    }

    /// Ends the turn, and only then drops what was in use: whose code that runs is not known.
    fn end<T>(mut self, garbage: T) {
        self.release();
        drop(garbage);
    }

    fn release(&mut self) {
        let Some(state) = self.state.take() else {
            return;
        };
        self.core.resident.store(state.topology.nodes.len(), Ordering::Release);
        *lock(&self.core.owner) = None;
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.release();
        self.core.remove_deferred();
    }
}
