//! The registers of the PrimeCell DMA controller (PL080), after its Technical Reference Manual, ARM DDI 0196.
//! Sections are those of revision G.

/// Masked interrupt status, a bit for each channel, §3.4.1.
pub const INT_STATUS: u64 = 0x000;
/// Masked terminal count status, §3.4.2.
pub const INT_TC_STATUS: u64 = 0x004;
/// Terminal count clear, §3.4.3.
pub const INT_TC_CLEAR: u64 = 0x008;
/// Masked error status, §3.4.4.
pub const INT_ERROR_STATUS: u64 = 0x00c;
/// Error clear, §3.4.5.
pub const INT_ERROR_CLEAR: u64 = 0x010;
/// Raw terminal count status, §3.4.6.
pub const RAW_INT_TC_STATUS: u64 = 0x014;
/// Raw error status, §3.4.7.
pub const RAW_INT_ERROR_STATUS: u64 = 0x018;
/// Enabled channels, §3.4.8.
pub const ENABLED_CHANNELS: u64 = 0x01c;
/// Configuration of the controller, §3.4.13.
pub const CONFIGURATION: u64 = 0x030;
/// The registers of channel 0, §3.4.15 and after.
pub const CHANNELS: u64 = 0x100;
/// The distance between the registers of two channels.
pub const CHANNEL_STRIDE: u64 = 0x20;
/// The first of the four peripheral and four cell identification registers, §3.4.20 and §3.4.21.
pub const ID: u64 = 0xfe0;

/// Within a channel: source address, §3.4.16.
pub const SOURCE: u64 = 0x00;
/// Within a channel: destination address, §3.4.17.
pub const DESTINATION: u64 = 0x04;
/// Within a channel: the next linked list item, four words: source, destination, next, control, §3.4.18.
pub const NEXT: u64 = 0x08;
/// Within a channel: control, §3.4.19.
pub const CONTROL: u64 = 0x0c;
/// Within a channel: configuration, §3.4.20.
pub const CHANNEL_CONFIGURATION: u64 = 0x10;

/// CONFIGURATION: the controller works.
pub const ENABLE: u32 = 1;

/// CONTROL: how many units of the source's width are left.
pub const CONTROL_SIZE: u32 = 0xfff;
/// CONTROL: where the source's burst size is; see [`BURSTS`].
pub const CONTROL_BURST_SHIFT: u32 = 12;
/// CONTROL: where the source's width is, as a power of two: 0 to 2.
pub const CONTROL_SOURCE_WIDTH_SHIFT: u32 = 18;
/// CONTROL: where the destination's width is.
pub const CONTROL_DESTINATION_WIDTH_SHIFT: u32 = 21;
/// CONTROL: the source address goes up.
pub const CONTROL_SOURCE_INCREMENT: u32 = 1 << 26;
/// CONTROL: the destination address goes up.
pub const CONTROL_DESTINATION_INCREMENT: u32 = 1 << 27;
/// CONTROL: the terminal count interrupt comes at the end of this item.
pub const CONTROL_INTERRUPT: u32 = 1 << 31;

/// Channel configuration: the channel is enabled.
pub const CHANNEL_ENABLE: u32 = 1;
/// Channel configuration: who controls the flow. 0 is memory to memory.
pub const CHANNEL_FLOW: u32 = 7 << 11;
/// Channel configuration: errors interrupt.
pub const CHANNEL_ERROR_MASK: u32 = 1 << 14;
/// Channel configuration: terminal counts interrupt.
pub const CHANNEL_TC_MASK: u32 = 1 << 15;
/// Channel configuration: the channel takes no requests.
pub const CHANNEL_HALT: u32 = 1 << 18;

/// Units in a burst, by the burst size in CONTROL.
pub const BURSTS: [u32; 8] = [1, 4, 8, 16, 32, 64, 128, 256];

/// The identification registers: part 0x080, designer 0x41, eight channels.
pub const IDS: [u8; 8] = [0x80, 0x10, 0x04, 0x0a, 0x0d, 0xf0, 0x05, 0xb1];
