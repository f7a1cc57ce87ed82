//! One channel: what it copies, a burst at a time.

use super::DmaEngine;
use super::spec::*;
use devmodel::{AccessError, Cx};
use serde::{Deserialize, Serialize};

/// The longest burst: 256 units of 4 bytes.
const LONGEST: usize = 1024;

#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct Channel {
    source: u32,
    destination: u32,
    next: u32,
    control: u32,
    pub(super) configuration: u32,
}

impl Channel {
    pub(super) fn read(&self, register: u64) -> u32 {
        match register {
            SOURCE => self.source,
            DESTINATION => self.destination,
            NEXT => self.next,
            CONTROL => self.control,
            CHANNEL_CONFIGURATION => self.configuration,
            _ => 0,
        }
    }

    pub(super) fn write(&mut self, register: u64, value: u32) {
        match register {
            SOURCE => self.source = value,
            DESTINATION => self.destination = value,
            NEXT => self.next = value & !3,
            CONTROL => self.control = value,
            CHANNEL_CONFIGURATION => self.configuration = value & 0x5_ffff,
            _ => {}
        }
    }

    pub(super) fn is_enabled(&self) -> bool {
        self.configuration & CHANNEL_ENABLE != 0
    }

    /// Whether it has something to do that does not wait for a peripheral: there are none.
    pub(super) fn is_ready(&self) -> bool {
        self.is_enabled() && self.configuration & (CHANNEL_FLOW | CHANNEL_HALT) == 0
    }

    /// Copies a burst. True if that was the end of an item that interrupts at its end. An error ends the
    /// channel's work.
    pub(super) fn burst(&mut self, cx: &Cx<'_, DmaEngine>) -> Result<bool, AccessError> {
        let done = self.copy(cx).and_then(|()| self.advance(cx));
        if done.is_err() {
            self.configuration &= !CHANNEL_ENABLE;
        }
        done
    }

    fn copy(&mut self, cx: &Cx<'_, DmaEngine>) -> Result<(), AccessError> {
        let units = self.left().min(BURSTS[self.field(CONTROL_BURST_SHIFT)]);
        let (from, to) =
            (self.width(CONTROL_SOURCE_WIDTH_SHIFT), self.width(CONTROL_DESTINATION_WIDTH_SHIFT));
        let mut bytes = [0; LONGEST];
        let bytes = &mut bytes[..units as usize * from];
        for unit in bytes.chunks_mut(from) {
            cx.dma_read(u64::from(self.source), unit)?;
            self.source = self.step(self.source, CONTROL_SOURCE_INCREMENT, from);
        }
        for unit in bytes.chunks(to) {
            cx.dma_write(u64::from(self.destination), unit)?;
            self.destination = self.step(self.destination, CONTROL_DESTINATION_INCREMENT, to);
        }
        self.control -= units;
        Ok(())
    }

    /// At the end of an item comes the next one.
    fn advance(&mut self, cx: &Cx<'_, DmaEngine>) -> Result<bool, AccessError> {
        if self.left() > 0 {
            return Ok(false);
        }
        let interrupts = self.control & CONTROL_INTERRUPT != 0;
        if self.next == 0 {
            self.configuration &= !CHANNEL_ENABLE;
            return Ok(interrupts);
        }
        let mut item = [0; 16];
        cx.dma_read(u64::from(self.next), &mut item)?;
        for (register, word) in
            [SOURCE, DESTINATION, NEXT, CONTROL].into_iter().zip(item.as_chunks().0)
        {
            self.write(register, u32::from_le_bytes(*word));
        }
        Ok(interrupts)
    }

    fn left(&self) -> u32 {
        self.control & CONTROL_SIZE
    }

    fn field(&self, shift: u32) -> usize {
        (self.control >> shift & 7) as usize
    }

    /// In bytes. Wider than a word is reserved, and taken for a word.
    fn width(&self, shift: u32) -> usize {
        1 << self.field(shift).min(2)
    }

    fn step(&self, address: u32, increment: u32, width: usize) -> u32 {
        if self.control & increment != 0 { address.wrapping_add(width as u32) } else { address }
    }
}
