//! What an access carries, and how it can fail.

/// What comes along with an access besides address and data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attrs {
    /// Only memory may answer (`attrs.memory` of QEMU): anything else is an [`AccessError::Access`].
    pub memory: bool,
    /// A debugger's access: it also writes to ROM.
    pub debug: bool,
}

/// Why an access did not do what it should.
// As wide as the value that is read: the result of an access then fits into two registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[repr(u64)]
pub enum AccessError {
    /// Nothing is there, or what is there does not take accesses of this size or alignment.
    #[error("nothing answers at this address and size")]
    Decode,
    /// Something is there that refuses this kind of access.
    #[error("the target refuses this kind of access")]
    Access,
    /// The access came from within an access to the same device.
    #[error("the device is already being accessed by this thread")]
    Reentrant,
    /// The device was unrealized after the access had begun.
    #[error("the device is gone")]
    Revoked,
    /// A handler of the device panicked earlier, or in this access.
    #[error("a handler of the device panicked")]
    Poisoned,
    /// Two devices that access each other from their handlers met on two threads; this access gave way.
    #[error("waiting for the device would be a deadlock")]
    WouldDeadlock,
    /// The build has no memory (feature `memory`).
    #[error("this build has no memory")]
    NoMemory,
}
