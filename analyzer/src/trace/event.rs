//! Events: what the callbacks of a device do to regions, in order.

use super::ending::Failure;
use super::guard::Guard;
use super::place::{Place, Value};
use crate::lifecycle::{Phase, RegionKind};
use crate::model::{Location, Name};
use crate::vocabulary::Op;
use std::sync::Arc;

/// One operation on a region.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    /// What is done.
    pub(crate) op: Op,
    /// The phase in which it is done.
    pub(crate) phase: Phase,
    /// The call.
    pub(crate) location: Location,
    /// The region (or the object, or the memory).
    pub(crate) region: Value,
    /// The owner that an `init` names.
    pub(crate) owner: Value,
    /// Where it names the owner.
    pub(crate) owner_location: Location,
    /// The container of an `add` or `delete`.
    pub(crate) container: Value,
    /// What an alias shows; the root of an address space.
    pub(crate) target: Value,
    /// The type of a child; empty where it is not spelled.
    pub(crate) ty: Name,
    /// The kind of region of an `init`.
    pub(crate) kind: Option<RegionKind>,
    /// Whether it runs only when the phase fails.
    pub(crate) rollback: bool,
    /// Whether it stands on a way out of the phase that may be that of a failure.
    pub(crate) leaving: bool,
    /// The conditions under which it happens, outermost first.
    pub(crate) guards: Arc<[Guard]>,
    /// The calls from the callback down to the function that contains the event.
    pub(crate) stack: Vec<Location>,
}

/// All events of one type, phase by phase.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trace {
    /// Events in order.
    pub(crate) events: Vec<Event>,
    /// The ways in which a phase ends early because something failed, in order.
    pub(crate) failures: Vec<Failure>,
    /// Calls through pointers, or to functions that did not parse, that might do anything.
    pub(crate) opaque: Vec<OpaqueCall>,
    /// Functions with several definitions of which only one matters, which was followed.
    pub(crate) chosen: Vec<Name>,
    /// Functions with several definitions that matter, of which none was followed.
    pub(crate) ambiguous: Vec<Name>,
    /// Pointers that are followed in teardown.
    pub(crate) followed: Vec<Followed>,
    /// What memory that was allocated on the walk is known by.
    pub(crate) homes: Vec<Place>,
    /// Whether the budget ran out before the end.
    pub(crate) truncated: bool,
}

/// A pointer in memory of which the walk knows what it has stored there itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Followed {
    /// The pointer.
    pub(crate) pointer: Place,
    /// What was stored there.
    pub(crate) value: Value,
    /// The calls from the callback down to the function that follows it.
    pub(crate) stack: Vec<Location>,
}

impl Followed {
    /// Whether an event may depend on it: it is followed in one of the functions that lead to the
    /// event, or in a getter that is called next to it.
    pub(crate) fn is_near(&self, event: &Event) -> bool {
        let getter = self.stack.len() == event.stack.len() + 1;
        event.stack.starts_with(&self.stack) || (getter && self.stack.starts_with(&event.stack))
    }
}

/// A call that the trace could not follow.
#[derive(Clone, Debug)]
pub(crate) struct OpaqueCall {
    /// The phase in which it is made.
    pub(crate) phase: Phase,
    /// What it calls.
    pub(crate) callee: Name,
    /// What it is handed.
    pub(crate) handed: Vec<Place>,
    /// Whether it may do to everything it can reach what it likes: a macro that operates on regions,
    /// or a function run for each of many things.
    pub(crate) is_macro: bool,
    /// Whether it is made in teardown, or to undo what failed.
    pub(crate) tears_down: bool,
    /// How many events came before it.
    pub(crate) after: usize,
}
