//! The commands of flash memory, after Intel's data sheet of the StrataFlash memory (J3), §9 and after, and the
//! Common Flash Interface (JESD68); and the registers of the board around it, which are our own.

/// Command: read the array.
pub const READ_ARRAY: u8 = 0xff;
/// Command: read the identifier codes.
pub const READ_ID: u8 = 0x90;
/// Command: read the CFI query table.
pub const READ_QUERY: u8 = 0x98;
/// Command: read the status register.
pub const READ_STATUS: u8 = 0x70;
/// Command: clear the error bits of the status register.
pub const CLEAR_STATUS: u8 = 0x50;
/// Command: program the byte that is written next.
pub const PROGRAM: u8 = 0x40;
/// The same.
pub const PROGRAM_ALTERNATE: u8 = 0x10;
/// Command: erase a block, if [`CONFIRM`] is written to it next.
pub const ERASE: u8 = 0x20;
/// The second half of some commands.
pub const CONFIRM: u8 = 0xd0;

/// Status: ready.
pub const SR_READY: u8 = 1 << 7;
/// Status: an erase failed; with [`SR_PROGRAM_ERROR`], a sequence of commands was wrong.
pub const SR_ERASE_ERROR: u8 = 1 << 5;
/// Status: a program failed.
pub const SR_PROGRAM_ERROR: u8 = 1 << 4;

/// The bytes that are erased together.
pub const BLOCK: u64 = 0x2_0000;
/// Manufacturer (Intel) and device code, at offsets 0 and 1 of the identifier codes.
pub const ID: [u8; 2] = [0x89, 0x17];

/// Where the query table starts, JESD68 §3.
pub const QUERY: u64 = 0x10;

/// Control register of the board: bit 0 shows the window.
pub const WINDOW_CONTROL: u64 = 0;
/// Board: where in the array the window starts, in bytes.
pub const WINDOW_OFFSET: u64 = 4;
/// Board: where on the board the window is, in bytes.
pub const WINDOW_POSITION: u64 = 8;

/// Where the board's SRAM is.
pub const SRAM: u64 = 0;
/// Where the board's serial number is, in ROM.
pub const SERIAL: u64 = 0x1000;
/// Where the board's registers are.
pub const CONTROL: u64 = 0x1100;
/// Where the window is at first.
pub const WINDOW: u64 = 0x2000;
/// The size of the window.
pub const WINDOW_SIZE: u64 = 0x1000;
/// The size of the board.
pub const BOARD_SIZE: u64 = 0x8000;

/// The query table of a part of `size` bytes, from [`QUERY`] on.
pub fn query(size: u64) -> [u8; 0x25] {
    let mut table = [0; 0x25];
    table[..3].copy_from_slice(b"QRY");
    // The Intel command set, and where its own table is.
    table[0x03] = 0x01;
    table[0x05] = 0x31;
    // 2.7 V to 3.6 V, no programming voltage; what an operation takes, as a power of two.
    table[0x0b..0x13].copy_from_slice(&[0x27, 0x36, 0x00, 0x00, 0x08, 0x00, 0x0a, 0x00]);
    table[0x17] = size.trailing_zeros() as u8;
    // One erase region: the number of blocks less one, and their size in units of 256 bytes.
    table[0x1c] = 1;
    table[0x1d..0x1f].copy_from_slice(&((size / BLOCK).saturating_sub(1) as u16).to_le_bytes());
    table[0x1f..0x21].copy_from_slice(&((BLOCK / 256) as u16).to_le_bytes());
    table[0x21..0x24].copy_from_slice(b"PRI");
    table[0x24] = b'1';
    table
}
