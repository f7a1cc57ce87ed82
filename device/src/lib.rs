//! Describes device types to tools that introspect them.
//!
//! **Metadata only.** The derive records the name of a device type and which of its fields are
//! memory regions, as constants. Nothing is registered, mapped, realized or torn down by it:
//! lifecycle glue comes later. Do not rely on it for teardown.
//!
//! ```
//! use devmodel::Device;
//!
//! # struct Region;
//! #[derive(Device)]
//! #[device(name = "demo-uart")]
//! struct Uart {
//!     #[device(region)]
//!     registers: Region,
//!     divisor: u16,
//! }
//!
//! assert_eq!(Uart::METADATA.name, "demo-uart");
//! assert_eq!(Uart::METADATA.regions[0].field, "registers");
//! # let _ = Uart { registers: Region, divisor: 1 }.divisor;
//! ```
//!
//! # Attributes
//!
//! | word | on | meaning |
//! |---|---|---|
//! | `name = "..."` | the struct | the name of the device type; the name of the Rust type if absent |
//! | `crate = path` | the struct | where this crate is, if it was renamed or is re-exported |
//! | `region` | a field | the field is a memory region of the device |
//!
//! Every other word is an error. Devices are structs with named fields, or without fields.

#![forbid(unsafe_code)]

pub use devmodel_macros::Device;

/// A type of device, described by constants.
///
/// Implement it with `#[derive(Device)]`. Having it says nothing about the life of an object: see
/// the [crate documentation](crate).
pub trait Device {
    /// What is known about the type without creating an object.
    const METADATA: Metadata;
}

/// What is known about a device type without creating an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// The name of the device type.
    pub name: &'static str,
    /// The fields that are memory regions, in the order of their declaration.
    pub regions: &'static [Region],
}

/// A field that is a memory region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// The name of the field.
    pub field: &'static str,
}
