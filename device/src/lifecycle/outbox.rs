//! Interrupts on their way. A handler that changes a line has its device locked; the device at the
//! other end is told once the handler has left, before the access returns. So no thread ever holds
//! one device's lock while it delivers an interrupt to another.

use super::thread::{self, Thread};
use crate::irq::Signal;
use crate::sync::thread_local;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

thread_local! {
    static OUTBOX: Outbox = const { Outbox::new() };
}

struct Outbox {
    is_delivering: Cell<bool>,
    queue: RefCell<VecDeque<Signal>>,
}

impl Outbox {
    const fn new() -> Self {
        Self { is_delivering: Cell::new(false), queue: RefCell::new(VecDeque::new()) }
    }

    fn deliver(&self) {
        let _delivering = Delivering::start(&self.is_delivering);
        while let Some(signal) = self.next() {
            signal.deliver();
        }
        thread::me().set_signals(false);
    }

    /// By itself, since a signal that is being delivered may lead to another one.
    fn next(&self) -> Option<Signal> {
        self.queue.borrow_mut().pop_front()
    }
}

/// Delivers now, or as soon as the thread has left every device.
pub(crate) fn post(signal: Signal) {
    OUTBOX.with(|outbox| outbox.queue.borrow_mut().push_back(signal));
    let thread = thread::me();
    thread.set_signals(true);
    flush(thread);
}

/// Delivers what is waiting, if the thread is in no device.
#[inline]
pub(crate) fn flush(thread: &Thread) {
    if thread.has_signals() && thread.depth() == 0 {
        OUTBOX.with(|outbox| {
            if !outbox.is_delivering.get() {
                outbox.deliver();
            }
        });
    }
}

struct Delivering<'a>(&'a Cell<bool>);

impl<'a> Delivering<'a> {
    fn start(is_delivering: &'a Cell<bool>) -> Self {
        is_delivering.set(true);
        Self(is_delivering)
    }
}

impl Drop for Delivering<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}
