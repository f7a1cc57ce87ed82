//! What each thread is in the middle of: the devices that it has entered, the one that it waits for, and
//! whether interrupts are waiting for it to leave.

use crate::access::AccessError;
use crate::sync::thread_local;
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How many devices may access each other in a row on one thread.
const DEPTH: usize = 16;
/// How often, and how far apart, a deadlock must be seen. A thread that has just got what it waited for
/// looks as if it still waited.
const LOOKS: usize = 3;
const BETWEEN_LOOKS: Duration = Duration::from_micros(100);

thread_local! {
    static ME: Cell<Option<&'static Thread>> = const { Cell::new(None) };
    static END: End = const { End };
}

/// Every thread that has entered a device. The entry of one that has ended is somebody else's next.
static THREADS: Mutex<Threads> = Mutex::new(Threads { all: Vec::new(), free: Vec::new() });

struct Threads {
    all: Vec<&'static Thread>,
    free: Vec<&'static Thread>,
}

/// One thread. It alone changes this; others read it, under the lock of [`THREADS`], when they have to wait.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Thread {
    depth: AtomicUsize,
    /// The addresses of the devices, innermost last.
    entered: [AtomicUsize; DEPTH],
    /// Whether the innermost one is still waited for.
    waits: AtomicBool,
    has_signals: AtomicBool,
}

/// What this thread is in the middle of.
#[inline]
pub(crate) fn me() -> &'static Thread {
    ME.with(Cell::get).unwrap_or_else(begin)
}

#[cold]
fn begin() -> &'static Thread {
    let mut threads = threads();
    let thread = threads.free.pop().unwrap_or_else(|| {
        let new: &'static Thread = Box::leak(Box::default());
        threads.all.push(new);
        new
    });
    drop(threads);
    ME.with(|me| me.set(Some(thread)));
    // A thread that is ending already keeps its entry for good.
    let _ = END.try_with(|_| ());
    thread
}

/// Gives the entry of a thread back when the thread ends.
struct End;

impl Drop for End {
    fn drop(&mut self) {
        if let Ok(Some(thread)) = ME.try_with(Cell::take) {
            threads().free.push(thread);
        }
    }
}

fn threads() -> MutexGuard<'static, Threads> {
    THREADS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many devices this thread has entered.
pub(crate) fn depth() -> usize {
    me().depth()
}

impl Thread {
    /// How many devices it has entered.
    pub(crate) fn depth(&self) -> usize {
        self.depth.load(Relaxed)
    }

    /// Whether interrupts wait until it has left every device.
    pub(crate) fn has_signals(&self) -> bool {
        self.has_signals.load(Relaxed)
    }

    pub(crate) fn set_signals(&self, has: bool) {
        self.has_signals.store(has, Relaxed);
    }

    /// Notes that it is about to enter the device at this address.
    ///
    /// # Errors
    ///
    /// [`AccessError::Reentrant`] if it is already in it, or in too many others.
    pub(crate) fn enter(&self, device: usize) -> Result<Inside<'_>, AccessError> {
        let depth = self.depth();
        if depth == DEPTH || self.is_in(device, depth) {
            return Err(AccessError::Reentrant);
        }
        self.entered[depth].store(device, Relaxed);
        self.depth.store(depth + 1, Relaxed);
        Ok(Inside(self))
    }

    /// Waits with `block` for the device that it is about to enter, unless that would never end: whoever is in
    /// the device waits, maybe through others, for one that this thread is in.
    ///
    /// # Errors
    ///
    /// [`AccessError::WouldDeadlock`].
    pub(crate) fn wait<G>(&self, block: impl FnOnce() -> G) -> Result<G, AccessError> {
        if self.depth() == 1 {
            return Ok(block());
        }
        let _waiting = Waiting::new(self)?;
        Ok(block())
    }

    fn is_in(&self, device: usize, depth: usize) -> bool {
        self.entered[..depth].iter().any(|entered| entered.load(Relaxed) == device)
    }

    /// Whether it has entered the device, and does not only wait for it.
    fn has(&self, device: usize) -> bool {
        self.is_in(device, self.depth() - usize::from(self.waits.load(Relaxed)))
    }

    /// The device that it waits for.
    fn wanted(&self) -> Option<usize> {
        let innermost = self.depth().checked_sub(1)?;
        self.waits.load(Relaxed).then(|| self.entered[innermost].load(Relaxed))
    }

    /// Whether those that have what this thread wants wait for this one, directly or through others.
    fn is_waited_for(&self, threads: &[&Self]) -> bool {
        let mut wanted: Vec<usize> = self.wanted().into_iter().collect();
        let mut at = 0;
        while let Some(device) = wanted.get(at).copied() {
            if self.has(device) {
                return true;
            }
            let holders = threads.iter().filter(|thread| thread.has(device));
            let next: Vec<usize> = holders.filter_map(|thread| thread.wanted()).collect();
            wanted.extend(
                next.into_iter().filter(|device| !wanted.contains(device)).collect::<Vec<_>>(),
            );
            at += 1;
        }
        false
    }
}

/// The thread is in a device, or about to be, until this is dropped.
pub(crate) struct Inside<'t>(&'t Thread);

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.depth.store(self.0.depth() - 1, Relaxed);
    }
}

struct Waiting<'t>(&'t Thread);

impl<'t> Waiting<'t> {
    fn new(thread: &'t Thread) -> Result<Self, AccessError> {
        let waiting = {
            let threads = threads();
            thread.waits.store(true, Relaxed);
            let waiting = Self(thread);
            if !thread.is_waited_for(&threads.all) {
                return Ok(waiting);
            }
            waiting
        };
        for _ in 1..LOOKS {
            crate::sync::rest(BETWEEN_LOOKS);
            if !thread.is_waited_for(&threads().all) {
                return Ok(waiting);
            }
        }
        Err(AccessError::WouldDeadlock)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waits.store(false, Relaxed);
    }
}
