//! The DMA controller as a guest sees it, and what happens to its thread.

#![cfg(feature = "memory")]

mod guest;

use devmodel::{DevId, Machine, SysBus, Unplugged};
use devmodel_devices::DmaEngine;
use devmodel_devices::dma_engine::spec::*;
use guest::{Window, add, add_ram, machine_with};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const BASE: u64 = 0x1000_0000;
const RAM: u64 = 0x1_0000;
const LONG: Duration = Duration::from_secs(60);
const WORDS: u32 = 2 << CONTROL_SOURCE_WIDTH_SHIFT | 2 << CONTROL_DESTINATION_WIDTH_SHIFT;
const BOTH_INCREMENT: u32 = CONTROL_SOURCE_INCREMENT | CONTROL_DESTINATION_INCREMENT;
const INTERRUPTS: u32 = CHANNEL_TC_MASK | CHANNEL_ERROR_MASK;

struct Board {
    machine: Machine,
    id: DevId,
    engine: Window,
    ram: Window,
}

fn board() -> Board {
    let (machine, id) = machine_with::<DmaEngine>(SysBus::at(BASE));
    add_ram(&machine, RAM);
    let space = machine.address_space();
    let engine = Window { space: space.clone(), base: BASE };
    engine.w32(CONFIGURATION, ENABLE);
    Board { machine, id, engine, ram: Window { space, base: 0 } }
}

impl Board {
    /// Starts a channel on an item: source, destination, next, control.
    fn start(&self, channel: u64, item: [u32; 4]) {
        let at = CHANNELS + channel * CHANNEL_STRIDE;
        for (register, word) in [SOURCE, DESTINATION, NEXT, CONTROL].into_iter().zip(item) {
            self.engine.w32(at + register, word);
        }
        self.engine.w32(at + CHANNEL_CONFIGURATION, CHANNEL_ENABLE | INTERRUPTS);
    }

    /// An item that follows itself: the channel copies for ever.
    fn start_endless(&self) {
        let item = [0x100, 0x8000, 0x40, WORDS | BOTH_INCREMENT | 64];
        self.put_item(0x40, item);
        self.start(0, item);
    }

    fn put_item(&self, at: u64, item: [u32; 4]) {
        for (index, word) in item.into_iter().enumerate() {
            self.ram.w32(at + 4 * index as u64, word);
        }
    }

    fn until(&self, is_so: impl Fn(&Window) -> bool) {
        let end = Instant::now() + LONG;
        while !is_so(&self.engine) {
            assert!(Instant::now() < end, "it never came so far");
            std::thread::yield_now();
        }
    }

    fn wait(&self) {
        self.until(|engine| engine.r32(ENABLED_CHANNELS) == 0);
    }
}

#[test]
fn it_copies_memory_and_interrupts() {
    let mut board = board();
    let level = Arc::new(AtomicBool::new(false));
    let copy = level.clone();
    let follow = move |now| copy.store(now, Ordering::SeqCst);
    board.machine.follow((board.id, "irqs", 0), follow).expect("there is such a line");
    let text: Vec<u8> = (0..=255).collect();
    board.ram.put(0x100, &text);
    board.start(0, [0x100, 0x8000, 0, WORDS | BOTH_INCREMENT | CONTROL_INTERRUPT | 64]);
    board.until(|_| level.load(Ordering::SeqCst));
    assert_eq!(board.ram.bytes(0x8000, 256), text);
    let engine = &board.engine;
    assert_eq!(
        [engine.r32(INT_STATUS), engine.r32(INT_TC_STATUS), engine.r32(INT_ERROR_STATUS)],
        [1, 1, 0]
    );
    engine.w32(INT_TC_CLEAR, 1);
    assert_eq!((engine.r32(INT_STATUS), level.load(Ordering::SeqCst)), (0, false));
}

#[test]
fn it_follows_a_list() {
    let board = board();
    let half = WORDS | BOTH_INCREMENT | 4;
    board.ram.put(0x100, b"the first half, and the second..");
    board.put_item(0x40, [0x110, 0x9000, 0, half | CONTROL_INTERRUPT]);
    board.start(3, [0x100, 0x8000, 0x40, half]);
    board.wait();
    assert_eq!(board.ram.bytes(0x8000, 16), b"the first half, ");
    assert_eq!(board.ram.bytes(0x9000, 16), b"and the second..");
    assert_eq!(board.engine.r32(INT_TC_STATUS), 1 << 3);
}

#[test]
fn widths_and_increments_are_those_of_the_control_register() {
    let board = board();
    board.ram.put(0x100, b"abcdefgh");
    // Eight bytes to two words; then one byte, which stays where it is, to four.
    let bytes_to_words = 2 << CONTROL_DESTINATION_WIDTH_SHIFT | 1 << CONTROL_BURST_SHIFT;
    board.start(0, [0x100, 0x8000, 0, bytes_to_words | BOTH_INCREMENT | 8]);
    board.wait();
    assert_eq!(board.ram.bytes(0x8000, 8), b"abcdefgh");
    board.start(0, [0x100, 0x9000, 0, CONTROL_DESTINATION_INCREMENT | 4]);
    board.wait();
    assert_eq!(board.ram.bytes(0x9000, 5), b"aaaa\0");
}

