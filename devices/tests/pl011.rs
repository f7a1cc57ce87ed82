//! The PL011 as a guest sees it.

#![cfg(feature = "memory")]

mod guest;

use devmodel::{DevId, Machine, MachineError, RealizeError, StateError, SysBus};
use devmodel_devices::Pl011;
use devmodel_devices::pl011::spec::*;
use guest::{Tape, Window, machine_with};
use std::sync::{Arc, Mutex};

const BASE: u64 = 0x900_0000;

struct Board {
    machine: Machine,
    id: DevId,
    uart: Window,
    tape: Tape,
}

impl Board {
    /// A UART that the guest has enabled, with these bits in LCR_H and CR.
    fn new(line: u32, control: u32) -> Self {
        let (machine, id) = machine_with::<Pl011>(SysBus::at(BASE));
        let uart = Window { space: machine.address_space(), base: BASE };
        let board = Self { machine, id, uart, tape: Tape::default() };
        board.with(|uart| uart.set_output(board.tape.output()));
        board.uart.w32(LCR_H, line);
        board.uart.w32(CR, CR_UARTEN | CR_TXE | CR_RXE | control);
        board
    }

    fn with<R>(&self, f: impl FnOnce(&mut Pl011) -> R) -> R {
        self.machine.with::<Pl011, R>(self.id, |uart, _| f(uart)).expect("it is sound")
    }

    fn receive(&self, text: &str) {
        self.with(|uart| text.bytes().for_each(|character| uart.receive(character)));
    }

    /// The levels of the lines.
    fn follow(&mut self) -> Arc<Mutex<[bool; 6]>> {
        let levels = Arc::new(Mutex::new([false; 6]));
        for line in 0..6 {
            let levels = levels.clone();
            let follow = move |level| levels.lock().expect("sound")[usize::from(line)] = level;
            self.machine.follow((self.id, "irqs", line), follow).expect("there is such a line");
        }
        levels
    }
}

#[test]
fn what_is_written_is_sent() {
    let board = Board::new(LCR_H_FEN, 0);
    for character in *b"hello" {
        board.uart.w8(DR, character);
    }
    board.uart.w32(DR, u32::from(b'!'));
    assert_eq!(board.tape.text(), "hello!");
    assert_eq!(board.uart.r32(FR), FR_TXFE | FR_RXFE);
}

#[test]
fn a_transmitter_that_is_off_sends_nothing() {
    let board = Board::new(0, 0);
    for control in [CR_UARTEN, CR_TXE] {
        board.uart.w32(CR, control);
        board.uart.w32(DR, b'x'.into());
    }
    assert_eq!(board.tape.text(), "");
    assert_eq!(board.uart.r32(RIS), 0);
}

#[test]
fn registers_keep_what_they_can_keep() {
    let (machine, _) = machine_with::<Pl011>(SysBus::at(BASE));
    let uart = Window { space: machine.address_space(), base: BASE };
    assert_eq!((uart.r32(CR), uart.r32(IFLS), uart.r32(FR)), (0x300, 0x12, 0x90));
    let kept = [
        (ILPR, 0xff),
        (IBRD, 0xffff),
        (FBRD, 0x3f),
        (LCR_H, 0xff),
        (CR, 0xff87),
        (IFLS, 0x3f),
        (IMSC, 0x7ff),
        (DMACR, 7),
    ];
    for (register, mask) in kept {
        uart.w32(register, u32::MAX);
        assert_eq!(uart.r32(register), mask, "register {register:#x}");
    }
}

#[test]
fn a_short_access_sees_the_low_byte() {
    let board = Board::new(0, 0);
    board.uart.w32(IBRD, 0x1234);
    assert_eq!((board.uart.r8(IBRD), board.uart.get(IBRD, 2)), (0x34, 0x1234));
}

