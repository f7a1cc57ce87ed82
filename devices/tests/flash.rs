//! The flash as a guest sees it.

#![cfg(feature = "memory")]

mod guest;

use devmodel::{Attrs, DevId, Machine, RealizeError, SysBus};
use devmodel_devices::Flash;
use devmodel_devices::flash::spec::*;
use guest::{Window, machine_with};

const ARRAY: u64 = 0;
const BOARD: u64 = 0x1000_0000;

struct Bench {
    machine: Machine,
    id: DevId,
    array: Window,
    board: Window,
}

fn bench() -> Bench {
    let (machine, id) = machine_with::<Flash>(SysBus::at(ARRAY).and(1, BOARD));
    let window = |base| Window { space: machine.address_space(), base };
    let (array, board) = (window(ARRAY), window(BOARD));
    Bench { machine, id, array, board }
}

impl Bench {
    fn program(&self, at: u64, byte: u8) -> u8 {
        self.array.w8(at, PROGRAM);
        self.array.w8(at, byte);
        let status = self.array.r8(at);
        self.array.w8(0, READ_ARRAY);
        status
    }
}

#[test]
fn a_new_array_is_blank_and_has_its_size() {
    let bench = bench();
    assert_eq!(bench.array.bytes(0, 16), [0xff; 16]);
    let size = 2 * BLOCK;
    assert_eq!(bench.array.r8(size - 1), 0xff);
    assert!(bench.array.space.read_uint(size, 1).is_err());
}

#[test]
fn programming_only_clears_bits_and_erasing_sets_them() {
    let bench = bench();
    assert_eq!(bench.program(BLOCK + 5, 0xf0), SR_READY);
    bench.program(BLOCK + 5, 0x3c);
    bench.program(3, 0x12);
    assert_eq!((bench.array.r8(BLOCK + 5), bench.array.r8(3)), (0x30, 0x12));
    bench.array.w8(BLOCK + 7, ERASE);
    bench.array.w8(BLOCK + 7, CONFIRM);
    assert_eq!(bench.array.r8(0), SR_READY);
    bench.array.w8(0, READ_ARRAY);
    assert_eq!(
        (bench.array.r8(BLOCK + 5), bench.array.r8(3)),
        (0xff, 0x12),
        "the other block stays"
    );
}

#[test]
fn an_erase_that_is_not_confirmed_is_an_error() {
    let bench = bench();
    bench.array.w8(0, ERASE);
    bench.array.w8(0, READ_ARRAY);
    assert_eq!(bench.array.r8(0), SR_READY | SR_ERASE_ERROR | SR_PROGRAM_ERROR);
    bench.array.w8(0, CLEAR_STATUS);
    assert_eq!(bench.array.r8(0), SR_READY);
}

#[test]
fn it_says_what_it_is() {
    let bench = bench();
    bench.array.w8(0, READ_ID);
    assert_eq!([bench.array.r8(0), bench.array.r8(1)], ID);
    bench.array.w8(0, READ_QUERY);
    let query = bench.array.bytes(QUERY, 0x25);
    assert_eq!((&query[..3], query[0x17], query[0x1d]), (&b"QRY"[..], 18, 1));
    bench.array.w8(0, READ_STATUS);
    assert_eq!(bench.array.r8(0x100), SR_READY);
    bench.array.w8(0, READ_ARRAY);
    assert_eq!(bench.array.r8(0), 0xff);
}

#[test]
fn an_image_can_be_put_there() {
    let bench = bench();
    let end = 2 * BLOCK - 4;
    let load = |offset, image: &[u8]| {
        bench.machine.with::<Flash, _>(bench.id, |flash, cx| flash.load(cx, offset, image))
    };
    load(0x10, b"firmware").expect("it is sound");
    load(end, b"too long").expect("it is sound");
    load(u64::MAX, b"nowhere").expect("it is sound");
    assert_eq!(
        (bench.array.bytes(0x10, 8), bench.array.bytes(end, 4)),
        (b"firmware".to_vec(), b"too ".to_vec())
    );
}

