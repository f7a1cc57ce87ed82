//! What accesses a region of registers takes.

use crate::io::{Endian, IoSpec, Sizes};

/// What accesses a region of registers takes, and in what pieces its handler wants them: QEMU's `valid`, `impl`
/// and `endianness`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Access(IoSpec);

impl Access {
    /// Any access, handled in pieces of 1 to 4 bytes, little endian.
    pub const fn new() -> Self {
        Self(IoSpec::DEFAULT)
    }

    /// A guest may access from `min` to `max` bytes at once.
    ///
    /// # Panics
    ///
    /// Unless both are 1, 2, 4 or 8, and in this order. In a constant that is an error of the compiler.
    #[must_use]
    pub const fn valid(mut self, min: u8, max: u8) -> Self {
        self.0.valid = sizes(min, max, self.0.valid.unaligned);
        self
    }

    /// A guest's access may start at an address that is no multiple of its size.
    #[must_use]
    pub const fn valid_unaligned(mut self) -> Self {
        self.0.valid.unaligned = true;
        self
    }

    /// The handler is called with `min` to `max` bytes at once.
    ///
    /// # Panics
    ///
    /// Unless both are 1, 2, 4 or 8, and in this order. In a constant that is an error of the compiler.
    #[must_use]
    pub const fn implemented(mut self, min: u8, max: u8) -> Self {
        self.0.implemented = sizes(min, max, self.0.implemented.unaligned);
        self
    }

    /// The handler may be called with an offset that is no multiple of the size.
    #[must_use]
    pub const fn implemented_unaligned(mut self) -> Self {
        self.0.implemented.unaligned = true;
        self
    }

    /// The byte at the lowest address is the most significant one.
    #[must_use]
    pub const fn big_endian(mut self) -> Self {
        self.0.endian = Endian::Big;
        self
    }

    pub(super) const fn spec(self) -> IoSpec {
        self.0
    }
}

const fn sizes(min: u8, max: u8, unaligned: bool) -> Sizes {
    let are_sizes = min.is_power_of_two() && max.is_power_of_two() && max <= 8;
    assert!(are_sizes && min <= max, "the sizes of accesses are 1, 2, 4 or 8, in ascending order");
    Sizes { min, max, unaligned }
}
