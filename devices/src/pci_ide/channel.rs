//! One channel: a drive and its bus master.

use super::PciIde;
use super::spec::*;
use devmodel::{AccessError, Cx};
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Channel {
    error: u8,
    features: u8,
    count: u8,
    lba: [u8; 3],
    drive: u8,
    status: u8,
    control: u8,
    is_interrupting: bool,
    /// What the guest reads from the data register.
    data: Vec<u8>,
    /// The transfer that the drive waits for.
    wanted: Option<Transfer>,
    bm_command: u8,
    bm_status: u8,
    pub(super) table: u32,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Transfer {
    to_memory: bool,
    /// In bytes.
    at: usize,
    len: usize,
}

/// How the table of descriptors compared with the drive's transfer.
enum End {
    Equal,
    TableLonger,
    TableShorter,
}

struct Descriptor {
    address: u32,
    len: usize,
    is_last: bool,
}

/// The signature of a drive after reset, ATA/ATAPI-4 §9.1.
impl Default for Channel {
    fn default() -> Self {
        Self {
            error: 1,
            features: 0,
            count: 1,
            lba: [1, 0, 0],
            drive: 0,
            status: ST_READY,
            control: 0,
            is_interrupting: false,
            data: Vec::new(),
            wanted: None,
            bm_command: 0,
            bm_status: 0,
            table: 0,
        }
    }
}

/// The drive.
impl Channel {
    /// Whether the channel drives the interrupt line.
    pub(super) fn interrupts(&self) -> bool {
        self.is_interrupting && self.control & CONTROL_NO_INTERRUPT == 0
    }

    /// Reads a register of the command block; the data register up to `size` bytes at a time.
    pub(super) fn read(&mut self, offset: u64, size: u8) -> u64 {
        if !self.has_drive() {
            return 0;
        }
        match offset {
            DATA => return self.read_data(size),
            STATUS => self.is_interrupting = false,
            _ => {}
        }
        u64::from(match offset {
            ERROR => self.error,
            COUNT => self.count,
            LBA_LOW..=LBA_HIGH => self.lba[(offset - LBA_LOW) as usize],
            DRIVE => self.drive,
            STATUS => self.status,
            _ => 0,
        })
    }

    /// Writes a register of the command block.
    pub(super) fn write(&mut self, offset: u64, value: u8, disk: &mut [u8]) {
        match offset {
            ERROR => self.features = value,
            COUNT => self.count = value,
            LBA_LOW..=LBA_HIGH => self.lba[(offset - LBA_LOW) as usize] = value,
            DRIVE => self.drive = value,
            STATUS if self.has_drive() => self.command(value, disk),
            _ => {}
        }
    }

    /// The status without its side effect.
    pub(super) fn alternate_status(&self) -> u8 {
        if self.has_drive() { self.status } else { 0 }
    }

    pub(super) fn set_control(&mut self, control: u8) {
        if self.control & !control & CONTROL_RESET != 0 {
            let bus_master = (self.bm_command, self.bm_status, self.table);
            *self = Self::default();
            (self.bm_command, self.bm_status, self.table) = bus_master;
        }
        self.control = control;
    }

    fn has_drive(&self) -> bool {
        self.drive & DRIVE_SECOND == 0
    }

    fn read_data(&mut self, size: u8) -> u64 {
        let taken = self.data.drain(..usize::from(size).min(self.data.len()));
        let value =
            taken.enumerate().fold(0, |value, (at, byte)| value | u64::from(byte) << (8 * at));
        if self.data.is_empty() {
            self.status &= !ST_DRQ;
        }
        value
    }

    fn command(&mut self, command: u8, disk: &[u8]) {
        self.is_interrupting = false;
        (self.status, self.error, self.wanted) = (ST_READY, 0, None);
        self.data.clear();
        match command {
            IDENTIFY => {
                self.data = identify((disk.len() / SECTOR) as u32);
                self.status |= ST_DRQ;
                self.interrupt();
            }
            READ_DMA | WRITE_DMA => self.want(command == READ_DMA, disk),
            FLUSH_CACHE => self.interrupt(),
            SET_FEATURES if self.features == FEATURE_TRANSFER_MODE => self.interrupt(),
            _ => self.fail(ERR_ABORT),
        }
    }

    fn want(&mut self, to_memory: bool, disk: &[u8]) {
        if self.drive & DRIVE_LBA == 0 {
            return self.fail(ERR_ABORT);
        }
        let [low, mid, high] = self.lba;
        let sector = u32::from_le_bytes([low, mid, high, self.drive & 0xf]) as usize;
        let count = if self.count == 0 { 256 } else { usize::from(self.count) };
        let (at, len) = (sector * SECTOR, count * SECTOR);
        if at + len > disk.len() {
            return self.fail(ERR_NOT_FOUND);
        }
        self.wanted = Some(Transfer { to_memory, at, len });
        self.status |= ST_DRQ;
    }

    fn fail(&mut self, error: u8) {
        self.error = error;
        self.status = ST_READY | ST_ERR;
        self.interrupt();
    }

    /// The bus master notes the interrupt, too.
    fn interrupt(&mut self) {
        self.is_interrupting = true;
        self.bm_status |= BM_INTERRUPT;
    }
}

/// The bus master.
impl Channel {
    pub(super) fn bm_read(&self, offset: u64) -> u8 {
        match offset {
            BM_COMMAND => self.bm_command,
            BM_STATUS => self.bm_status,
            _ => 0xff,
        }
    }

    pub(super) fn bm_write(&mut self, offset: u64, value: u8) {
        match offset {
            BM_COMMAND => self.bm_start(value & (BM_START | BM_TO_MEMORY)),
            BM_STATUS => {
                let kept = self.bm_status & !(value & (BM_ERROR | BM_INTERRUPT));
                self.bm_status = kept & !BM_CAPABLE | value & BM_CAPABLE;
            }
            _ => {}
        }
    }

    fn bm_start(&mut self, command: u8) {
        let changed = self.bm_command ^ command;
        self.bm_command = command;
        if changed & BM_START != 0 {
            self.bm_status = self.bm_status & !BM_ACTIVE | command & BM_START;
        }
    }

    /// Does the transfer that the drive and the bus master both wait for, if there is one. How it ended is
    /// in the bus master's status as the table in SFF-8038i §3.1 says.
    pub(super) fn transfer(&mut self, cx: &Cx<'_, PciIde>, disk: &mut [u8]) {
        if self.bm_status & BM_ACTIVE == 0 {
            return;
        }
        let Some(wanted) = self.wanted.take() else {
            return;
        };
        match self.copy(cx, wanted, disk) {
            Ok(End::Equal) => self.bm_status &= !BM_ACTIVE,
            Ok(End::TableLonger) => {}
            Ok(End::TableShorter) => {
                // The drive still wants to move data.
                self.bm_status &= !BM_ACTIVE;
                return;
            }
            Err(_) => {
                self.bm_status = self.bm_status & !BM_ACTIVE | BM_ERROR;
                return self.fail(ERR_ABORT);
            }
        }
        self.status = ST_READY;
        self.interrupt();
    }

    fn copy(
        &self,
        cx: &Cx<'_, PciIde>,
        transfer: Transfer,
        disk: &mut [u8],
    ) -> Result<End, AccessError> {
        let is_same = transfer.to_memory == (self.bm_command & BM_TO_MEMORY != 0);
        // A state that was loaded may name any part of the disk.
        let bytes = disk.get_mut(transfer.at..).and_then(|disk| disk.get_mut(..transfer.len));
        let mut rest = bytes.filter(|_| is_same).ok_or(AccessError::Access)?;
        for entry in 0..PRD_COUNT {
            let descriptor = Descriptor::read(cx, self.table.wrapping_add(8 * entry))?;
            let (piece, later) = rest.split_at_mut(descriptor.len.min(rest.len()));
            match transfer.to_memory {
                true => cx.dma_write(u64::from(descriptor.address), piece)?,
                false => cx.dma_read(u64::from(descriptor.address), piece)?,
            }
            if later.is_empty() {
                let is_equal = descriptor.is_last && piece.len() == descriptor.len;
                return Ok(if is_equal { End::Equal } else { End::TableLonger });
            }
            if descriptor.is_last {
                break;
            }
            rest = later;
        }
        Ok(End::TableShorter)
    }
}

impl Descriptor {
    fn read(cx: &Cx<'_, PciIde>, at: u32) -> Result<Self, AccessError> {
        let mut bytes = [0; 8];
        cx.dma_read(u64::from(at), &mut bytes)?;
        let [address, flags] = [0, 4].map(|at| word(&bytes[at..]));
        // A count of 0 is 64 KiB; bit 0 of address and count is 0.
        let len = match flags & 0xffff {
            0 => 0x1_0000,
            len => len & !1,
        };
        Ok(Self { address: address & !1, len: len as usize, is_last: flags & PRD_LAST != 0 })
    }
}

fn word(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).rev().fold(0, |word, byte| word << 8 | u32::from(*byte))
}
