//! What realize has done, as what undoes it.

use super::DevId;
use super::error::RealizeError;
use crate::bus::AnyBus;
use crate::memory::NodeId;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;

/// One effect of realize, as what undoes it.
pub(crate) enum Undo {
    /// The region is removed from wherever it is.
    Region(NodeId),
    /// The child is unrealized.
    Child(DevId),
    /// The device leaves the bus.
    Bus(Arc<dyn AnyBus>, DevId),
    /// The device's own hook.
    Hook,
    /// The device's output lines go low.
    Lines,
    /// Something of the device's own.
    Run(Box<dyn FnOnce() + Send>),
}

/// Everything that realize has done so far. Undone from the end.
#[derive(Default)]
pub(crate) struct Bag(Vec<Undo>);

impl Bag {
    pub(crate) fn push(&mut self, undo: Undo) {
        self.0.push(undo);
    }

    /// Nothing more will be pushed: lets go of the room for it.
    pub(crate) fn settle(&mut self) {
        self.0.shrink_to_fit();
    }

    pub(crate) fn pop(&mut self) -> Option<Undo> {
        self.0.pop()
    }

    pub(crate) fn last(&self) -> Option<&Undo> {
        self.0.last()
    }

    /// Undoes what needs neither the machine nor the hook: for a device that outlives its machine.
    pub(crate) fn abandon(&mut self) {
        while let Some(undo) = self.0.pop() {
            if let Undo::Run(run) = undo {
                quietly(run);
            }
        }
    }
}

/// Runs somebody's code that must not keep the rest from being undone.
pub(crate) fn quietly(run: impl FnOnce()) {
    drop(catch_unwind(AssertUnwindSafe(run)));
}

/// What the steps of realize share: where they note how to undo them, and where a test makes them fail.
pub(crate) struct Effects {
    pub(crate) bag: Bag,
    pub(crate) fault: Fault,
}

impl Effects {
    pub(crate) fn new(fault: &Fault) -> Self {
        Self { bag: Bag::default(), fault: fault.clone() }
    }
}

/// A step at which a test makes realize fail. Clones are the same.
#[derive(Clone, Default)]
pub(crate) struct Fault(Rc<Plan>);

#[derive(Default)]
struct Plan {
    /// How many steps are still to go well; nothing if every step is.
    after: Cell<Option<usize>>,
    panics: Cell<bool>,
    steps: Cell<usize>,
}

impl Fault {
    /// Lets `after` steps go well, and the next one fail.
    pub(crate) fn set(&self, after: Option<usize>, panics: bool) {
        self.0.after.set(after);
        self.0.panics.set(panics);
        self.0.steps.set(0);
    }

    /// How many steps there were since [`set`](Self::set).
    pub(crate) fn steps(&self) -> usize {
        self.0.steps.get()
    }

    /// Every effect of realize passes here before it happens.
    ///
    /// # Errors
    ///
    /// [`RealizeError::Injected`] at the step that a test has chosen.
    pub(crate) fn step(&self, name: &'static str) -> Result<(), RealizeError> {
        self.0.steps.set(self.0.steps.get() + 1);
        match self.0.after.get() {
            None => Ok(()),
            Some(0) if self.0.panics.get() => panic!("injected at `{name}`"),
            Some(0) => Err(RealizeError::Injected(name)),
            Some(left) => {
                self.0.after.set(Some(left - 1));
                Ok(())
            }
        }
    }
}
