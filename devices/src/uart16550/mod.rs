//! The serial port of a PC, with the core of the crate `vm-superio`.

mod core;
pub mod spec;

use self::core::Core;
use crate::Output;
use devmodel::region::Io;
use devmodel::{Cx, Device, IrqOut, Ops, RealizeCx, RealizeError, Region, StateError, SysBus};

/// A 16550. COM1 is at port 0x3f8: `SysBus::at_port(0x3f8)`.
#[derive(Debug, Device)]
#[device(name = "uart16550", parent = SysBus, hotpluggable)]
#[device(realize = start, reset(enter = reset), post_load = load)]
pub struct Uart16550 {
    #[region(io, size = 8, export = 0, implemented(1))]
    registers: Region<Io>,
    #[irq(out)]
    irq: IrqOut,
    #[state]
    core: Core,
    output: Output,
}

impl Uart16550 {
    /// From now on the UART sends to `output`.
    pub fn set_output(&mut self, output: Output) {
        self.output = output;
        self.core.attach(&self.irq, &self.output);
    }

    /// Bytes arrive. Returns how many of them had room in the FIFO.
    pub fn receive(&mut self, bytes: &[u8]) -> usize {
        self.core.0.enqueue_raw_bytes(bytes).unwrap_or(0)
    }

    fn start(&mut self, _: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {
        self.core.attach(&self.irq, &self.output);
        Ok(())
    }

    fn reset(&mut self, _: &mut Cx<'_, Self>) {
        self.core = Core::default();
        self.core.attach(&self.irq, &self.output);
    }

    fn load(&mut self, _: &mut Cx<'_, Self>, _: u32) -> Result<(), StateError> {
        self.core.attach(&self.irq, &self.output);
        Ok(())
    }
}

impl Ops for Uart16550 {
    type Device = Self;

    fn read(uart: &mut Self, _: &mut Cx<'_, Self>, offset: u64, _: u8) -> u64 {
        u64::from(uart.core.0.read(offset as u8))
    }

    fn write(uart: &mut Self, _: &mut Cx<'_, Self>, offset: u64, _: u8, value: u64) {
        // A byte that could not be sent is lost, as on a line to which nobody listens.
        let _ = uart.core.0.write(offset as u8, value as u8);
    }
}
