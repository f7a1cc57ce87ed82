//! The IDE function as a guest sees it, on the bus of a host bridge.

#![cfg(feature = "memory")]

mod guest;

use devmodel_devices::pci_ide::spec::*;
use guest::pci::{BARS, Board};
use std::sync::atomic::Ordering;

#[test]
fn the_bus_master_has_registers_for_each_channel() {
    let mut board = Board::new();
    board.plug("ide");
    board.enumerate();
    let master = BARS[4];
    for (channel, value) in [(0, 0x1000_u32), (1, 0x2000)] {
        board.ports.w32(master + channel * BM_STRIDE + BM_TABLE, value | 3);
        board.ports.w8(master + channel * BM_STRIDE + BM_STATUS, (channel as u8 + 1) << 5);
    }
    assert_eq!([board.ports.r32(master + 4), board.ports.r32(master + 12)], [0x1000, 0x2000]);
    assert_eq!([board.ports.r8(master + 2), board.ports.r8(master + 10)], [1 << 5, 2 << 5]);
    assert_eq!([board.ports.r8(master + 1), board.ports.r8(master + 3)], [0xff, 0xff]);
}

#[test]
fn the_drive_identifies_itself() {
    let mut board = Board::new();
    let id = board.plug("ide");
    let level = board.irq(id, "irq");
    board.enumerate();
    board.ports.w8(BARS[0] + STATUS, IDENTIFY);
    assert!(level.load(Ordering::SeqCst));
    assert_eq!(board.ports.r8(BARS[1] + CONTROL), ST_READY | ST_DRQ, "this does not acknowledge");
    assert!(level.load(Ordering::SeqCst));
    assert_eq!(board.ports.r8(BARS[0] + STATUS), ST_READY | ST_DRQ);
    assert!(!level.load(Ordering::SeqCst));
    let words: Vec<u16> = (0..256).map(|_| board.ports.get(BARS[0] + DATA, 2) as u16).collect();
    let model: Vec<u8> = words[27..47].iter().flat_map(|word| word.to_be_bytes()).collect();
    assert_eq!(String::from_utf8_lossy(&model).trim_end(), "DEVMODEL DISK");
    assert_eq!((words[60], words[61]), (64, 0));
    assert_eq!(board.ports.r8(BARS[0] + STATUS), ST_READY);
}

#[test]
fn a_read_is_scattered_over_memory() {
    let mut board = Board::new();
    let id = board.plug("ide");
    let level = board.irq(id, "irq");
    board.enumerate();
    let content: Vec<u8> = (0..1024).map(|at| (at / 4) as u8).collect();
    board.disk(id, |disk| disk[2 * SECTOR..4 * SECTOR].copy_from_slice(&content));
    let table = [(0x2000, 0x100), (0x3000, 0x200), (0x5000, 0x100 | PRD_LAST)];
    let status = board.dma(READ_DMA, 2, 2, &table);
    assert_eq!(status & (BM_ACTIVE | BM_ERROR | BM_INTERRUPT), BM_INTERRUPT);
    assert!(level.load(Ordering::SeqCst));
    let read = [(0x2000, 0x100), (0x3000, 0x200), (0x5000, 0x100)]
        .map(|(at, len)| board.ram.bytes(at, len));
    assert_eq!(read.concat(), content);
    assert_eq!(board.ram.r8(0x2100), 0, "and nothing beyond");
    assert_eq!(board.ports.r8(BARS[2] + STATUS), ST_READY);
    assert!(!level.load(Ordering::SeqCst));
}

#[test]
fn a_write_is_gathered_from_memory() {
    let mut board = Board::new();
    let id = board.plug("ide");
    board.enumerate();
    board.ram.put(0x2000, &[1; 0x100]);
    board.ram.put(0x3000, &[2; 0x100]);
    let status = board.dma(WRITE_DMA, 5, 1, &[(0x2000, 0x100), (0x3000, 0x100 | PRD_LAST)]);
    assert_eq!(status & (BM_ACTIVE | BM_ERROR | BM_INTERRUPT), BM_INTERRUPT);
    board.disk(id, |disk| {
        assert_eq!(disk[5 * SECTOR..6 * SECTOR], [[1; 0x100], [2; 0x100]].concat());
        assert_eq!((disk[5 * SECTOR - 1], disk[6 * SECTOR]), (0, 0));
    });
}

/// The table in SFF-8038i §3.1.
#[test]
fn the_status_says_how_the_table_compared() {
    let mut board = Board::new();
    board.plug("ide");
    board.enumerate();
    let check = |table: &[(u32, u32)], count, expected| {
        let status = board.dma(READ_DMA, 0, count, table);
        assert_eq!(status & (BM_ACTIVE | BM_ERROR | BM_INTERRUPT), expected, "{table:x?}");
        board.ports.w8(BARS[3] + CONTROL, CONTROL_RESET);
        board.ports.w8(BARS[3] + CONTROL, 0);
    };
    check(&[(0x2000, 0x200 | PRD_LAST)], 1, BM_INTERRUPT);
    check(&[(0x2000, 0x400 | PRD_LAST)], 1, BM_INTERRUPT | BM_ACTIVE);
    check(&[(0x2000, 0x200), (0x3000, 0x200 | PRD_LAST)], 1, BM_INTERRUPT | BM_ACTIVE);
    check(&[(0x2000, 0x200 | PRD_LAST)], 2, 0);
    check(&[(0x7000_0000, 0x200 | PRD_LAST)], 1, BM_ERROR | BM_INTERRUPT);
    // A length of 0 is 64 KiB.
    check(&[(0x2000, PRD_LAST)], 64, BM_INTERRUPT | BM_ACTIVE);
}

