//! Regions as fields of a device.

use crate::io::RegionKey;
use std::fmt;
use std::marker::PhantomData;

/// A memory region of the device; a field with `#[region(..)]`.
///
/// It is a description: there is nothing to register and nothing to remove. Realize makes the region
/// and puts it where the attribute says; every way out of realize, and every way that a device can go,
/// removes it. In a hook or handler, [`Cx`](crate::Cx) takes it to change what is there.
pub struct Region<K: Kind> {
    key: RegionKey,
    kind: PhantomData<fn() -> K>,
}

/// What accesses to a region do: one of the types of [`region`](crate::region).
pub trait Kind: sealed::Kind + 'static {}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $name {}
        impl sealed::Kind for $name {}
        impl Kind for $name {}
    )*};
}

kinds! {
    /// Nothing by itself: other regions lie in it.
    Container
    /// Registers.
    Io
    /// Every access is rejected.
    Reserved
    /// Memory.
    Ram
    /// Memory that the guest only reads.
    Rom
    /// Memory to read from, registers to write to.
    RomDevice
    /// A window on another region.
    Alias
    /// Addresses are translated.
    Iommu
}

/// A region whose content is memory.
pub trait Bytes: Kind {}

impl Bytes for Ram {}
impl Bytes for Rom {}
impl Bytes for RomDevice {}

mod sealed {
    pub trait Kind {}
}

impl<K: Kind> Region<K> {
    #[doc(hidden)]
    pub const fn __new(key: RegionKey) -> Self {
        Self { key, kind: PhantomData }
    }

    /// Which of the device's regions it is.
    pub const fn key(&self) -> RegionKey {
        self.key
    }
}

impl<K: Kind> fmt::Debug for Region<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Region").field(&self.key.field).field(&self.key.element).finish()
    }
}
