//! What is known of a device type without an instance.

use crate::io::IoSpec;
use crate::property::PropertyMeta;

/// Everything about a device type that does not need an instance. Made by `#[derive(Device)]`.
///
/// The fields list the device's fields of each sort in the order of declaration; where another
/// structure names a field by number, it is an index into one of these lists.
#[derive(Debug)]
pub struct Meta {
    /// The name of the type, one word.
    pub name: &'static str,
    /// The name of the bus that the device sits on.
    pub bus: Option<&'static str>,
    /// The version of the saved state.
    pub version: u32,
    /// Whether it may be plugged and unplugged while the machine runs.
    pub hotpluggable: bool,
    /// Whether a user may ask for one by name.
    pub user_creatable: bool,
    /// Whether it only describes what others have in common: it can't be created.
    pub is_abstract: bool,
    /// Who has the last word when it is to be unplugged.
    pub unplug: Unplug,
    /// Numbers by which the bus knows the type (`#[device(identity(vendor = 0x8086))]`).
    pub identity: &'static [(&'static str, u64)],
    /// Settable before realize.
    pub properties: &'static [PropertyMeta],
    /// Memory regions.
    pub regions: &'static [RegionMeta],
    /// Interrupt lines, in and out.
    pub irqs: &'static [IrqMeta],
    /// Devices that are part of this one.
    pub children: &'static [ChildMeta],
    /// Buses for other devices.
    pub buses: &'static [BusMeta],
    /// References to other devices.
    pub links: &'static [LinkMeta],
    /// Saved state.
    pub states: &'static [StateMeta],
}

impl Meta {
    /// A device type with nothing in it, for the derive to start from.
    #[doc(hidden)]
    pub const fn named(name: &'static str) -> Self {
        Self {
            name,
            bus: None,
            version: 1,
            hotpluggable: false,
            user_creatable: true,
            is_abstract: false,
            unplug: Unplug::Sync,
            identity: &[],
            properties: &[],
            regions: &[],
            irqs: &[],
            children: &[],
            buses: &[],
            links: &[],
            states: &[],
        }
    }

    /// The number in [`identity`](Self::identity) under this word.
    pub fn identity(&self, word: &str) -> Option<u64> {
        self.identity.iter().find(|(known, _)| *known == word).map(|(_, number)| *number)
    }
}

/// Who has the last word when a device is to be unplugged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unplug {
    /// Nobody is asked: it is gone when `unplug` returns.
    Sync,
    /// The guest is asked through the bus and acknowledges when it is done with the device.
    Request,
}

/// A field `Region<..>`, or an array of them.
#[derive(Debug)]
pub struct RegionMeta {
    /// The name of the field.
    pub name: &'static str,
    /// What accesses to it do.
    pub kind: RegionKind,
    /// The size in bytes of each element.
    pub size: Size,
    /// How many elements; 1 if the field is no array.
    pub count: u16,
    /// In which container of the device it lies.
    pub inside: Option<Inside>,
    /// The number under which the bus may map it.
    pub export: Option<u8>,
    /// The accesses that it takes; of a region without registers, the default.
    pub spec: IoSpec,
    /// Whether it starts enabled.
    pub enabled: bool,
    /// Whether ranges of it are never merged.
    pub unmergeable: bool,
    /// Whether its content is part of the machine's saved state.
    pub migrate: bool,
}

impl RegionMeta {
    /// A region with nothing said about it, for the derive to start from.
    #[doc(hidden)]
    pub const fn new(name: &'static str, kind: RegionKind, size: Size) -> Self {
        Self {
            name,
            kind,
            size,
            count: 1,
            inside: None,
            export: None,
            spec: IoSpec::DEFAULT,
            enabled: true,
            unmergeable: false,
            migrate: false,
        }
    }
}

/// What accesses to a region do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegionKind {
    /// Nothing by itself: regions lie in it, and between them lower priorities show.
    Container,
    /// Registers: the handler answers.
    Io,
    /// Every access is rejected.
    Reserved,
    /// Memory.
    Ram,
    /// Memory that the guest only reads.
    Rom,
    /// Memory to read from, registers to write to.
    RomDevice,
    /// Another region of the device, seen through a window.
    Alias {
        /// The index of the region that is seen.
        of: u16,
        /// The offset into it at which the window starts, in bytes.
        offset: u64,
    },
    /// Addresses are translated. Not available yet: realize fails with a typed error.
    Iommu,
}

/// The size of a region, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// The same for every instance.
    Fixed(u64),
    /// Computed from the properties at realize.
    Computed,
}

/// Where in its device's container a region lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inside {
    /// The index of the container; its first element if it is an array.
    pub field: u16,
    /// The offset in the container of the first element, in bytes.
    pub at: u64,
    /// The distance between elements, in bytes.
    pub stride: u64,
    /// The higher one answers where regions overlap.
    pub priority: i32,
}

/// A field of interrupt lines.
#[derive(Debug)]
pub struct IrqMeta {
    /// The name of the field.
    pub name: &'static str,
    /// Whether the device drives the lines or listens to them.
    pub direction: IrqDirection,
    /// How many lines.
    pub count: u16,
}

/// Who drives an interrupt line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IrqDirection {
    /// The device listens.
    In,
    /// The device drives.
    Out,
}

/// A field `Child<..>`, or an array of them.
#[derive(Debug)]
pub struct ChildMeta {
    /// The name of the field.
    pub name: &'static str,
    /// How many devices; 1 if the field is no array.
    pub count: u16,
    /// What is known of the children's type.
    pub device: &'static Meta,
    /// Where the child's export 0 is mapped.
    pub inside: Option<Inside>,
    #[doc(hidden)]
    pub cell: crate::lifecycle::NewCell,
}

/// A field `Bus<..>`.
#[derive(Debug)]
pub struct BusMeta {
    /// The name of the field.
    pub name: &'static str,
    /// The name of the bus type.
    pub bus: &'static str,
}

/// A field `Link<..>`.
#[derive(Debug)]
pub struct LinkMeta {
    /// The name of the field.
    pub name: &'static str,
    /// The name of the device type that it may refer to.
    pub target: &'static str,
    /// Whether realize fails if it refers to nothing.
    pub required: bool,
}

/// A field of saved state.
#[derive(Debug)]
pub struct StateMeta {
    /// The name of the field.
    pub name: &'static str,
    /// The version of the device's state in which it first appeared.
    pub since: u32,
    /// Whether it is left out of the saved state.
    pub skip: bool,
}
