//! How the steps of a device's life can fail: one enum for each layer.

use super::DevId;
use crate::property::PropertyError;

use crate::memory::MemoryError;

/// Where a device is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It has its properties, and nothing of the machine has seen it.
    Created,
    /// It takes part in the machine.
    Realized,
    /// It is closed and out of everybody's view, but somebody was still in one of its handlers.
    Closing,
}

/// Why something could not be done to the tree of devices.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MachineError {
    /// There is no such device, or it is gone.
    #[error("there is no device {0:?}")]
    NoSuchDevice(DevId),
    /// The device is of another type.
    #[error("the device is a `{found}`, not a `{wanted}`")]
    WrongType {
        /// What it is.
        found: &'static str,
        /// What was asked for.
        wanted: &'static str,
    },
    /// Another device has this name.
    #[error("there is a device `{0}` already")]
    DuplicateId(String),
    /// Every id is in use.
    #[error("there is no room for another device")]
    Full,
    /// The type only describes what others have in common.
    #[error("`{0}` is abstract")]
    Abstract(&'static str),
    /// The type has no field of this name and sort.
    #[error("`{device}` has no `{field}`")]
    NoSuchField {
        /// The device type.
        device: &'static str,
        /// What was asked for.
        field: String,
    },
    /// This can't be done in the state that the device is in.
    #[error("a device can't go from {from:?} to {to}")]
    InvalidTransition {
        /// Where it is.
        from: State,
        /// Where it was to go.
        to: &'static str,
    },
    /// A device would sit on a bus of its own, or of a device below it.
    #[error("a device can't sit below itself")]
    SeatCycle,
    /// A property was wrong.
    #[error(transparent)]
    Property(#[from] PropertyError),
    /// A handler of the device panicked.
    #[error("a handler of the device panicked")]
    Poisoned,
}

/// Why a device could not be realized. Whatever its realize had done is undone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RealizeError {
    /// The device, or the tree of devices, does not allow it.
    #[error(transparent)]
    Machine(#[from] MachineError),
    /// The device itself says so.
    #[error("{0}")]
    Device(String),
    /// A hook panicked. The device can't be realized any more, only unplugged.
    #[error("realize panicked: {0}")]
    Panicked(String),
    /// A link that must refer to a device does not, or that device is not realized.
    #[error("link `{0}` refers to no realized device")]
    Link(&'static str),
    /// The machine is running and the type is not hot-pluggable.
    #[error("`{0}` can't be plugged while the machine runs")]
    NotHotpluggable(&'static str),
    /// Nothing is plugged while the machine migrates.
    #[error("the machine is migrating")]
    Migrating,
    /// The bus has no room.
    #[error("bus `{0}` is full")]
    BusFull(&'static str),
    /// Another device is at this address of the bus.
    #[error("bus `{bus}`: address {address} is taken")]
    AddressTaken {
        /// The bus.
        bus: &'static str,
        /// The address.
        address: String,
    },
    /// The bus can't take the device.
    #[error("bus `{bus}`: {why}")]
    Bus {
        /// The bus.
        bus: &'static str,
        /// Why.
        why: String,
    },
    /// The device needs a bus and has none, or sits on one of another type.
    #[error("`{device}` sits on a `{bus}`")]
    NeedsBus {
        /// The device type.
        device: &'static str,
        /// The bus type.
        bus: &'static str,
    },
    /// The device has two regions for this number, or two numbers for one region.
    #[error("export {0} is there already, or is another one, too")]
    Export(u8),
    /// The content of two regions of this name would be saved.
    #[error("the content of another region `{0}` is saved already")]
    Saved(&'static str),
    /// A region could not be made or mapped.
    #[error(transparent)]
    Memory(#[from] MemoryError),
    /// A test asked for the failure (see [`conformance`](crate::conformance)).
    #[error("failure injected at `{0}`")]
    Injected(&'static str),
}

impl RealizeError {
    /// A failure that the device's own realize reports.
    pub fn device(why: impl Into<String>) -> Self {
        Self::Device(why.into())
    }
}

/// Why a device could not be unplugged. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnplugError {
    /// The tree of devices does not allow it.
    #[error(transparent)]
    Machine(#[from] MachineError),
    /// Something needs the device; these are the reasons it gave.
    #[error("unplug is blocked: {}", .0.join(", "))]
    UnplugBlocked(Vec<String>),
    /// The guest was asked already, or the device is on its way out.
    #[error("the device is being unplugged already")]
    UnplugPending,
    /// The machine is running and the type is not hot-pluggable.
    #[error("`{0}` can't be unplugged while the machine runs")]
    NotHotpluggable(&'static str),
    /// Nothing is unplugged while the machine migrates.
    #[error("the machine is migrating")]
    Migrating,
    /// It is a part of another device, and goes with it.
    #[error("the device is a part of another one")]
    PartOfAnother,
    /// Waiting was asked for from within a handler.
    #[error("waiting for the device from within a handler would be a deadlock")]
    WouldDeadlock,
    /// The device is closed and out of view, but still not left by everybody.
    #[error("{in_flight} devices are still in use")]
    TimedOut {
        /// How many devices of the subtree are not finalized.
        in_flight: usize,
    },
}