#[test]
fn a_drive_says_what_it_can_not_do() {
    let mut board = Board::new();
    board.plug("ide");
    board.enumerate();
    let block = BARS[0];
    let errors = |command: u8, drive: u8, sector: u8| {
        board.ports.w8(block + DRIVE, drive);
        board.ports.w8(block + COUNT, 1);
        board.ports.w8(block + LBA_LOW, sector);
        board.ports.w8(block + LBA_MID, 0);
        board.ports.w8(block + STATUS, command);
        (board.ports.r8(block + STATUS), board.ports.r8(block + ERROR))
    };
    assert_eq!(errors(0x77, 0, 0), (ST_READY | ST_ERR, ERR_ABORT));
    assert_eq!(errors(READ_DMA, 0, 0), (ST_READY | ST_ERR, ERR_ABORT), "not by cylinders");
    assert_eq!(errors(READ_DMA, DRIVE_LBA, 64), (ST_READY | ST_ERR, ERR_NOT_FOUND));
    assert_eq!(errors(READ_DMA, DRIVE_LBA, 63), (ST_READY | ST_DRQ, 0));
    assert_eq!(errors(IDENTIFY, DRIVE_SECOND, 0), (0, 0), "there is no second drive");
}

#[test]
fn interrupts_can_be_switched_off() {
    let mut board = Board::new();
    let id = board.plug("ide");
    let level = board.irq(id, "irq");
    board.enumerate();
    board.ports.w8(BARS[1] + CONTROL, CONTROL_NO_INTERRUPT);
    board.ports.w8(BARS[0] + STATUS, FLUSH_CACHE);
    assert!(!level.load(Ordering::SeqCst));
    board.ports.w8(BARS[1] + CONTROL, 0);
    assert!(level.load(Ordering::SeqCst));
}

#[test]
fn state_moves_to_another_machine() {
    let mut before = Board::new();
    before.plug("ide");
    before.enumerate();
    before.ports.w32(BARS[4] + BM_TABLE, 0x4000);
    before.ports.w8(BARS[0] + STATUS, IDENTIFY);
    let state = before.machine.save().expect("it can be saved");
    let mut after = Board::new();
    let id = after.plug("ide");
    let level = after.irq(id, "irq");
    after.enumerate();
    after.machine.load(&state).expect("they are the same devices");
    assert!(level.load(Ordering::SeqCst));
    assert_eq!(after.ports.r32(BARS[4] + BM_TABLE), 0x4000);
    assert_eq!(after.ports.get(BARS[0] + DATA, 2), 0x40);
}

#[test]
fn a_bus_master_that_goes_the_other_way_is_an_error() {
    let mut board = Board::new();
    let id = board.plug("ide");
    board.enumerate();
    board.ram.put(0x2000, &[7; SECTOR]);
    board.table(0x800, &[(0x2000, SECTOR as u32 | PRD_LAST)]);
    let (block, master) = (BARS[2], BARS[4] + BM_STRIDE);
    board.ports.w32(master + BM_TABLE, 0x800);
    board.ports.w8(block + DRIVE, DRIVE_LBA);
    board.ports.w8(block + LBA_LOW, 0);
    board.ports.w8(block + STATUS, WRITE_DMA);
    board.ports.w8(master + BM_COMMAND, BM_START | BM_TO_MEMORY);
    assert_eq!(board.ports.r8(master + BM_STATUS), BM_ERROR | BM_INTERRUPT);
    board.disk(id, |disk| assert_eq!(disk[..SECTOR], [0; SECTOR]));
    assert_eq!(board.ram.bytes(0x2000, SECTOR), [7; SECTOR]);
}

/// The bus master may be started before the drive has its command.
#[test]
fn the_order_of_command_and_start_does_not_matter() {
    let mut board = Board::new();
    let id = board.plug("ide");
    board.enumerate();
    board.disk(id, |disk| disk[..SECTOR].fill(9));
    board.table(0x800, &[(0x2000, SECTOR as u32 | PRD_LAST)]);
    let (block, master) = (BARS[2], BARS[4] + BM_STRIDE);
    board.ports.w32(master + BM_TABLE, 0x800);
    board.ports.w8(block + DRIVE, DRIVE_LBA);
    board.ports.w8(block + LBA_LOW, 0);
    board.ports.w8(master + BM_COMMAND, BM_START | BM_TO_MEMORY);
    assert_eq!(board.ports.r8(master + BM_STATUS), BM_ACTIVE);
    board.ports.w8(block + STATUS, READ_DMA);
    assert_eq!(board.ports.r8(master + BM_STATUS), BM_INTERRUPT);
    assert_eq!(board.ram.bytes(0x2000, SECTOR), [9; SECTOR]);
}