#[test]
fn the_board_has_memory_and_a_number() {
    let mut machine = Machine::new();
    let id = machine.create::<Flash>("flash").expect("it can be created");
    machine.set(id, "serial", "A-17").expect("it is text");
    machine
        .seat(id, &machine.system_bus(), SysBus::nowhere().and(1, BOARD))
        .expect("it is its bus");
    machine.realize(id).expect("it can be realized");
    let board = Window { space: machine.address_space(), base: BOARD };
    board.put(SRAM + 0xffe, b"xy");
    assert_eq!(board.bytes(SRAM + 0xffd, 3), b"\0xy");
    assert_eq!(board.bytes(SERIAL, 5), b"A-17\0");
    assert!(board.space.write(BOARD + SERIAL, b"B", Attrs::default()).is_err(), "it is ROM");
    assert_eq!(board.r8(SERIAL), b'A');
}

#[test]
fn the_window_shows_the_array_and_moves() {
    let bench = bench();
    bench.program(BLOCK, 0x11);
    bench.program(BLOCK + WINDOW_SIZE, 0x22);
    let board = &bench.board;
    let (read, control) = (|at| board.space.read_uint(BOARD + at, 1).ok(), CONTROL);
    assert_eq!(read(WINDOW), None, "it is not shown at first");
    board.w32(control + WINDOW_OFFSET, BLOCK as u32);
    board.w32(control + WINDOW_CONTROL, 1);
    assert_eq!(read(WINDOW), Some(0x11));
    board.w32(control + WINDOW_OFFSET, (BLOCK + WINDOW_SIZE) as u32);
    assert_eq!(read(WINDOW), Some(0x22));
    board.w32(control + WINDOW_POSITION, 0x5000);
    assert_eq!((read(WINDOW), read(0x5000)), (None, Some(0x22)));
    board.w32(control + WINDOW_OFFSET, u32::MAX);
    assert_eq!(
        board.r32(control + WINDOW_OFFSET),
        (2 * BLOCK - WINDOW_SIZE) as u32,
        "not beyond the end"
    );
    board.w32(control + WINDOW_CONTROL, 0);
    assert_eq!(read(0x5000), None);
}

#[test]
fn commands_can_be_given_through_the_window() {
    let bench = bench();
    bench.board.w32(CONTROL + WINDOW_OFFSET, BLOCK as u32);
    bench.board.w32(CONTROL + WINDOW_CONTROL, 1);
    bench.board.w8(WINDOW + 4, PROGRAM);
    bench.board.w8(WINDOW + 4, 0x77);
    assert_eq!(bench.board.r8(WINDOW + 4), SR_READY);
    bench.board.w8(WINDOW, READ_ARRAY);
    assert_eq!((bench.board.r8(WINDOW + 4), bench.array.r8(BLOCK + 4)), (0x77, 0x77));
}

#[test]
fn reset_goes_back_to_the_array_and_hides_the_window() {
    let mut bench = bench();
    bench.program(0, 0x42);
    bench.array.w8(0, READ_ID);
    bench.board.w32(CONTROL + WINDOW_CONTROL, 1);
    bench.machine.reset(bench.id).expect("it is realized");
    assert_eq!(bench.array.r8(0), 0x42, "what was programmed stays");
    assert!(bench.board.space.read_uint(BOARD + WINDOW, 1).is_err());
}

#[test]
fn state_moves_to_another_machine() {
    let before = bench();
    before.array.w8(0, READ_ID);
    before.board.w32(CONTROL + WINDOW_CONTROL, 1);
    let state = before.machine.save().expect("it can be saved");
    let mut after = bench();
    after.machine.load(&state).expect("it is the same device");
    assert_eq!([after.array.r8(0), after.board.r8(WINDOW)], [ID[0], ID[0]]);
}

#[test]
fn the_size_is_a_power_of_two() {
    let mut machine = Machine::new();
    let id = machine.create::<Flash>("flash").expect("it can be created");
    machine.seat(id, &machine.system_bus(), SysBus::at(0)).expect("it is its bus");
    assert!(machine.set(id, "size", 0x1000).is_err(), "less than a block");
    machine.set(id, "size", 3 * BLOCK as u32).expect("it is in the range");
    let why = RealizeError::device("0x60000 is no size of a flash");
    assert_eq!(machine.realize(id), Err(why));
    machine.set(id, "size", 8 * BLOCK as u32).expect("it is in the range");
    machine.realize(id).expect("there is such a flash");
    assert_eq!(machine.address_space().read_uint(8 * BLOCK - 1, 1), Ok(0xff));
}
