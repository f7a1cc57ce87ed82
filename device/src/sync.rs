//! The synchronisation primitives of this crate, in one place, so that model checkers can put theirs
//! in their stead (`--cfg shuttle`, `--cfg loom`).

#[cfg(loom)]
pub(crate) use loom::sync::{Mutex, MutexGuard, RwLock, atomic};
#[cfg(shuttle)]
pub(crate) use shuttle::{
    sync::{Mutex, MutexGuard, RwLock, atomic},
    thread_local,
};
#[cfg(not(any(loom, shuttle)))]
pub(crate) use std::{
    sync::{Mutex, MutexGuard, RwLock, atomic},
    thread_local,
};

/// Loom's knows no constants.
#[cfg(loom)]
macro_rules! loom_thread_local {
    ($($(#[$attr:meta])* static $name:ident: $type:ty = const { $init:expr };)*) => {
        loom::thread_local! { $($(#[$attr])* static $name: $type = $init;)* }
    };
}
#[cfg(loom)]
pub(crate) use loom_thread_local as thread_local;

use std::sync::PoisonError;
use std::time::Duration;

/// Whether threads are a model checker's: then time does not pass by itself.
pub(crate) const IS_MODEL: bool = cfg!(any(loom, shuttle));

/// Lets others go on for a while.
pub(crate) fn rest(time: Duration) {
    #[cfg(loom)]
    loom::thread::yield_now();
    #[cfg(shuttle)]
    shuttle::thread::yield_now();
    if !IS_MODEL {
        std::thread::sleep(time);
    }
}

/// Locks, whatever happened to those who held the lock before: what a panic may have left behind is
/// the business of the device that panicked (see `Poisoned` in [`AccessError`](crate::AccessError)).
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A shared value that is replaced as a whole: readers never wait.
#[cfg(all(feature = "memory", not(any(loom, shuttle))))]
pub(crate) struct Swap<T>(arc_swap::ArcSwap<T>);

#[cfg(all(feature = "memory", not(any(loom, shuttle))))]
impl<T> Swap<T> {
    pub(crate) fn new(value: std::sync::Arc<T>) -> Self {
        Self(arc_swap::ArcSwap::new(value))
    }

    /// The present value, for a short time: not to be kept.
    pub(crate) fn load(&self) -> impl std::ops::Deref<Target = std::sync::Arc<T>> {
        self.0.load()
    }

    pub(crate) fn store(&self, value: std::sync::Arc<T>) {
        self.0.store(value);
    }

    /// For a cache of it.
    pub(crate) fn inner(&self) -> &arc_swap::ArcSwap<T> {
        &self.0
    }
}

/// The same for model checkers, which cannot look into the real one.
#[cfg(all(feature = "memory", any(loom, shuttle)))]
pub(crate) struct Swap<T>(Mutex<std::sync::Arc<T>>);

#[cfg(all(feature = "memory", any(loom, shuttle)))]
impl<T> Swap<T> {
    pub(crate) fn new(value: std::sync::Arc<T>) -> Self {
        Self(Mutex::new(value))
    }

    pub(crate) fn load(&self) -> impl std::ops::Deref<Target = std::sync::Arc<T>> {
        Loaded(lock(&self.0).clone())
    }

    pub(crate) fn store(&self, value: std::sync::Arc<T>) {
        *lock(&self.0) = value;
    }
}

#[cfg(all(feature = "memory", any(loom, shuttle)))]
struct Loaded<T>(std::sync::Arc<T>);

#[cfg(all(feature = "memory", any(loom, shuttle)))]
impl<T> std::ops::Deref for Loaded<T> {
    type Target = std::sync::Arc<T>;
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}
