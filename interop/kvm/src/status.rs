//! What listeners, which nobody can answer, have to say.

use kvm_ioctls::Error;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Something that KVM refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} at {at:#x}: {error}")]
pub struct Failure {
    /// What it was to do.
    pub what: &'static str,
    /// The address or port in the guest.
    pub at: u64,
    /// Why not.
    pub error: Error,
}

#[derive(Debug, Default)]
pub(crate) struct Status {
    pub(crate) slots: Count,
    pub(crate) ioeventfds: Count,
    pub(crate) left_out: Count,
    failed: Count,
    last_failure: Mutex<Option<Failure>>,
}

#[derive(Debug, Default)]
pub(crate) struct Count(AtomicUsize);

impl Count {
    pub(crate) fn add(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn take(&self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }

    pub(crate) fn get(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Status {
    /// Notes what went wrong; whether nothing did.
    pub(crate) fn note(&self, what: &'static str, at: u64, done: Result<(), Error>) -> bool {
        let Err(error) = done else {
            return true;
        };
        self.failed.add();
        *self.last() = Some(Failure { what, at, error });
        false
    }

    pub(crate) fn failed(&self) -> usize {
        self.failed.get()
    }

    pub(crate) fn last_failure(&self) -> Option<Failure> {
        self.last().clone()
    }

    fn last(&self) -> std::sync::MutexGuard<'_, Option<Failure>> {
        self.last_failure.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