#[test]
fn a_bad_address_is_an_error_interrupt() {
    let board = board();
    board.start(2, [0x7000_0000, 0x8000, 0, WORDS | 1]);
    board.wait();
    let engine = &board.engine;
    assert_eq!([engine.r32(INT_ERROR_STATUS), engine.r32(RAW_INT_TC_STATUS)], [1 << 2, 0]);
    engine.w32(INT_ERROR_CLEAR, 1 << 2);
    assert_eq!(engine.r32(INT_STATUS), 0);
}

#[test]
fn it_cannot_reach_itself() {
    let board = board();
    board.start(0, [BASE as u32 + CONFIGURATION as u32, 0x8000, 0, WORDS | 1]);
    board.wait();
    assert_eq!(board.engine.r32(INT_ERROR_STATUS), 1);
}

#[test]
fn a_channel_that_waits_for_a_peripheral_waits() {
    let board = board();
    let at = CHANNELS + CHANNEL_STRIDE;
    board.engine.w32(at + CONTROL, WORDS | 1);
    board.engine.w32(at + CHANNEL_CONFIGURATION, CHANNEL_ENABLE | 1 << 11);
    board.start(2, [0x100, 0x8000, 0, WORDS | 1]);
    board.until(|engine| engine.r32(ENABLED_CHANNELS) == 1 << 1);
    assert_eq!(board.engine.r32(at + CONTROL) & CONTROL_SIZE, 1);
}

#[test]
fn a_guest_can_stop_it() {
    let board = board();
    board.start_endless();
    board.engine.w32(CHANNELS + CHANNEL_CONFIGURATION, 0);
    assert_eq!(board.engine.r32(ENABLED_CHANNELS), 0);
}

#[test]
fn unplug_stops_a_busy_engine_and_nothing_is_written_any_more() {
    let mut board = board();
    board.ram.put(0x100, &[0xaa; 256]);
    board.start_endless();
    board.until(|_| board.ram.r8(0x80ff) == 0xaa);
    board.machine.unplug_wait(board.id, LONG).expect("it goes");
    assert!(board.engine.is_empty());
    board.ram.put(0x8000, &[0; 256]);
    std::thread::sleep(Duration::from_millis(20));
    assert_eq!(board.ram.bytes(0x8000, 256), [0; 256]);
    assert_eq!((board.machine.counts().devices(), board.machine.counts().ports()), (0, 0));
}

#[test]
fn unplug_of_a_busy_engine_never_waits_for_it() {
    for _ in 0..50 {
        let mut board = board();
        board.start_endless();
        let unplugged = board.machine.unplug(board.id).expect("nothing forbids it");
        assert!(matches!(unplugged, Unplugged::Gone | Unplugged::Draining));
        assert!(board.engine.is_empty(), "gone or not, nobody gets in");
        let end = Instant::now() + LONG;
        while board.machine.reclaim() > 0 {
            assert!(Instant::now() < end, "it never went");
        }
    }
}

#[test]
fn the_machine_may_go_while_the_engine_is_busy() {
    for _ in 0..50 {
        let board = board();
        board.start_endless();
        let counts = board.machine.counts();
        drop(board.machine);
        let end = Instant::now() + LONG;
        while (counts.devices(), counts.ports()) != (0, 0) {
            assert!(Instant::now() < end, "something is left: {counts:?}");
            std::thread::yield_now();
        }
    }
}

#[test]
fn reset_stops_it_and_it_can_start_again() {
    let mut board = board();
    board.start_endless();
    board.machine.reset(board.id).expect("it is realized");
    assert_eq!(board.engine.r32(ENABLED_CHANNELS), 0);
    board.engine.w32(CONFIGURATION, ENABLE);
    board.ram.put(0x100, b"abcd");
    board.start(0, [0x100, 0x8000, 0, WORDS | 1]);
    board.wait();
    assert_eq!(board.ram.bytes(0x8000, 4), b"abcd");
}

#[test]
fn a_transfer_goes_on_in_another_machine() {
    let before = board();
    before.start_endless();
    let state = before.machine.save().expect("it can be saved");
    drop(before);
    let mut after = board();
    after.put_item(0x40, [0x100, 0x8000, 0, WORDS | BOTH_INCREMENT | 64]);
    after.ram.put(0x100, &[0x55; 256]);
    // Until then the worker has gone to sleep after the first write to its registers.
    std::thread::sleep(Duration::from_millis(50));
    after.machine.load(&state).expect("it is the same device");
    after.wait();
    assert_eq!(after.ram.bytes(0x8000, 256), [0x55; 256]);
}

#[test]
fn two_engines_work_side_by_side() {
    let mut board = board();
    let other = add::<DmaEngine>(&mut board.machine, "other", SysBus::at(BASE + 0x1000));
    let second = Window { space: board.machine.address_space(), base: BASE + 0x1000 };
    board.start_endless();
    second.w32(CONFIGURATION, ENABLE);
    board.ram.put(0x200, b"wxyz");
    for (register, word) in [(SOURCE, 0x200), (DESTINATION, 0xa000), (CONTROL, WORDS | 1)] {
        second.w32(CHANNELS + register, word);
    }
    second.w32(CHANNELS + CHANNEL_CONFIGURATION, CHANNEL_ENABLE);
    board.until(|_| second.r32(ENABLED_CHANNELS) == 0);
    assert_eq!(board.ram.bytes(0xa000, 4), b"wxyz");
    board.machine.unplug_wait(other, LONG).expect("it goes");
    assert_eq!(board.engine.r32(ENABLED_CHANNELS), 1);
}
