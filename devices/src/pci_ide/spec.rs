//! The registers of a PCI IDE function: bus mastering after SFF-8038i revision 1.0 and Intel's data sheet of
//! the PIIX3 (82371SB), §2.7; the drive after ATA/ATAPI-4 (T13 1153D), §7 and §8; native mode after the PCI IDE
//! Controller Specification revision 1.0.

/// Bus master, offsets from the start of a channel: command.
pub const BM_COMMAND: u64 = 0;
/// Bus master: status.
pub const BM_STATUS: u64 = 2;
/// Bus master: the address of the table of physical region descriptors.
pub const BM_TABLE: u64 = 4;
/// The distance between the bus master registers of the two channels.
pub const BM_STRIDE: u64 = 8;

/// Bus master command: start.
pub const BM_START: u8 = 1;
/// Bus master command: from the drive to memory.
pub const BM_TO_MEMORY: u8 = 1 << 3;
/// Bus master status: active.
pub const BM_ACTIVE: u8 = 1;
/// Bus master status: an error; written with 1 to clear it.
pub const BM_ERROR: u8 = 1 << 1;
/// Bus master status: the drive interrupted; written with 1 to clear it.
pub const BM_INTERRUPT: u8 = 1 << 2;
/// Bus master status: bits that the guest keeps for itself: which drives can do DMA.
pub const BM_CAPABLE: u8 = 3 << 5;

/// Descriptor: the last of its table (bit 31 of the second word).
pub const PRD_LAST: u32 = 1 << 31;
/// Descriptors in a table, which does not cross 64 KiB.
pub const PRD_COUNT: u32 = 8192;

/// Command block: data.
pub const DATA: u64 = 0;
/// Command block: error (read) and features (write).
pub const ERROR: u64 = 1;
/// Command block: sector count; 0 is 256.
pub const COUNT: u64 = 2;
/// Command block: bits 0 to 7 of the sector's address.
pub const LBA_LOW: u64 = 3;
/// Command block: bits 8 to 15.
pub const LBA_MID: u64 = 4;
/// Command block: bits 16 to 23.
pub const LBA_HIGH: u64 = 5;
/// Command block: the drive, and bits 24 to 27.
pub const DRIVE: u64 = 6;
/// Command block: status (read) and command (write).
pub const STATUS: u64 = 7;
/// Control block: alternate status (read) and device control (write).
pub const CONTROL: u64 = 2;

/// Drive: addresses are of sectors.
pub const DRIVE_LBA: u8 = 1 << 6;
/// Drive: the second one of the channel, which is not there.
pub const DRIVE_SECOND: u8 = 1 << 4;

/// Status: ready, and the heads are settled.
pub const ST_READY: u8 = 0x50;
/// Status: the drive wants to move data.
pub const ST_DRQ: u8 = 1 << 3;
/// Status: an error.
pub const ST_ERR: u8 = 1;
/// Error: the command was aborted.
pub const ERR_ABORT: u8 = 1 << 2;
/// Error: there is no such sector.
pub const ERR_NOT_FOUND: u8 = 1 << 4;

/// Device control: no interrupts.
pub const CONTROL_NO_INTERRUPT: u8 = 1 << 1;
/// Device control: reset.
pub const CONTROL_RESET: u8 = 1 << 2;

/// Command: IDENTIFY DEVICE.
pub const IDENTIFY: u8 = 0xec;
/// Command: READ DMA.
pub const READ_DMA: u8 = 0xc8;
/// Command: WRITE DMA.
pub const WRITE_DMA: u8 = 0xca;
/// Command: FLUSH CACHE.
pub const FLUSH_CACHE: u8 = 0xe7;
/// Command: SET FEATURES.
pub const SET_FEATURES: u8 = 0xef;
/// A feature: the transfer mode.
pub const FEATURE_TRANSFER_MODE: u8 = 0x03;

/// The bytes of a sector.
pub const SECTOR: usize = 512;

/// The answer to IDENTIFY of a drive of this many sectors, ATA/ATAPI-4 §8.12.
pub fn identify(sectors: u32) -> Vec<u8> {
    let mut words = [0_u16; SECTOR / 2];
    words[0] = 0x0040;
    text(&mut words[10..20], "1");
    text(&mut words[23..27], "1.0");
    text(&mut words[27..47], "DEVMODEL DISK");
    // DMA and LBA; words 64 to 70 and 88 are valid.
    words[49] = 0x0300;
    words[53] = 0x0006;
    words[60] = sectors as u16;
    words[61] = (sectors >> 16) as u16;
    // Multiword DMA 0 to 2; ATA-4; Ultra DMA 0 to 2.
    words[63] = 0x0007;
    words[80] = 0x0010;
    words[88] = 0x0007;
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// Text is padded with blanks, and the first character of a word is its high byte.
fn text(words: &mut [u16], text: &str) {
    let mut bytes = text.bytes().chain(std::iter::repeat(b' '));
    for word in words {
        *word = [bytes.next(), bytes.next()]
            .into_iter()
            .flatten()
            .fold(0, |w, b| w << 8 | u16::from(b));
    }
}
