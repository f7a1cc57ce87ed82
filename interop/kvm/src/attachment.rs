//! A machine that is attached to a virtual machine of KVM.

use crate::Trust;
use crate::ioeventfds::{Bus, Ioeventfds};
use crate::slots::Slots;
use crate::status::{Failure, Status};
use devmodel::memory::{Listener, ListenerId, Memory, MemoryError};
use devmodel::{AddressSpace, Machine};
use kvm_ioctls::VmFd;
use std::sync::Arc;

/// Keeps the slots and ioeventfds of a virtual machine up with what is mapped in a machine, until it is
/// dropped: then the virtual machine has none.
///
/// If it is dropped inside of a memory transaction it goes on for as long as the machine's memory is there.
pub struct Attachment {
    memory: Memory,
    listeners: Vec<ListenerId>,
    status: Arc<Status>,
}

impl Attachment {
    /// Attaches a machine to a virtual machine that has no slots yet. What KVM refuses is counted
    /// ([`failed`](Self::failed)), as memory changes whether KVM likes it or not.
    ///
    /// # Errors
    ///
    /// [`MemoryError::ReentrantTransaction`] inside of a transaction.
    pub fn new(vm: Arc<VmFd>, machine: &Machine, trust: Trust) -> Result<Self, MemoryError> {
        let (memory, status) = (machine.memory().clone(), Arc::new(Status::default()));
        let mut attachment = Self { memory, listeners: Vec::new(), status: status.clone() };
        let (space, ports) = (machine.address_space(), machine.port_space());
        let slots = Slots::new(vm.clone(), trust, status.clone());
        attachment.listen(&space, Box::new(slots))?;
        let of = |bus| Box::new(Ioeventfds::new(vm.clone(), bus, status.clone()));
        attachment.listen(&space, of(Bus::Memory))?;
        attachment.listen(&ports, of(Bus::Ports))?;
        Ok(attachment)
    }

    /// How many slots there are.
    pub fn slots(&self) -> usize {
        self.status.slots.get()
    }

    /// How many ioeventfds there are.
    pub fn ioeventfds(&self) -> usize {
        self.status.ioeventfds.get()
    }

    /// How often something was mapped that could not become a slot or an ioeventfd, and so exits.
    pub fn left_out(&self) -> usize {
        self.status.left_out.get()
    }

    /// How often KVM has refused something.
    pub fn failed(&self) -> usize {
        self.status.failed()
    }

    /// What KVM refused last.
    pub fn last_failure(&self) -> Option<Failure> {
        self.status.last_failure()
    }

    fn listen(
        &mut self,
        space: &AddressSpace,
        listener: Box<dyn Listener>,
    ) -> Result<(), MemoryError> {
        let id = self.memory.register(10, Some(space), listener)?;
        self.listeners.push(id);
        Ok(())
    }
}

impl Drop for Attachment {
    fn drop(&mut self) {
        for listener in self.listeners.drain(..).rev() {
            // Inside of a transaction it can't be unregistered; it is as the documentation says.
            let _ = self.memory.unregister(listener);
        }
    }
}

impl std::fmt::Debug for Attachment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Attachment").field(&self.status).finish()
    }
}
