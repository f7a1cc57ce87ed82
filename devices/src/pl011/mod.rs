//! The PrimeCell UART (PL011) of ARM boards, ARM DDI 0183.
//!
//! Characters are sent and received in no time: the transmit FIFO is always empty, and the line is idle as
//! soon as a character has arrived. A transmitter that is not enabled sends nothing. DMA requests and IrDA
//! are not modelled; their registers are kept.

pub mod spec;

use crate::Output;
use devmodel::{
    Cx, Device, IrqOut, Ops, RealizeCx, RealizeError, Region, StateError, SysBus, region::Io,
};
use serde::{Deserialize, Serialize};
use spec::*;
use std::collections::VecDeque;
use std::io::Write as _;

/// A PL011. Its lines `irqs` are, in this order: combined, receive, transmit, timeout, modem, errors.
#[derive(Debug, Device)]
#[device(name = "pl011", parent = SysBus, hotpluggable)]
#[device(realize = check, reset(hold = settle), post_load = load)]
pub struct Pl011 {
    /// UARTCLK, in hertz.
    #[property(default = 24_000_000, min = 1)]
    clock: u32,
    /// The depth of the FIFOs: 16, or 32 from revision r1p5 on.
    #[property(default = 16, min = 16, max = 32)]
    fifo: u8,
    #[region(io, size = 0x1000, export = 0, implemented(4))]
    registers: Region<Io>,
    #[irq(out)]
    irqs: [IrqOut; 6],
    #[state]
    state: State,
    output: Output,
}

#[derive(Debug, Serialize, Deserialize)]
struct State {
    /// Characters with their errors, as DR shows them.
    received: VecDeque<u16>,
    /// Characters were lost since the last one that was received.
    has_lost: bool,
    status: u32,
    low_power: u32,
    divisor: u32,
    fraction: u32,
    line_control: u32,
    control: u32,
    levels: u32,
    mask: u32,
    raised: u32,
    dma_control: u32,
}

impl Default for State {
    fn default() -> Self {
        Self {
            received: VecDeque::new(),
            has_lost: false,
            status: 0,
            low_power: 0,
            divisor: 0,
            fraction: 0,
            line_control: 0,
            control: CR_TXE | CR_RXE,
            levels: 0x12,
            mask: 0,
            raised: 0,
            dma_control: 0,
        }
    }
}

impl Pl011 {
    /// From now on the UART sends to `output`.
    pub fn set_output(&mut self, output: Output) {
        self.output = output;
    }

    /// A character arrives. It is lost if the receiver is not enabled or has no room.
    pub fn receive(&mut self, character: u8) {
        self.arrive(u16::from(character));
    }

    /// A break arrives.
    pub fn receive_break(&mut self) {
        self.arrive(DR_BE);
    }

    /// Whether a character that arrives now would not be lost.
    pub fn can_receive(&self) -> bool {
        self.is_on(CR_RXE) && self.state.received.len() < self.depth()
    }

    /// The baud rate that the guest has set, §3.3.6. `None` if it has not set any.
    pub fn baud_rate(&self) -> Option<u32> {
        let in_64ths = u64::from(self.state.divisor) * 64 + u64::from(self.state.fraction);
        let rate = (u64::from(self.clock) * 4).checked_div(in_64ths)?;
        u32::try_from(rate).ok()
    }

