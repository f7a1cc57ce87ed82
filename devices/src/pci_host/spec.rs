//! The registers of a PCI host bridge: configuration mechanism 1 of the PCI Local Bus Specification revision
//! 2.1, §3.7.4.1; and those for hot-unplug, which are our own.

/// Port of the configuration address register.
pub const CONFIG_ADDRESS: u16 = 0xcf8;
/// Port of the configuration data register.
pub const CONFIG_DATA: u16 = 0xcfc;
/// Port of the registers for hot-unplug.
pub const HOTPLUG: u16 = 0xae00;

/// Configuration address: accesses to the data register are configuration accesses.
pub const ADDRESS_ENABLE: u32 = 1 << 31;
/// Configuration address: the bits that can be set.
pub const ADDRESS_WRITABLE: u32 = 0x80ff_fffc;
/// Configuration address: where the bus number is.
pub const ADDRESS_BUS_SHIFT: u32 = 16;
/// Configuration address: where the function's address is.
pub const ADDRESS_FUNCTION_SHIFT: u32 = 8;

/// Hot-unplug, read only: a bit for each device that the guest is asked to give up.
pub const HOTPLUG_PENDING: u64 = 0;
/// Hot-unplug, write only: a bit for each device that the guest is done with.
pub const HOTPLUG_EJECT: u64 = 4;

/// Where the window on PCI memory is, for the vCPUs and on the bus.
pub const MEMORY_WINDOW: u64 = 0x8000_0000;
/// The size of the window.
pub const MEMORY_WINDOW_SIZE: u64 = 0x4000_0000;
/// Where the window on PCI I/O is, for the vCPUs and on the bus.
pub const IO_WINDOW: u64 = 0xc000;
/// The size of the window.
pub const IO_WINDOW_SIZE: u64 = 0x4000;
