//! The thread on which the engine works.

use super::DmaEngine;
use devmodel::WeakDev;
use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

/// A thread that works for the engine until the engine is unrealized; dropping this waits for its end.
pub(super) struct Worker {
    bell: Option<Bell>,
    thread: Option<JoinHandle<()>>,
}

/// Wakes the worker. Several rings before it wakes are one.
#[derive(Clone, Debug)]
pub(super) struct Bell(SyncSender<()>);

impl Worker {
    pub(super) fn start(engine: WeakDev<DmaEngine>) -> io::Result<Self> {
        let (ring, rung) = sync_channel(1);
        let thread =
            thread::Builder::new().name("dma".to_owned()).spawn(move || work(&engine, &rung))?;
        Ok(Self { bell: Some(Bell(ring)), thread: Some(thread) })
    }

    pub(super) fn bell(&self) -> Option<Bell> {
        self.bell.clone()
    }
}

impl Bell {
    pub(super) fn ring(&self) {
        // If it is full, the worker will wake anyway; if the worker is gone, there is nobody to wake.
        let _ = self.0.try_send(());
    }
}

/// Between two bursts the guest can get at the registers.
fn work(engine: &WeakDev<DmaEngine>, rung: &Receiver<()>) {
    while rung.recv().is_ok() {
        // Nobody rings any more once the engine can't be entered.
        while let Ok(true) = engine.with(|engine, cx| engine.burst(cx)) {
            thread::yield_now();
        }
        if engine.is_gone() {
            return;
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // The worker is asleep, or finds the engine gone at its next burst: in both cases it ends now.
        if let Some(bell) = self.bell.take() {
            bell.ring();
        }
        // Where the machine went while the worker was in the engine, this runs on the worker itself.
        let itself = thread::current().id();
        if let Some(thread) = self.thread.take().filter(|thread| thread.thread().id() != itself) {
            // It does not panic: a panic in the engine is caught there, and poisons it.
            let _ = thread.join();
        }
    }
}
