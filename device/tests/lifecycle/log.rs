//! What happened, in order, on this thread.

use std::cell::RefCell;

thread_local! {
    static LOG: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Notes that something happened.
pub(crate) fn note(what: impl Into<String>) {
    LOG.with_borrow_mut(|log| log.push(what.into()));
}

/// What happened since the last call.
pub(crate) fn take() -> Vec<String> {
    LOG.take()
}
