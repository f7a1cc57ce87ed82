//! The 16550 as a guest sees it.

#![cfg(feature = "memory")]

mod guest;

use devmodel::{DevId, Machine, SysBus};
use devmodel_devices::Uart16550;
use devmodel_devices::uart16550::spec::*;
use guest::{Tape, Window, machine_with};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const COM1: u16 = 0x3f8;

struct Board {
    machine: Machine,
    id: DevId,
    uart: Window,
    tape: Tape,
    interrupts: Arc<AtomicUsize>,
}

fn board() -> Board {
    let (mut machine, id) = machine_with::<Uart16550>(SysBus::at_port(COM1));
    let (tape, interrupts) = (Tape::default(), Arc::new(AtomicUsize::new(0)));
    let count = interrupts.clone();
    let follow = move |level| {
        count.fetch_add(usize::from(level), Ordering::SeqCst);
    };
    machine.follow((id, "irq", 0), follow).expect("there is such a line");
    machine
        .with::<Uart16550, _>(id, |uart, _| uart.set_output(tape.output()))
        .expect("it is sound");
    let uart = Window { space: machine.port_space(), base: COM1.into() };
    Board { machine, id, uart, tape, interrupts }
}

fn receive(board: &Board, bytes: &[u8]) -> usize {
    let receive = |uart: &mut Uart16550| uart.receive(bytes);
    board.machine.with::<Uart16550, _>(board.id, |uart, _| receive(uart)).expect("it is sound")
}

#[test]
fn what_is_written_is_sent() {
    let board = board();
    b"hello".iter().for_each(|character| board.uart.w8(DATA, *character));
    assert_eq!(board.tape.text(), "hello");
}

#[test]
fn what_arrives_interrupts_and_is_read() {
    let board = board();
    assert_eq!(board.uart.r8(LSR) & LSR_DATA, 0);
    receive(&board, b"a");
    assert_eq!(board.interrupts.load(Ordering::SeqCst), 0, "interrupts are off");
    board.uart.w8(IER, IER_RECEIVED);
    receive(&board, b"b");
    assert_eq!(board.interrupts.load(Ordering::SeqCst), 1);
    assert_eq!(board.uart.r8(LSR) & LSR_DATA, LSR_DATA);
    assert_eq!([board.uart.r8(DATA), board.uart.r8(DATA)], *b"ab");
    assert_eq!(board.uart.r8(LSR) & LSR_DATA, 0);
}

#[test]
fn the_divisor_is_behind_a_bit() {
    let board = board();
    board.uart.w8(LCR, LCR_DLAB);
    board.uart.w8(DATA, 0x34);
    board.uart.w8(IER, 0x12);
    assert_eq!([board.uart.r8(DATA), board.uart.r8(IER)], [0x34, 0x12]);
    board.uart.w8(LCR, 0);
    assert_eq!((board.uart.r8(IER), board.tape.text().as_str()), (0, ""));
}

#[test]
fn a_wide_access_is_several() {
    let board = board();
    board.uart.set(LCR, 1, 3_u8);
    board.uart.set(SCR - 1, 2, 0x5a00_u16);
    assert_eq!(board.uart.r8(SCR), 0x5a);
}

#[test]
fn the_fifo_takes_what_it_has_room_for() {
    let board = board();
    assert_eq!(receive(&board, &[0; 100]), 64);
    assert_eq!(receive(&board, &[0]), 0);
}

#[test]
fn state_moves_to_another_machine_which_sends_and_interrupts() {
    let before = board();
    before.uart.w8(IER, IER_RECEIVED);
    before.uart.w8(SCR, 7);
    receive(&before, b"xy");
    let state = before.machine.save().expect("it can be saved");
    let mut after = board();
    after.machine.load(&state).expect("it is the same device");
    assert_eq!(after.interrupts.load(Ordering::SeqCst), 1, "the pending one comes again");
    assert_eq!((after.uart.r8(SCR), [after.uart.r8(DATA), after.uart.r8(DATA)]), (7, *b"xy"));
    after.uart.w8(DATA, b'z');
    assert_eq!(after.tape.text(), "z");
}

#[test]
fn state_that_is_too_long_is_refused() {
    let mut board = board();
    let mut state = board.machine.save().expect("it can be saved");
    let device = state.0.get_mut("device").expect("it has state");
    let field = device.fields.get_mut("core").expect("it is saved");
    field["in_buffer"] = (0..65).collect();
    assert!(board.machine.load(&state).is_err());
}

#[test]
fn reset_keeps_the_line_and_the_output() {
    let mut board = board();
    board.uart.w8(SCR, 7);
    board.machine.reset(board.id).expect("it is realized");
    assert_eq!(board.uart.r8(SCR), 0);
    board.uart.w8(DATA, b'x');
    assert_eq!(board.tape.text(), "x");
    board.uart.w8(IER, IER_RECEIVED);
    receive(&board, b"a");
    assert_eq!(board.interrupts.load(Ordering::SeqCst), 1);
}
