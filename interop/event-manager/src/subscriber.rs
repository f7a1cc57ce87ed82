//! A subscriber that tells a device.

use crate::{Counts, Target};
use devmodel::{AccessError, Cx, Device, Entered};
use event_manager::{EventOps, EventSet, Events, MutEventSubscriber};
use std::cell::Cell;
use std::os::fd::AsRawFd;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// What has happened, as a handler is told.
#[derive(Debug)]
pub struct Ready<'a, S> {
    /// What is watched.
    pub source: &'a S,
    /// What it is ready for.
    pub events: EventSet,
    stop: &'a Cell<bool>,
}

impl<S> Ready<'_, S> {
    /// Nothing more of this source is of interest, such as when the other end has hung up. The source
    /// stays open until the subscription ends.
    pub fn stop(&self) {
        self.stop.set(true);
    }
}

pub(crate) struct Watch<D: Device, S, H> {
    target: Target<D>,
    source: S,
    events: EventSet,
    handler: H,
    /// Whether an event has reached the device before.
    was_open: bool,
    counts: Arc<Counts>,
}

impl<D: Device, S, H> Watch<D, S, H> {
    pub(crate) fn new(
        target: Target<D>,
        source: S,
        events: EventSet,
        handler: H,
        counts: Arc<Counts>,
    ) -> Self {
        counts.subscribers.fetch_add(1, Ordering::SeqCst);
        Self { target, source, events, handler, was_open: false, counts }
    }
}

impl<D, S, H> Watch<D, S, H>
where
    D: Device,
    S: AsRawFd,
    H: FnMut(Entered<'_, D>, &mut Cx<'_, D>, Ready<'_, S>),
{
    /// Tells the device. False if it need not be told again.
    fn tell(&mut self, events: EventSet) -> bool {
        let Some(device) = self.target.get() else {
            return false;
        };
        let stop = Cell::new(false);
        let ready = Ready { source: &self.source, events, stop: &stop };
        let handler = &mut self.handler;
        match device.with(|device, cx| handler(device, cx, ready)) {
            Ok(()) => {
                self.was_open = true;
                !stop.get()
            }
            Err(AccessError::Poisoned) => false,
            // It is closed for good, and only waits until somebody leaves it.
            Err(AccessError::Revoked) if self.was_open => false,
            // Its realize is not over yet, or two devices have met: the event is still there.
            Err(_) => {
                std::thread::yield_now();
                true
            }
        }
    }
}

impl<D, S, H> MutEventSubscriber for Watch<D, S, H>
where
    D: Device,
    S: AsRawFd,
    H: FnMut(Entered<'_, D>, &mut Cx<'_, D>, Ready<'_, S>),
{
    fn init(&mut self, ops: &mut EventOps<'_>) {
        if ops.add(Events::new(&self.source, self.events)).is_err() {
            self.counts.failed.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn process(&mut self, events: Events, ops: &mut EventOps<'_>) {
        if !self.tell(events.event_set()) {
            // It fails if it is not watched any more, which is what is wanted.
            let _ = ops.remove(events);
        }
    }
}

impl<D: Device, S, H> Drop for Watch<D, S, H> {
    fn drop(&mut self) {
        self.counts.subscribers.fetch_sub(1, Ordering::SeqCst);
    }
}