    fn check(&mut self, _: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {
        match self.fifo {
            16 | 32 => Ok(()),
            other => Err(RealizeError::device(format!("there is no PL011 with a FIFO of {other}"))),
        }
    }

    fn settle(&mut self, _: &mut Cx<'_, Self>) {
        self.drive();
    }

    fn load(&mut self, _: &mut Cx<'_, Self>, _: u32) -> Result<(), StateError> {
        if self.state.received.len() > usize::from(self.fifo) {
            return Err(StateError::device("more characters than the FIFO can have"));
        }
        self.drive();
        Ok(())
    }

    fn is_on(&self, what: u32) -> bool {
        let needed = CR_UARTEN | what;
        self.state.control & needed == needed
    }

    fn has_fifo(&self) -> bool {
        self.state.line_control & LCR_H_FEN != 0
    }

    /// How many characters the receiver holds: without FIFO, one.
    fn depth(&self) -> usize {
        if self.has_fifo() { usize::from(self.fifo) } else { 1 }
    }

    /// How many characters raise the receive interrupt.
    fn level(&self) -> usize {
        let eighths = RECEIVE_EIGHTHS[(self.state.levels >> 3 & 7) as usize];
        (self.depth() * eighths / 8).max(1)
    }

    fn arrive(&mut self, mut word: u16) {
        if !self.is_on(CR_RXE) {
            return;
        }
        if self.state.received.len() >= self.depth() {
            self.state.has_lost = true;
            self.state.status |= u32::from(DR_OE >> 8);
            return self.raise(INT_OE);
        }
        if std::mem::take(&mut self.state.has_lost) {
            word |= DR_OE;
        }
        self.state.received.push_back(word);
        let full = if self.state.received.len() >= self.level() { INT_RX } else { 0 };
        let idle = if self.has_fifo() { INT_RT } else { 0 };
        let broken = if word & DR_BE != 0 { INT_BE } else { 0 };
        self.raise(full | idle | broken);
    }

    fn read_data(&mut self) -> u32 {
        let word = self.state.received.pop_front().unwrap_or(0);
        // An overrun is shown until the guest clears it, the other errors with their character.
        self.state.status = self.state.status & u32::from(DR_OE >> 8) | u32::from(word >> 8);
        if self.state.received.len() < self.level() {
            self.state.raised &= !INT_RX;
        }
        if self.state.received.is_empty() {
            self.state.raised &= !INT_RT;
        }
        self.drive();
        u32::from(word)
    }

    fn write_data(&mut self, character: u8) {
        if !self.is_on(CR_TXE) {
            return;
        }
        if self.state.control & CR_LBE != 0 {
            self.receive(character);
        } else {
            // A line does not tell whether somebody listens.
            let _ = self.output.write_all(&[character]);
        }
        self.raise(INT_TX);
    }

    /// The inputs from the modem, as FR shows them: in loopback the outputs, else nothing.
    fn modem(&self) -> u32 {
        let control = self.state.control;
        let wires = [(CR_RTS, FR_CTS), (CR_DTR, FR_DSR), (CR_OUT1, FR_DCD), (CR_OUT2, FR_RI)];
        let is_high = |out| control & CR_LBE != 0 && control & out != 0;
        wires.iter().filter(|(out, _)| is_high(*out)).fold(0, |flags, (_, input)| flags | input)
    }

    fn flags(&self) -> u32 {
        let (count, depth) = (self.state.received.len(), self.depth());
        let empty = if count == 0 { FR_RXFE } else { 0 };
        let full = if count >= depth { FR_RXFF } else { 0 };
        self.modem() | FR_TXFE | empty | full
    }

    fn set_control(&mut self, control: u32) {
        let before = self.modem();
        self.state.control = control;
        let changed = self.modem() ^ before;
        let wires = [(FR_CTS, INT_CTS), (FR_DSR, INT_DSR), (FR_DCD, INT_DCD), (FR_RI, INT_RI)];
        let raised = wires.iter().filter(|(input, _)| changed & input != 0);
        self.raise(raised.fold(0, |all, (_, interrupt)| all | interrupt));
    }

    /// The FIFO is empty after it was switched on or off.
    fn set_line_control(&mut self, control: u32) {
        if (self.state.line_control ^ control) & LCR_H_FEN != 0 {
            self.state.received.clear();
            self.state.raised &= !(INT_RX | INT_RT);
        }
        self.state.line_control = control;
        self.drive();
    }

    fn raise(&mut self, interrupts: u32) {
        self.state.raised |= interrupts;
        self.drive();
    }

    fn drive(&self) {
        let seen = self.state.raised & self.state.mask;
        for (line, interrupts) in self.irqs.iter().zip(LINES) {
            line.set(seen & interrupts != 0);
        }
    }

    fn id(&self, offset: u64) -> u32 {
        let at = ((offset - ID) / 4) as usize;
        let (revision, deep) = DEEP_REVISION;
        let id = if self.fifo > 16 && at == revision { deep } else { IDS[at] };
        u32::from(id)
    }
}

impl Ops for Pl011 {
    type Device = Self;

    fn read(uart: &mut Self, _: &mut Cx<'_, Self>, offset: u64, _: u8) -> u64 {
        let state = &uart.state;
        u64::from(match offset {
            DR => uart.read_data(),
            RSR => state.status,
            FR => uart.flags(),
            ILPR => state.low_power,
            IBRD => state.divisor,
            FBRD => state.fraction,
            LCR_H => state.line_control,
            CR => state.control,
            IFLS => state.levels,
            IMSC => state.mask,
            RIS => state.raised,
            MIS => state.raised & state.mask,
            DMACR => state.dma_control,
            ID.. if offset.is_multiple_of(4) => uart.id(offset),
            _ => 0,
        })
    }

    fn write(uart: &mut Self, _: &mut Cx<'_, Self>, offset: u64, _: u8, value: u64) {
        let value = value as u32;
        let state = &mut uart.state;
        match offset {
            DR => uart.write_data(value as u8),
            RSR => state.status = 0,
            ILPR => state.low_power = value & 0xff,
            IBRD => state.divisor = value & 0xffff,
            FBRD => state.fraction = value & 0x3f,
            LCR_H => uart.set_line_control(value & 0xff),
            CR => uart.set_control(value & 0xff87),
            IFLS => state.levels = value & 0x3f,
            IMSC => state.mask = value & INT_ALL,
            ICR => state.raised &= !value,
            DMACR => state.dma_control = value & 7,
            _ => {}
        }
        uart.drive();
    }
}