#[test]
fn the_identification_says_what_it_is() {
    let board = Board::new(0, 0);
    let ids: Vec<u32> = (0..8).map(|at| board.uart.r32(ID + 4 * at)).collect();
    assert_eq!(ids, [0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1]);
}

#[test]
fn characters_wait_in_the_fifo() {
    let board = Board::new(LCR_H_FEN, 0);
    board.receive("abcdefghijklmnop");
    assert_eq!(board.uart.r32(FR), FR_TXFE | FR_RXFF);
    assert!(!board.with(|uart| uart.can_receive()));
    let read: Vec<u8> = (0..16).map(|_| board.uart.r32(DR) as u8).collect();
    assert_eq!(read, b"abcdefghijklmnop");
    assert_eq!(board.uart.r32(FR), FR_TXFE | FR_RXFE);
}

#[test]
fn without_fifo_there_is_room_for_one() {
    let board = Board::new(0, 0);
    board.receive("ab");
    assert_eq!(board.uart.r32(FR), FR_TXFE | FR_RXFF);
    assert_eq!(board.uart.r32(RIS), INT_RX | INT_OE);
    assert_eq!(board.uart.r32(DR) as u8, b'a');
    board.receive("c");
    assert_eq!(board.uart.r32(DR), u32::from(DR_OE) | u32::from(b'c'), "some were lost before");
    board.receive("d");
    assert_eq!(board.uart.r32(DR), u32::from(b'd'));
    assert_eq!(board.uart.r32(RSR), u32::from(DR_OE >> 8), "until it is cleared");
    board.uart.w32(RSR, 0);
    assert_eq!(board.uart.r32(RSR), 0);
}

#[test]
fn a_break_is_a_character_with_an_error() {
    let board = Board::new(LCR_H_FEN, 0);
    board.with(|uart| uart.receive_break());
    assert_eq!(board.uart.r32(RIS) & INT_BE, INT_BE);
    assert_eq!(board.uart.r32(DR), u32::from(DR_BE));
    assert_eq!(board.uart.r32(RSR), u32::from(DR_BE >> 8));
}

#[test]
fn the_receive_interrupt_comes_at_its_level() {
    let board = Board::new(LCR_H_FEN, 0);
    for (setting, level) in [(0, 2), (1, 4), (2, 8), (3, 12), (4, 14)] {
        board.uart.w32(IFLS, setting << 3);
        for count in 1..=level {
            board.receive("x");
            let is_raised = board.uart.r32(RIS) & INT_RX != 0;
            assert_eq!(is_raised, count == level, "{count} of {level}");
        }
        board.uart.r32(DR);
        assert_eq!(board.uart.r32(RIS) & INT_RX, 0, "below the level again");
        assert_eq!(board.uart.r32(RIS) & INT_RT, INT_RT, "the rest is told by the timeout");
        while board.uart.r32(FR) & FR_RXFE == 0 {
            board.uart.r32(DR);
        }
        assert_eq!(board.uart.r32(RIS) & INT_RT, 0);
    }
}

#[test]
fn each_interrupt_has_its_line_and_the_mask_decides() {
    let mut board = Board::new(0, 0);
    let levels = board.follow();
    let now = || *levels.lock().expect("sound");
    board.receive("x");
    assert_eq!(now(), [false; 6], "all are masked");
    board.uart.w32(IMSC, INT_RX);
    assert_eq!(now(), [true, true, false, false, false, false]);
    assert_eq!(board.uart.r32(MIS), INT_RX);
    board.uart.w32(DR, b'y'.into());
    board.uart.w32(IMSC, INT_TX);
    assert_eq!(now(), [true, false, true, false, false, false]);
    board.uart.w32(ICR, INT_TX);
    assert_eq!(now(), [false; 6]);
}

