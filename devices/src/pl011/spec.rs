//! The registers of the PrimeCell UART (PL011), after its Technical Reference Manual, ARM DDI 0183.
//! Sections are those of revision G.

/// Data register, §3.3.1: bits 0 to 7 are the character, 8 to 11 its errors.
pub const DR: u64 = 0x000;
/// Receive status (read) and error clear (write), §3.3.2.
pub const RSR: u64 = 0x004;
/// Flags, §3.3.3.
pub const FR: u64 = 0x018;
/// IrDA low-power counter, §3.3.4.
pub const ILPR: u64 = 0x020;
/// Integer baud rate divisor, §3.3.5.
pub const IBRD: u64 = 0x024;
/// Fractional baud rate divisor, in 64ths, §3.3.6.
pub const FBRD: u64 = 0x028;
/// Line control, §3.3.7.
pub const LCR_H: u64 = 0x02c;
/// Control, §3.3.8.
pub const CR: u64 = 0x030;
/// FIFO levels for interrupts, §3.3.9.
pub const IFLS: u64 = 0x034;
/// Interrupt mask: a set bit lets the interrupt through, §3.3.10.
pub const IMSC: u64 = 0x038;
/// Raw interrupt status, §3.3.11.
pub const RIS: u64 = 0x03c;
/// Masked interrupt status, §3.3.12.
pub const MIS: u64 = 0x040;
/// Interrupt clear, §3.3.13.
pub const ICR: u64 = 0x044;
/// DMA control, §3.3.14.
pub const DMACR: u64 = 0x048;
/// The first of the four peripheral and four cell identification registers, §3.3.15 and §3.3.16.
pub const ID: u64 = 0xfe0;

/// DR: a break was received.
pub const DR_BE: u16 = 1 << 10;
/// DR: the FIFO was full before this character, and some are lost.
pub const DR_OE: u16 = 1 << 11;

/// FR: clear to send.
pub const FR_CTS: u32 = 1;
/// FR: data set ready.
pub const FR_DSR: u32 = 1 << 1;
/// FR: data carrier detect.
pub const FR_DCD: u32 = 1 << 2;
/// FR: the receive FIFO is empty.
pub const FR_RXFE: u32 = 1 << 4;
/// FR: the receive FIFO is full.
pub const FR_RXFF: u32 = 1 << 6;
/// FR: the transmit FIFO is empty.
pub const FR_TXFE: u32 = 1 << 7;
/// FR: ring indicator.
pub const FR_RI: u32 = 1 << 8;

/// LCR_H: the FIFOs are enabled.
pub const LCR_H_FEN: u32 = 1 << 4;

/// CR: the UART is enabled.
pub const CR_UARTEN: u32 = 1;
/// CR: what is sent is received.
pub const CR_LBE: u32 = 1 << 7;
/// CR: transmission is enabled.
pub const CR_TXE: u32 = 1 << 8;
/// CR: reception is enabled.
pub const CR_RXE: u32 = 1 << 9;
/// CR: data terminal ready.
pub const CR_DTR: u32 = 1 << 10;
/// CR: request to send.
pub const CR_RTS: u32 = 1 << 11;
/// CR: output 1, wired to the carrier.
pub const CR_OUT1: u32 = 1 << 12;
/// CR: output 2, wired to the ring indicator.
pub const CR_OUT2: u32 = 1 << 13;

/// Interrupts: the four modem lines, from the ring indicator (bit 0) to data set ready (bit 3).
pub const INT_MODEM: u32 = 0xf;
/// Interrupts: ring indicator.
pub const INT_RI: u32 = 1;
/// Interrupts: clear to send.
pub const INT_CTS: u32 = 1 << 1;
/// Interrupts: data carrier detect.
pub const INT_DCD: u32 = 1 << 2;
/// Interrupts: data set ready.
pub const INT_DSR: u32 = 1 << 3;
/// Interrupts: receive.
pub const INT_RX: u32 = 1 << 4;
/// Interrupts: transmit.
pub const INT_TX: u32 = 1 << 5;
/// Interrupts: the FIFO has characters and the line is idle.
pub const INT_RT: u32 = 1 << 6;
/// Interrupts: break.
pub const INT_BE: u32 = 1 << 9;
/// Interrupts: overrun.
pub const INT_OE: u32 = 1 << 10;
/// Interrupts: framing, parity, break and overrun errors.
pub const INT_ERRORS: u32 = 0xf << 7;
/// Interrupts: all of them.
pub const INT_ALL: u32 = 0x7ff;

/// The interrupts of each line, §2.8: combined, receive, transmit, timeout, modem, errors.
pub const LINES: [u32; 6] = [INT_ALL, INT_RX, INT_TX, INT_RT, INT_MODEM, INT_ERRORS];

/// After how many eighths of the FIFO the receive interrupt comes, by IFLS bits 3 to 5. The last three are
/// reserved.
pub const RECEIVE_EIGHTHS: [usize; 8] = [1, 2, 4, 6, 7, 7, 7, 7];

/// The identification registers of a UART with FIFOs of 16: part 0x011, designer 0x41, revision 1.
pub const IDS: [u8; 8] = [0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1];
/// Which of them says the revision, and what it is with FIFOs of 32.
pub const DEEP_REVISION: (usize, u8) = (2, 0x34);
