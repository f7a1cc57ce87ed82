//! A place at which tests hold a thread, between finding a device and locking it.

/// Does nothing, but under a test that has set a trap, and under a model checker.
#[inline]
pub(crate) fn here() {
    #[cfg(shuttle)]
    shuttle::thread::yield_now();
    #[cfg(test)]
    trap::spring();
}

#[cfg(test)]
pub(crate) mod trap {
    use std::cell::RefCell;

    thread_local! {
        static TRAP: RefCell<Option<Box<dyn FnOnce()>>> = const { RefCell::new(None) };
    }

    /// What the thread does the next time that it passes.
    pub(crate) fn set(trap: impl FnOnce() + 'static) {
        TRAP.set(Some(Box::new(trap)));
    }

    pub(super) fn spring() {
        if let Some(trap) = TRAP.take() {
            trap();
        }
    }
}
