//! Ioeventfds of a machine as those of KVM.

use crate::host;
use crate::status::Status;
use devmodel::memory::{EventFdSection, Listener};
use kvm_bindings::{
    kvm_ioeventfd, kvm_ioeventfd_flag_nr_datamatch, kvm_ioeventfd_flag_nr_deassign,
    kvm_ioeventfd_flag_nr_pio,
};
use kvm_ioctls::VmFd;
use std::sync::Arc;

/// What the addresses are those of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bus {
    Memory,
    Ports,
}

pub(crate) struct Ioeventfds {
    vm: Arc<VmFd>,
    bus: Bus,
    status: Arc<Status>,
    /// What KVM knows, to be taken back.
    known: Vec<kvm_ioeventfd>,
}

impl Ioeventfds {
    pub(crate) fn new(vm: Arc<VmFd>, bus: Bus, status: Arc<Status>) -> Self {
        Self { vm, bus, status, known: Vec::new() }
    }

    /// What KVM is to be told, if the bell is a file descriptor.
    fn describe(&self, section: &EventFdSection<'_>) -> Option<kvm_ioeventfd> {
        let mut flags = 0;
        if section.datamatch.is_some() {
            flags |= 1 << kvm_ioeventfd_flag_nr_datamatch;
        }
        if self.bus == Bus::Ports {
            flags |= 1 << kvm_ioeventfd_flag_nr_pio;
        }
        Some(kvm_ioeventfd {
            datamatch: section.datamatch.unwrap_or(0),
            addr: section.start,
            len: u32::from(section.size),
            fd: section.fd.raw_fd()?,
            flags,
            ..Default::default()
        })
    }

    fn remove(&self, mut ioeventfd: kvm_ioeventfd) {
        ioeventfd.flags |= 1 << kvm_ioeventfd_flag_nr_deassign;
        let done = host::ioeventfd(&self.vm, &ioeventfd);
        self.status.note("remove an ioeventfd", ioeventfd.addr, done);
        self.status.ioeventfds.take();
    }
}

impl Listener for Ioeventfds {
    fn eventfd_add(&mut self, section: &EventFdSection<'_>) {
        let Some(ioeventfd) = self.describe(section) else {
            return self.status.left_out.add();
        };
        let done = host::ioeventfd(&self.vm, &ioeventfd);
        if self.status.note("add an ioeventfd", ioeventfd.addr, done) {
            self.known.push(ioeventfd);
            self.status.ioeventfds.add();
        }
    }

    fn eventfd_del(&mut self, section: &EventFdSection<'_>) {
        let gone = self.describe(section);
        let at = self.known.iter().position(|known| Some(*known) == gone);
        if let Some(at) = at {
            self.remove(self.known[at]);
            self.known.swap_remove(at);
        }
    }
}

/// If it was not withdrawn, because the memory as a whole went, or it panicked.
impl Drop for Ioeventfds {
    fn drop(&mut self) {
        for ioeventfd in std::mem::take(&mut self.known) {
            self.remove(ioeventfd);
        }
    }
}
