//! What every device of a machine shares. None of it holds a device.

use super::counts::Counts;
use super::inbox::Inbox;
use crate::memory::Memory;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub(crate) struct Services {
    pub(crate) memory: Memory,
    pub(crate) inbox: Arc<Inbox>,
    pub(crate) counts: Counts,
    pub(crate) phase: Phase,
}

/// What the machine is doing.
#[derive(Default)]
pub(crate) struct Phase {
    running: AtomicBool,
    migrating: AtomicBool,
}

impl Phase {
    pub(crate) fn set_running(&self, running: bool) {
        self.running.store(running, Ordering::SeqCst);
    }

    pub(crate) fn is_running(&self) -> bool {
        self.running.load(Ordering::SeqCst)
    }

    pub(crate) fn set_migrating(&self, migrating: bool) {
        self.migrating.store(migrating, Ordering::SeqCst);
    }

    pub(crate) fn is_migrating(&self) -> bool {
        self.migrating.load(Ordering::SeqCst)
    }
}
