//! Regions as fields of a device.

use crate::io::RegionKey;
use crate::manual::MemoryRegion;
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

/// A kind of region whose content is memory.
#[diagnostic::on_unimplemented(
    message = "a region of the kind `{Self}` has no content",
    label = "this must be a region of memory: `Ram`, `Rom` or `RomDevice`"
)]
pub trait Bytes: Kind {}

impl Bytes for Ram {}
impl Bytes for Rom {}
impl Bytes for RomDevice {}

/// A field that is a region of the device: a [`Region`], or a [`MemoryRegion`] that the device makes itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no region of a device",
    label = "this must be a `Region<..>` or a `manual::MemoryRegion`"
)]
pub trait Handle: sealed::Handle {}

impl<K: Kind> Handle for Region<K> {}
impl Handle for MemoryRegion {}

/// A region of this kind. Of which kind a [`MemoryRegion`] is, is known when the device runs.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no region of the kind `{K}`",
    label = "this must be a `Region<{K}>` or a `manual::MemoryRegion`"
)]
pub trait HandleTo<K: Kind>: Handle {}

impl<K: Kind> HandleTo<K> for Region<K> {}
impl<K: Kind> HandleTo<K> for MemoryRegion {}

/// A region whose content is memory.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no content",
    label = "this must be a region of memory: `Ram`, `Rom`, `RomDevice`, or a `manual::MemoryRegion`"
)]
pub trait HasBytes: Handle {}

impl<K: Bytes> HasBytes for Region<K> {}
impl HasBytes for MemoryRegion {}

/// Which region a field stands for.
#[derive(Clone, Copy)]
pub(crate) enum Place<'a> {
    /// One that the type describes.
    Described(RegionKey),
    /// One that the device has made itself.
    ByHand(&'a MemoryRegion),
}

pub(crate) mod sealed {
    pub trait Kind {}

    #[expect(private_interfaces, reason = "only the runtime calls it")]
    pub trait Handle {
        fn place(&self) -> super::Place<'_>;
    }
}

#[expect(private_interfaces, reason = "only the runtime calls it")]
impl<K: Kind> sealed::Handle for Region<K> {
    fn place(&self) -> Place<'_> {
        Place::Described(self.key)
    }
}

#[expect(private_interfaces, reason = "only the runtime calls it")]
impl sealed::Handle for MemoryRegion {
    fn place(&self) -> Place<'_> {
        Place::ByHand(self)
    }
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
