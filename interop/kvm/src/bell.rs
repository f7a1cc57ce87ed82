//! An eventfd that a write of the guest rings.

use devmodel::memory;
use std::io::Result;
use std::os::fd::AsRawFd as _;
use vmm_sys_util::eventfd::{EFD_NONBLOCK, EventFd};

/// An eventfd as a bell: KVM rings it without an exit, the machine does where KVM does not know it.
#[derive(Debug)]
pub struct Bell(EventFd);

impl Bell {
    /// A new one, which has not rung.
    ///
    /// # Errors
    ///
    /// There are too many file descriptors.
    pub fn new() -> Result<Self> {
        EventFd::new(EFD_NONBLOCK).map(Self)
    }

    /// How often it has rung since this was last asked.
    pub fn take(&self) -> u64 {
        // It fails if it has not rung.
        self.0.read().unwrap_or(0)
    }

    /// The eventfd, to wait for it.
    pub fn eventfd(&self) -> &EventFd {
        &self.0
    }
}

impl memory::EventFd for Bell {
    fn signal(&self) {
        // It fails only when it has rung 2^64 - 2 times unheard.
        let _ = self.0.write(1);
    }

    fn raw_fd(&self) -> Option<i32> {
        Some(self.0.as_raw_fd())
    }
}
