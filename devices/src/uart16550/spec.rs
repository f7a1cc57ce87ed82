//! The registers of the 16550, after National Semiconductor's data sheet of the PC16550D, §8. Each is a byte.

/// Receive (read) and transmit (write); low byte of the divisor with [`LCR_DLAB`].
pub const DATA: u64 = 0;
/// Interrupt enable; high byte of the divisor with [`LCR_DLAB`].
pub const IER: u64 = 1;
/// Interrupt identification (read).
pub const IIR: u64 = 2;
/// Line control.
pub const LCR: u64 = 3;
/// Modem control.
pub const MCR: u64 = 4;
/// Line status.
pub const LSR: u64 = 5;
/// Modem status.
pub const MSR: u64 = 6;
/// Scratch.
pub const SCR: u64 = 7;

/// IER: interrupt when data is received.
pub const IER_RECEIVED: u8 = 1;
/// LSR: data is there.
pub const LSR_DATA: u8 = 1;
/// LCR: the divisor is at offsets 0 and 1.
pub const LCR_DLAB: u8 = 1 << 7;
/// MCR: what is sent is received.
pub const MCR_LOOP: u8 = 1 << 4;
