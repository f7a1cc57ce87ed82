//! Brings events of the crate `event-manager` to devices of `devmodel`.
//!
//! A device that has a file descriptor to watch (an eventfd, a pipe, a socket) subscribes in its `realize`
//! hook. Every way out of realize ends the subscription: an error or a panic later in realize, unrealize,
//! unplug, the end of the machine. There is no call to remove it, so none can be missing.
//!
//! ```
//! use devmodel::{Device, Link, Machine, RealizeCx, RealizeError};
//! use devmodel_event_manager::{EventLoop, EventThread, Subscriber};
//! use event_manager::{EventManager, EventSet};
//! use vmm_sys_util::eventfd::{EFD_NONBLOCK, EventFd};
//!
//! #[derive(Device)]
//! #[device(name = "bell", realize = start)]
//! struct Bell {
//!     #[linked(required)]
//!     thread: Link<EventThread>,
//!     #[init(EventFd::new(EFD_NONBLOCK).ok())]
//!     button: Option<EventFd>,
//!     rung: u64,
//! }
//!
//! impl Bell {
//!     fn start(&mut self, cx: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {
//!         let button = self.button.as_ref().and_then(|button| button.try_clone().ok());
//!         let button = button.ok_or(RealizeError::device("there is no button"))?;
//!         let events = EventLoop::of(&self.thread)?;
//!         events.subscribe(cx, button, EventSet::IN, |bell, _, ready| {
//!             bell.rung += ready.source.read().unwrap_or(0);
//!         })
//!     }
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut manager = EventManager::<Subscriber>::new()?;
//! let events = EventLoop::new(&manager);
//! let mut machine = Machine::new();
//! let thread = EventThread::plug(&mut machine, "thread", &events)?;
//! let id = machine.create::<Bell>("bell")?;
//! machine.link(id, "thread", Some(thread))?;
//! machine.realize(id)?;
//!
//! machine.with::<Bell, _>(id, |bell, _| bell.button.as_ref().map(|button| button.write(3)))?;
//! manager.run_with_timeout(0)?; // The loop hears of the subscriber,
//! manager.run_with_timeout(0)?; // and the device of the event.
//! assert_eq!(machine.with::<Bell, _>(id, |bell, _| bell.rung)?, 3);
//!
//! machine.unplug(id)?;
//! manager.run_with_timeout(0)?;
//! assert_eq!(events.subscribers(), 0);
//! # Ok(())
//! # }
//! ```
//!
//! # Which way to the event manager
//!
//! An [`EventManager`] is one thread's: it can't be shared, and a lock around
//! it would be held for as long as the loop sleeps. So devices get to it by its remote endpoint, with
//! messages that nobody waits for (`fire`, not `call_blocking`): devices may be realized before the loop
//! runs, on the thread that runs it, and while it is in a handler. What follows from that:
//!
//! - A subscription begins, and its file descriptor is closed, when the loop next runs. But no handler
//!   starts once the device is closed: events find the device through a
//!   [`WeakDev`], which is taken from the subscriber when the subscription ends.
//! - That a file descriptor can't be watched is known only then, too: [`EventLoop::failed`] counts it.
#![forbid(unsafe_code)]

mod endpoint;
mod subscriber;
mod thread;

pub use subscriber::Ready;
pub use thread::EventThread;

use devmodel::{Cx, Device, Entered, Link, RealizeCx, RealizeError, WeakDev};
use endpoint::{Endpoint, Place, Wrapped};
use event_manager::{EventManager, EventSet, MutEventSubscriber};
use std::os::fd::AsRawFd;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use subscriber::Watch;

/// What an event manager for devices has as its subscribers.
pub type Subscriber = Box<dyn MutEventSubscriber + Send>;

/// The way to an event manager, from every thread. Clones lead to the same one.
#[derive(Clone)]
pub struct EventLoop {
    endpoint: Arc<dyn Endpoint>,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    subscribers: AtomicUsize,
    failed: AtomicUsize,
}

impl EventLoop {
    /// The way to this event manager.
    pub fn new(manager: &EventManager<Subscriber>) -> Self {
        Self::with(manager, |subscriber| subscriber)
    }

    /// The same for an event manager with subscribers of another type, as which `wrap` shows ours.
    pub fn with<S: MutEventSubscriber + 'static>(
        manager: &EventManager<S>,
        wrap: fn(Subscriber) -> S,
    ) -> Self {
        let endpoint = Arc::new(Wrapped { remote: manager.remote_endpoint(), wrap });
        Self { endpoint, counts: Arc::default() }
    }

    /// That of the thread that a device is linked to.
    ///
    /// # Errors
    ///
    /// [`RealizeError::Device`] if the link leads nowhere.
    pub fn of(thread: &Link<EventThread>) -> Result<Self, RealizeError> {
        let found = thread.with(|thread, _| thread.events());
        found.ok().flatten().ok_or_else(|| RealizeError::device("there is no event loop"))
    }

    /// Watches `source` from now on, until the device is unrealized or its realize fails. What happens to
    /// the source is told to `handler`, on the loop's thread, in the device's turn. As the file descriptor
    /// stays ready, the handler is called until it has dealt with the event or said [`Ready::stop`].
    ///
    /// A handler that panics poisons the device, and is not called again.
    ///
    /// # Errors
    ///
    /// [`RealizeError::Device`] if the event manager is gone; [`RealizeError::Injected`] under test.
    pub fn subscribe<D, S, H>(
        &self,
        cx: &mut RealizeCx<'_, D>,
        source: S,
        events: EventSet,
        handler: H,
    ) -> Result<(), RealizeError>
    where
        D: Device,
        S: AsRawFd + Send + 'static,
        H: FnMut(Entered<'_, D>, &mut Cx<'_, D>, Ready<'_, S>) + Send + 'static,
    {
        let device = cx.weak();
        let (target, place) = (Target::new(device), Place::default());
        let watch = Watch::new(target.clone(), source, events, handler, self.counts.clone());
        let added = self.endpoint.add(Box::new(watch), place.clone());
        added.map_err(|error| RealizeError::device(error.to_string()))?;
        let endpoint = self.endpoint.clone();
        cx.defer(move || {
            target.forget();
            endpoint.remove(place);
        })
    }

    /// How many subscribers there are, among those that were made here: none is left once the devices are
    /// gone and the loop has run again.
    pub fn subscribers(&self) -> usize {
        self.counts.subscribers.load(Ordering::SeqCst)
    }

    /// How many file descriptors could not be watched: regular files, or such as are watched already.
    pub fn failed(&self) -> usize {
        self.counts.failed.load(Ordering::SeqCst)
    }
}

impl std::fmt::Debug for EventLoop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EventLoop").field("subscribers", &self.subscribers()).finish()
    }
}

/// The device that a subscriber tells, until the subscription ends.
struct Target<D: Device>(Arc<Mutex<Option<WeakDev<D>>>>);

impl<D: Device> Target<D> {
    fn new(device: WeakDev<D>) -> Self {
        Self(Arc::new(Mutex::new(Some(device))))
    }

    /// The device. A copy, so that no lock is held while a handler runs: the last handler of a device
    /// that has outlived its machine ends the subscription itself.
    fn get(&self) -> Option<WeakDev<D>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn forget(&self) {
        let device = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(device);
    }
}

impl<D: Device> Clone for Target<D> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}
