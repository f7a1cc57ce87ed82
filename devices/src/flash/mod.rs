//! Flash memory with the Intel command set, on a board with SRAM, a serial number in ROM, and a window on the
//! flash that the guest can move.
//!
//! One byte wide, as a StrataFlash (J3) with BYTE# low, but for the addresses of the query table, which count
//! bytes. Operations take no time. Suspending, locking and the write buffer are not modelled.

pub mod spec;

use devmodel::region::{Alias, Container, Io, Ram, Rom, RomDevice};
use devmodel::{Cx, Device, Ops, RealizeCx, RealizeError, Region, StateError, SysBus};
use serde::{Deserialize, Serialize};
use spec::*;

/// The flash: export 0 is its array, export 1 the board.
#[derive(Debug, Device)]
#[device(name = "flash", parent = SysBus, hotpluggable)]
#[device(realize = start, reset(hold = settle), post_load = load_state)]
pub struct Flash {
    /// The size of the array in bytes: a power of two.
    #[property(default = 2 * BLOCK as u32, min = BLOCK as u32, max = 64 << 20)]
    size: u32,
    #[property(default = "0000")]
    serial: String,
    #[region(rom_device, size_from = size, ops = Array, export = 0, implemented(1), migrate)]
    array: Region<RomDevice>,
    #[region(container, size = BOARD_SIZE, export = 1)]
    board: Region<Container>,
    #[region(ram, size = 0x1000, in = board, at = SRAM, migrate)]
    sram: Region<Ram>,
    #[region(rom, size = 0x100, in = board, at = SERIAL)]
    number: Region<Rom>,
    #[region(io, size = 0x10, ops = Control, in = board, at = CONTROL, valid(4), implemented(4))]
    control: Region<Io>,
    #[region(alias(of = array, size = WINDOW_SIZE), in = board, at = WINDOW, prio = 1, enabled = false)]
    window: Region<Alias>,
    #[state]
    state: State,
}

#[derive(Debug, Serialize, Deserialize)]
struct State {
    mode: Mode,
    status: u8,
    is_window_shown: bool,
    window_offset: u32,
    window_position: u32,
}

/// What the array answers, or what it expects next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Mode {
    Array,
    Id,
    Query,
    Status,
    Program,
    Erase,
}

impl Default for State {
    fn default() -> Self {
        Self {
            mode: Mode::Array,
            status: SR_READY,
            is_window_shown: false,
            window_offset: 0,
            window_position: WINDOW as u32,
        }
    }
}

impl Flash {
    /// Puts an image into the array, at an offset in bytes. What is beyond the end is left out.
    pub fn load(&mut self, cx: &Cx<'_, Self>, offset: u64, image: &[u8]) {
        let room = u64::from(self.size).saturating_sub(offset);
        let image = &image[..image.len().min(usize::try_from(room).unwrap_or(usize::MAX))];
        self.store(cx, offset, image);
    }

    /// Makes the regions what the state says.
    fn show(&mut self, cx: &Cx<'_, Self>) {
        let state = &self.state;
        // These fail only where there is no memory, and once the device is on its way out.
        let _ = cx.set_romd(&self.array, state.mode == Mode::Array);
        let _ = cx.set_alias_offset(&self.window, u64::from(state.window_offset));
        let _ = cx.set_address(&self.window, u64::from(state.window_position));
        let _ = cx.set_enabled(&self.window, state.is_window_shown);
    }

