//! What handlers, on whatever thread, ask of the machine, which does it on its own.

use super::DevId;
use crate::sync;
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// What a handler asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Request {
    /// The guest is done with the device, or the device with itself.
    Unplug(DevId),
}

#[derive(Default)]
pub(crate) struct Inbox {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    requests: VecDeque<Request>,
    /// How often anything changed.
    version: u64,
}

impl Inbox {
    pub(crate) fn post(&self, request: Request) {
        self.change(|state| state.requests.push_back(request));
    }

    /// A handler has left a device that was closed meanwhile.
    pub(crate) fn wake(&self) {
        self.change(|_| ());
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut state);
        state.version += 1;
        self.changed.notify_all();
    }

    pub(crate) fn take(&self) -> Option<Request> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).requests.pop_front()
    }

    pub(crate) fn version(&self) -> u64 {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).version
    }

    /// Waits until something has changed since `version`, or for `time`.
    pub(crate) fn wait(&self, version: u64, time: Duration) {
        if sync::IS_MODEL {
            return sync::rest(time);
        }
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let unchanged = |state: &mut State| state.version == version;
        drop(self.changed.wait_timeout_while(state, time, unchanged));
    }
}
