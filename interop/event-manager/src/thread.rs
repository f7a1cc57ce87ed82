//! The thread of an event loop, as devices are linked to it.

use crate::EventLoop;
use devmodel::{DevId, Device, Machine, RealizeError};

/// A thread with an event loop, in the tree of devices: others are linked to it, as to an `iothread` of
/// QEMU. It is made with [`plug`](Self::plug).
#[derive(Device)]
#[device(name = "event-thread", hotpluggable, user_creatable = false)]
pub struct EventThread {
    #[init(None)]
    events: Option<EventLoop>,
}

impl EventThread {
    /// Puts an event loop into the machine.
    ///
    /// # Errors
    ///
    /// [`RealizeError`] if the name is taken, or the machine full or migrating.
    pub fn plug(
        machine: &mut Machine,
        name: &str,
        events: &EventLoop,
    ) -> Result<DevId, RealizeError> {
        let id = machine.create::<Self>(name)?;
        machine.realize(id)?;
        machine.with::<Self, _>(id, |thread, _| thread.events = Some(events.clone()))?;
        Ok(id)
    }

    /// The loop.
    pub(crate) fn events(&self) -> Option<EventLoop> {
        self.events.clone()
    }
}
