//! Registers: the sizes that a region takes, and who answers.

#[cfg(feature = "memory")]
use crate::access::{AccessError, Attrs};

/// How a register that is wider than a byte is laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Endian {
    /// The byte at the lowest address is the least significant one.
    #[default]
    Little,
    /// The byte at the lowest address is the most significant one.
    Big,
}

/// Access sizes, in bytes: each bound is 1, 2, 4 or 8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// The smallest access.
    pub min: u8,
    /// The largest access. 0 for "not said".
    pub max: u8,
    /// Whether an access may start at an address that is no multiple of its size.
    pub unaligned: bool,
}

/// What accesses a region takes, and in what pieces its handler wants them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IoSpec {
    /// What the guest may do; all else is an [`AccessError::Decode`]. A `max` of 0 means anything.
    pub valid: Sizes,
    /// What the handler is called with. A `max` of 0 means 4, a `min` of 0 means 1.
    pub implemented: Sizes,
    /// How the handler's values are laid out in memory.
    pub endian: Endian,
}

impl IoSpec {
    /// Any access, handled in pieces of 1 to 4 bytes, little endian.
    pub const DEFAULT: Self = Self {
        valid: Sizes { min: 0, max: 0, unaligned: false },
        implemented: Sizes { min: 0, max: 0, unaligned: false },
        endian: Endian::Little,
    };
}

impl Default for IoSpec {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Which region of a device: the field, in the order of declaration, and the element if it is an array.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegionKey {
    /// The index into [`Meta::regions`](crate::Meta::regions).
    pub field: u16,
    /// The index into the field, 0 if it is no array.
    pub element: u16,
}

/// Who would answer accesses to a region.
#[cfg(not(feature = "memory"))]
pub(crate) trait IoTarget: Send + Sync {}

/// Who answers accesses to a region. What is not valid by its `spec` never gets there.
#[cfg(feature = "memory")]
pub(crate) trait IoTarget: Send + Sync {
    /// What accesses the region takes. Always the same.
    fn spec(&self, region: RegionKey) -> &IoSpec;

    fn read(
        &self,
        region: RegionKey,
        offset: u64,
        size: u8,
        attrs: Attrs,
    ) -> Result<u64, AccessError>;

    fn write(
        &self,
        region: RegionKey,
        offset: u64,
        size: u8,
        value: u64,
        attrs: Attrs,
    ) -> Result<(), AccessError>;
}
