//! The life of devices: the tree that owns them, the steps that realize them, and every way in which
//! they go.

mod bag;
mod cell;
mod counts;
mod create;
mod dump;
mod error;
mod event;
mod inbox;
mod lock;
mod machine;
pub(crate) mod outbox;
mod pause;
mod port;
mod realize;
mod regions;
mod reset;
mod services;
mod snapshot;
mod teardown;
mod thread;
mod tree;
mod wiring;

#[cfg(test)]
mod tests;

pub use cell::{NewCell, cell_of};
pub use counts::Counts;
pub use create::Registry;
pub use error::{MachineError, RealizeError, State, UnplugError};
pub use event::Event;
pub use lock::{Exclusive, Locking, Shared};
pub use machine::{Machine, MachineBuilder};
pub use regions::{BusMaster, Mapper};
pub use teardown::Unplugged;
pub use tree::DevId;
pub use wiring::Blocker;

pub(crate) use bag::{Effects, Fault, Undo, quietly};
pub(crate) use cell::{AnyCell, DeviceCell, Inner, as_cell_of};
pub(crate) use port::{HandPort, Port};
pub(crate) use regions::{Entry, Make, Mapping, write_ram};
