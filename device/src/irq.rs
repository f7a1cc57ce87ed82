//! Interrupt lines: a level that one device drives and another one, or the machine, follows.

use crate::lifecycle::{AnyCell, outbox};
use crate::sync::{Mutex, lock};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};

/// An interrupt line that the device drives; a field with `#[irq(out)]`.
///
/// Raising it from a handler takes effect when the handler has returned, before the guest's access
/// does. Clones are the same line: one may be given to whatever emulates the device's core. When the
/// device is unrealized its lines go low.
#[derive(Clone, Default)]
pub struct IrqOut(Arc<Line>);

/// Interrupt lines that the device follows; a field with `#[irq(in, handler = f)]`.
#[derive(Debug, Default)]
pub struct IrqIn(());

#[derive(Default)]
pub(crate) struct Line {
    level: AtomicBool,
    sink: Mutex<Option<Sink>>,
}

/// Who follows a line. It is not kept alive.
#[derive(Clone)]
pub(crate) enum Sink {
    Device { cell: Weak<dyn AnyCell>, field: usize, pin: u16 },
    Function(Arc<dyn Fn(bool) + Send + Sync>),
}

/// A change of a line's level, on its way.
pub(crate) struct Signal {
    line: Arc<Line>,
    level: bool,
}

impl IrqOut {
    /// Sets the level. Nothing happens if it is that already.
    pub fn set(&self, level: bool) {
        if self.0.level.swap(level, Ordering::SeqCst) != level {
            outbox::post(Signal { line: self.0.clone(), level });
        }
    }

    /// Sets the level to high.
    pub fn raise(&self) {
        self.set(true);
    }

    /// Sets the level to low.
    pub fn lower(&self) {
        self.set(false);
    }

    /// Sets the level to high and back to low, for interrupts that are edges.
    pub fn pulse(&self) {
        self.raise();
        self.lower();
    }

    /// Whether the level is high.
    pub fn level(&self) -> bool {
        self.0.level.load(Ordering::SeqCst)
    }

    pub(crate) fn connect(&self, sink: Sink) {
        *lock(&self.0.sink) = Some(sink);
        self.repeat();
    }

    /// Tells whoever follows the line that it is high, if it is.
    pub(crate) fn repeat(&self) {
        if self.level() {
            outbox::post(Signal { line: self.0.clone(), level: true });
        }
    }
}

impl Signal {
    pub(crate) fn deliver(self) {
        let sink = lock(&self.line.sink).clone();
        match sink {
            None => {}
            Some(Sink::Function(follow)) => crate::lifecycle::quietly(|| follow(self.level)),
            Some(Sink::Device { cell, field, pin }) => {
                if let Some(cell) = cell.upgrade() {
                    cell.irq_in(field, pin, self.level);
                }
            }
        }
    }
}

impl std::fmt::Debug for IrqOut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("IrqOut").field(&self.level()).finish()
    }
}
