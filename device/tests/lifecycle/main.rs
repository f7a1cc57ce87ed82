//! The life of devices, in builds with and without memory.

mod deadlock;
mod effects;
mod ends;
mod errors;
mod hosts;
mod irq;
mod log;
mod order;
mod poison;
mod reset;
mod snapshot;
mod unplug;