    fn start(&mut self, cx: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {
        if !self.size.is_power_of_two() {
            return Err(RealizeError::device(format!("{:#x} is no size of a flash", self.size)));
        }
        let blank = [0xff; 0x1000];
        for offset in (0..u64::from(self.size)).step_by(blank.len()) {
            self.store(cx, offset, &blank);
        }
        if let Some(number) = cx.ram(&self.number) {
            let serial = self.serial.as_bytes();
            number.write(0, &serial[..serial.len().min(0x100)]).map_err(broken)?;
        }
        Ok(())
    }

    fn settle(&mut self, cx: &mut Cx<'_, Self>) {
        self.show(cx);
    }

    fn load_state(&mut self, cx: &mut Cx<'_, Self>, _: u32) -> Result<(), StateError> {
        self.show(cx);
        Ok(())
    }

    fn store(&self, cx: &Cx<'_, Self>, offset: u64, bytes: &[u8]) {
        // The callers stay within the array; there is none in a build without memory.
        let _ = cx.write_ram(&self.array, offset, bytes);
    }

    fn command(&mut self, command: u8) {
        self.state.mode = match command {
            READ_ARRAY => Mode::Array,
            READ_ID => Mode::Id,
            READ_QUERY => Mode::Query,
            READ_STATUS => Mode::Status,
            PROGRAM | PROGRAM_ALTERNATE => Mode::Program,
            ERASE => Mode::Erase,
            CLEAR_STATUS => {
                self.state.status = SR_READY;
                self.state.mode
            }
            _ => self.state.mode,
        };
    }

    /// Bits only ever become 0.
    fn program(&mut self, cx: &Cx<'_, Self>, offset: u64, byte: u8) {
        let mut old = [0];
        if let Some(array) = cx.ram(&self.array)
            && array.read(offset, &mut old).is_ok()
        {
            self.store(cx, offset, &[old[0] & byte]);
        }
        self.state.mode = Mode::Status;
    }

    fn erase(&mut self, cx: &Cx<'_, Self>, offset: u64, confirm: u8) {
        if confirm == CONFIRM {
            self.store(cx, offset / BLOCK * BLOCK, &[0xff; BLOCK as usize]);
        } else {
            self.state.status |= SR_ERASE_ERROR | SR_PROGRAM_ERROR;
        }
        self.state.mode = Mode::Status;
    }
}

/// Answers for the array: all writes, and reads unless the mode is [`Mode::Array`].
#[derive(Debug)]
enum Array {}

impl Ops for Array {
    type Device = Flash;

    fn read(flash: &mut Flash, _: &mut Cx<'_, Flash>, offset: u64, _: u8) -> u64 {
        let table = query(u64::from(flash.size));
        let of = |bytes: &[u8], at: u64| bytes.get(usize::try_from(at).ok()?).copied();
        let byte = match flash.state.mode {
            Mode::Id => of(&ID, offset),
            Mode::Query => offset.checked_sub(QUERY).and_then(|at| of(&table, at)),
            Mode::Array | Mode::Status | Mode::Program | Mode::Erase => Some(flash.state.status),
        };
        u64::from(byte.unwrap_or(0))
    }

    fn write(flash: &mut Flash, cx: &mut Cx<'_, Flash>, offset: u64, _: u8, value: u64) {
        let before = flash.state.mode;
        match before {
            Mode::Program => flash.program(cx, offset, value as u8),
            Mode::Erase => flash.erase(cx, offset, value as u8),
            Mode::Array | Mode::Id | Mode::Query | Mode::Status => flash.command(value as u8),
        }
        if before != flash.state.mode {
            flash.show(cx);
        }
    }
}

/// Answers for the registers of the board.
#[derive(Debug)]
enum Control {}

impl Ops for Control {
    type Device = Flash;

    fn read(flash: &mut Flash, _: &mut Cx<'_, Flash>, offset: u64, _: u8) -> u64 {
        let state = &flash.state;
        match offset {
            WINDOW_CONTROL => u64::from(state.is_window_shown),
            WINDOW_OFFSET => u64::from(state.window_offset),
            WINDOW_POSITION => u64::from(state.window_position),
            _ => 0,
        }
    }

    fn write(flash: &mut Flash, cx: &mut Cx<'_, Flash>, offset: u64, _: u8, value: u64) {
        let (value, size) = (value as u32, flash.size);
        let last = |end: u64| (end - WINDOW_SIZE) as u32;
        let state = &mut flash.state;
        match offset {
            WINDOW_CONTROL => state.is_window_shown = value & 1 != 0,
            WINDOW_OFFSET => state.window_offset = value.min(last(u64::from(size))),
            WINDOW_POSITION => state.window_position = value.min(last(BOARD_SIZE)),
            _ => {}
        }
        flash.show(cx);
    }
}

fn broken(error: impl std::fmt::Display) -> RealizeError {
    RealizeError::device(error.to_string())
}