#[test]
fn in_loopback_it_hears_itself() {
    let board = Board::new(LCR_H_FEN, CR_LBE);
    board.uart.w32(DR, b'x'.into());
    assert_eq!((board.tape.text().as_str(), board.uart.r32(DR) as u8), ("", b'x'));
    let wires = [
        (CR_RTS, FR_CTS, INT_CTS),
        (CR_DTR, FR_DSR, INT_DSR),
        (CR_OUT1, FR_DCD, INT_DCD),
        (CR_OUT2, FR_RI, INT_RI),
    ];
    for (output, input, interrupt) in wires {
        board.uart.w32(CR, CR_UARTEN | CR_LBE);
        board.uart.w32(ICR, INT_ALL);
        board.uart.w32(CR, CR_UARTEN | CR_LBE | output);
        assert_eq!(board.uart.r32(FR) & !(FR_TXFE | FR_RXFE), input);
        assert_eq!(board.uart.r32(RIS), interrupt);
    }
}

#[test]
fn the_baud_rate_is_computed_from_the_divisors() {
    let board = Board::new(0, 0);
    assert_eq!(board.with(|uart| uart.baud_rate()), None);
    // 24 MHz / (16 * 13.02) is 115207, §3.2 of the manual.
    board.uart.w32(IBRD, 13);
    board.uart.w32(FBRD, 1);
    assert_eq!(board.with(|uart| uart.baud_rate()), Some(115_246));
}

#[test]
fn reset_puts_everything_back_and_lowers_the_lines() {
    let mut board = Board::new(0, 0);
    let levels = board.follow();
    board.uart.w32(IMSC, INT_ALL);
    board.receive("x");
    assert!(levels.lock().expect("sound")[0]);
    board.machine.reset(board.id).expect("it is realized");
    assert_eq!(*levels.lock().expect("sound"), [false; 6]);
    assert_eq!((board.uart.r32(CR), board.uart.r32(RIS), board.uart.r32(IMSC)), (0x300, 0, 0));
}

#[test]
fn state_moves_to_another_machine() {
    let board = Board::new(LCR_H_FEN, 0);
    board.uart.w32(IMSC, INT_RX);
    board.receive("abcdefgh");
    let state = board.machine.save().expect("it can be saved");
    let mut other = Board::new(0, 0);
    let levels = other.follow();
    other.machine.load(&state).expect("it is the same device");
    assert!(levels.lock().expect("sound")[1], "the line is as it was");
    assert_eq!(other.uart.r32(DR) as u8, b'a');
}

#[test]
fn state_with_too_many_characters_is_refused() {
    let mut board = Board::new(LCR_H_FEN, 0);
    let mut state = board.machine.save().expect("it can be saved");
    let device = state.0.get_mut("device").expect("it has state");
    let field = device.fields.get_mut("state").expect("it is saved");
    field["received"] = (0..17).collect();
    let refused = board.machine.load(&state);
    assert_eq!(refused, Err(StateError::device("more characters than the FIFO can have")));
}

#[test]
fn the_fifo_has_16_or_32_places() {
    let mut machine = Machine::new();
    let id = machine.create::<Pl011>("uart").expect("it can be created");
    machine.seat(id, &machine.system_bus(), SysBus::at(BASE)).expect("it is its bus");
    assert!(matches!(machine.set(id, "fifo", 33), Err(MachineError::Property(_))));
    machine.set(id, "fifo", 17).expect("it is in the range");
    let why = RealizeError::device("there is no PL011 with a FIFO of 17");
    assert_eq!(machine.realize(id), Err(why));
    machine.set(id, "fifo", 32).expect("it is in the range");
    machine.realize(id).expect("there is such a PL011");
    let uart = Window { space: machine.address_space(), base: BASE };
    assert_eq!(uart.r32(ID + 8), 0x34);
    uart.w32(LCR_H, LCR_H_FEN);
    uart.w32(CR, CR_UARTEN | CR_RXE);
    let count = machine.with::<Pl011, _>(id, |uart, _| {
        std::iter::from_fn(|| uart.can_receive().then(|| uart.receive(0))).count()
    });
    assert_eq!(count, Ok(32));
}
