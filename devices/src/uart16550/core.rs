//! The core of the UART, which is `vm-superio`'s, in a form that can be saved.

use crate::Output;
use devmodel::IrqOut;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::convert::Infallible;
use vm_superio::Trigger;
use vm_superio::serial::{NoEvents, Serial, SerialState};

/// `vm-superio`'s core. One that was just made or loaded interrupts nobody and sends nowhere, until it is
/// [`attached`](Self::attach).
#[derive(Debug)]
pub(super) struct Core(pub(super) Serial<Edge, NoEvents, Output>);

/// An interrupt is an edge.
#[derive(Debug, Default)]
pub(super) struct Edge(IrqOut);

impl Trigger for Edge {
    type E = Infallible;

    fn trigger(&self) -> Result<(), Infallible> {
        self.0.pulse();
        Ok(())
    }
}

impl Core {
    /// The same, with a line and a place to send to. Interrupts that are pending are signalled.
    pub(super) fn attach(&mut self, line: &IrqOut, output: &Output) {
        let edge = Edge(line.clone());
        // Only a state that has more bytes than its FIFO is refused, and this one is from a core.
        if let Ok(serial) = Serial::from_state(&self.0.state(), edge, NoEvents, output.clone()) {
            self.0 = serial;
        }
    }
}

impl Default for Core {
    fn default() -> Self {
        Self(Serial::new(Edge::default(), Output::default()))
    }
}

/// `vm_superio::SerialState`, field by field: that has no serde.
#[derive(Serialize, Deserialize)]
#[serde(remote = "SerialState")]
struct Registers {
    baud_divisor_low: u8,
    baud_divisor_high: u8,
    interrupt_enable: u8,
    interrupt_identification: u8,
    line_control: u8,
    line_status: u8,
    modem_control: u8,
    modem_status: u8,
    scratch: u8,
    in_buffer: Vec<u8>,
}

impl Serialize for Core {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Registers::serialize(&self.0.state(), serializer)
    }
}

impl<'de> Deserialize<'de> for Core {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let state = Registers::deserialize(deserializer)?;
        let (line, output) = (Edge::default(), Output::default());
        let serial = Serial::from_state(&state, line, NoEvents, output);
        serial.map(Self).map_err(|error| D::Error::custom(error.to_string()))
    }
}
