//! How much of each sort is alive: what tests hold against 0 after everything is gone.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts what a machine has made and not yet destroyed. Outlives the machine.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    devices: Arc<AtomicUsize>,
    ports: Arc<AtomicUsize>,
}

/// One thing that is counted until it is dropped.
#[derive(Debug)]
pub(crate) struct Live(Arc<AtomicUsize>);

impl Counts {
    /// Devices, realized or not, that have not been finalized.
    pub fn devices(&self) -> usize {
        self.devices.load(Ordering::SeqCst)
    }

    /// Ports: one for each realized device, and one for each that was, as long as an old view knows it.
    pub fn ports(&self) -> usize {
        self.ports.load(Ordering::SeqCst)
    }

    pub(crate) fn device(&self) -> Live {
        Live::new(&self.devices)
    }

    pub(crate) fn port(&self) -> Live {
        Live::new(&self.ports)
    }
}

impl Live {
    fn new(counter: &Arc<AtomicUsize>) -> Self {
        counter.fetch_add(1, Ordering::SeqCst);
        Self(counter.clone())
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}
