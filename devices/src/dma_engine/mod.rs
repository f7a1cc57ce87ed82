//! A DMA controller that works on a thread of its own: the PrimeCell PL080 of ARM boards, ARM DDI 0196.
//!
//! Memory to memory only: a channel that waits for a peripheral waits for ever. Protection, locking, endianness
//! and synchronization are not modelled. The channel with the lowest number goes first.

mod channel;
pub mod spec;
mod worker;

use channel::Channel;
use devmodel::{
    Cx, Device, IrqOut, Ops, RealizeCx, RealizeError, Region, StateError, SysBus, region::Io,
};
use serde::{Deserialize, Serialize};
use spec::*;
use worker::{Bell, Worker};

/// A PL080. Its lines `irqs` are, in this order: combined, error, terminal count.
#[derive(Debug, Device)]
#[device(name = "pl080", parent = SysBus, hotpluggable)]
#[device(realize = start, reset(hold = settle), post_load = resume)]
pub struct DmaEngine {
    #[region(io, size = 0x1000, export = 0, implemented(4))]
    registers: Region<Io>,
    #[irq(out)]
    irqs: [IrqOut; 3],
    #[state]
    state: State,
    bell: Option<Bell>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct State {
    channels: [Channel; 8],
    configuration: u32,
    terminal_counts: u32,
    errors: u32,
}

impl DmaEngine {
    fn start(&mut self, cx: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {
        let me = cx.weak();
        let worker = Worker::start(me).map_err(|error| RealizeError::device(error.to_string()))?;
        self.bell = worker.bell();
        cx.keep(worker)
    }

    fn settle(&mut self, _: &mut Cx<'_, Self>) {
        self.drive();
    }

    /// A transfer goes on where it was when it was saved.
    fn resume(&mut self, _: &mut Cx<'_, Self>, _: u32) -> Result<(), StateError> {
        self.drive();
        self.ring();
        Ok(())
    }

    /// On the worker's thread: copies one burst. False if there is none to copy.
    fn burst(&mut self, cx: &Cx<'_, Self>) -> bool {
        let state = &mut self.state;
        let ready = state.channels.iter().position(Channel::is_ready);
        let Some(at) = ready.filter(|_| state.configuration & ENABLE != 0) else {
            return false;
        };
        match state.channels[at].burst(cx) {
            Ok(interrupts) => state.terminal_counts |= u32::from(interrupts) << at,
            Err(_) => state.errors |= 1 << at,
        }
        self.drive();
        true
    }

    fn ring(&self) {
        if let Some(bell) = &self.bell {
            bell.ring();
        }
    }

    fn drive(&self) {
        let (errors, counts) = (self.state.seen_errors(), self.state.seen_counts());
        for (line, is_high) in self.irqs.iter().zip([errors | counts, errors, counts]) {
            line.set(is_high != 0);
        }
    }
}

impl State {
    /// A bit for each channel of which this is so.
    fn mask(&self, is_so: impl Fn(&Channel) -> bool) -> u32 {
        self.channels.iter().rev().fold(0, |mask, channel| mask << 1 | u32::from(is_so(channel)))
    }

    fn seen_errors(&self) -> u32 {
        self.errors & self.mask(|channel| channel.configuration & CHANNEL_ERROR_MASK != 0)
    }

    fn seen_counts(&self) -> u32 {
        self.terminal_counts & self.mask(|channel| channel.configuration & CHANNEL_TC_MASK != 0)
    }

    /// The channel at this offset, and the offset within it.
    fn channel(&mut self, offset: u64) -> Option<(&mut Channel, u64)> {
        let offset = offset.checked_sub(CHANNELS)?;
        let channel = self.channels.get_mut((offset / CHANNEL_STRIDE) as usize)?;
        Some((channel, offset % CHANNEL_STRIDE))
    }
}

impl Ops for DmaEngine {
    type Device = Self;

    fn read(engine: &mut Self, _: &mut Cx<'_, Self>, offset: u64, _: u8) -> u64 {
        let state = &mut engine.state;
        u64::from(match offset {
            INT_STATUS => state.seen_counts() | state.seen_errors(),
            INT_TC_STATUS => state.seen_counts(),
            INT_ERROR_STATUS => state.seen_errors(),
            RAW_INT_TC_STATUS => state.terminal_counts,
            RAW_INT_ERROR_STATUS => state.errors,
            ENABLED_CHANNELS => state.mask(Channel::is_enabled),
            CONFIGURATION => state.configuration,
            ID.. if offset.is_multiple_of(4) => u32::from(IDS[((offset - ID) / 4) as usize]),
            _ => state.channel(offset).map_or(0, |(channel, register)| channel.read(register)),
        })
    }

    fn write(engine: &mut Self, _: &mut Cx<'_, Self>, offset: u64, _: u8, value: u64) {
        let value = value as u32;
        let state = &mut engine.state;
        match offset {
            INT_TC_CLEAR => state.terminal_counts &= !value,
            INT_ERROR_CLEAR => state.errors &= !value,
            CONFIGURATION => state.configuration = value & 7,
            _ => {
                if let Some((channel, register)) = state.channel(offset) {
                    channel.write(register, value);
                }
            }
        }
        engine.drive();
        engine.ring();
    }
}
