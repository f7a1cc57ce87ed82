//! A framework for device models in which teardown can't be forgotten.
//!
//! A device is a struct. Its fields say what it has: registers, memory, interrupt lines, parts, buses,
//! properties. `#[derive(Device)]` makes of them a description, and the runtime does the rest: it makes the
//! regions when the device is realized, and it removes them on **every** way out, be it introspection, an
//! error or a panic in realize, unrealize, unplug while a vCPU is in a handler, or the end of the machine.
//! There is no call to remove anything, so none can be missing.
//!
//! # A complete device
//!
//! ```
//! use devmodel::{Cx, Device, IrqOut, Machine, Ops, Region, SysBus, region::Io};
//! use serde::{Deserialize, Serialize};
//!
//! /// Counts down; at 0 its interrupt line rises.
//! #[derive(Device)]
//! #[device(name = "countdown", parent = SysBus, hotpluggable)]
//! struct Countdown {
//!     #[property(default = 10, min = 1, max = 1000)]
//!     start: u32,
//!     #[region(io, size = 8, export = 0, implemented(4))]
//!     regs: Region<Io>,
//!     #[irq(out)]
//!     irq: IrqOut,
//!     #[state]
//!     left: Option<u32>,
//! }
//!
//! impl Ops for Countdown {
//!     type Device = Self;
//!
//!     fn read(device: &mut Self, _: &mut Cx<'_, Self>, _offset: u64, _size: u8) -> u64 {
//!         u64::from(device.left.unwrap_or(device.start))
//!     }
//!
//!     fn write(device: &mut Self, _: &mut Cx<'_, Self>, offset: u64, _size: u8, value: u64) {
//!         let left = device.left.unwrap_or(device.start);
//!         let left = if offset == 0 { left.saturating_sub(value as u32) } else { device.start };
//!         device.left = Some(left);
//!         device.irq.set(left == 0);
//!     }
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut machine = Machine::new();
//! let id = machine.create::<Countdown>("timer")?;
//! machine.set(id, "start", 2_u32)?;
//! machine.seat(id, &machine.system_bus(), SysBus::at(0x1000))?;
//! machine.realize(id)?;
//!
//! # #[cfg(feature = "memory")] {
//! let vcpu = machine.address_space();
//! vcpu.write_uint(0x1000, 4, 1)?;
//! assert_eq!(vcpu.read_uint(0x1000, 4)?, 1);
//! machine.unplug(id)?;
//! assert!(vcpu.read_uint(0x1000, 4).is_err(), "nothing answers any more");
//! # }
//! # Ok(())
//! # }
//! ```
//!
//! # The life of a device
//!
//! | step | what runs | what it can reach |
//! |---|---|---|
//! | create | defaults and `#[init(..)]` expressions | nothing: there is no machine in scope, and nothing to register with |
//! | properties, links, seat | [`Machine::set`], [`Machine::link`], [`Machine::seat`] | |
//! | realize | the bus admits it, regions are made, parts are realized, `realize` hook, the bus places exports | [`RealizeCx`]: every effect is noted with what undoes it |
//! | visible | one memory transaction for the whole device, parts included | |
//! | handlers | [`Ops`], interrupt inputs, [`WeakDev::with`] | [`Cx`] |
//! | closed | nobody gets in any more; its regions leave every view in one transaction | |
//! | unrealize | `unrealize` hook, then everything that realize did, in reverse order | [`Cx`] |
//! | finalize | `finalize` hook, parts still alive; `Drop`; [`Event::DeviceDeleted`] | |
//!
//! Introspection needs no instance ([`Device::META`]), and an instance that is created and dropped has
//! touched nothing. If realize fails at any step, by an error or a panic, what was done is undone in
//! reverse, and nobody has seen any of it; unlike in QEMU the hook does not have to clean up. A device can
//! be realized again after it was unrealized.
//!
//! Unplug never waits for a handler that is running. If there is one, the device is closed and out of every
//! view when [`Machine::unplug`] returns; the rest happens in a later [`Machine::reclaim`], once the handler
//! has returned. [`Machine::unplug_wait`] waits. A handler can end its own device ([`Cx::eject`]).
//!
//! # Attributes
//!
#![doc = include_str!("../../macros/words.md")]
//!
//! # Why no cycle can be built
//!
//! Every strong reference goes from a lower rank to a higher one:
//!
//! | rank | what | holds |
//! |---|---|---|
//! | 0 | [`Machine`] | the devices; the memory |
//! | 1 | a device | its own state; the memory's handle |
//! | 2 | what realize did, as a bag of undos, owned by the machine beside the device | region ids, buses |
//! | 3 | a port (the way into a realized device); the bytes of RAM; an [`AddressSpace`]; a bus; a line | the device **weakly** |
//! | 4 | a flat view; a DMA mapping | ports, bytes |
//!
//! Containers, aliases, parts, links and interrupt lines hold ids or weak references. [`WeakDev`] is the only
//! reference to a device that its users can keep, and it keeps nothing alive. A machine stays on its thread
//! (it is not `Send`), and devices must be `Send`: so no device can hold its machine.
//!
//! The escape hatches, which no framework in safe Rust can close:
//!
//! - your own `Arc` cycle among your own objects in a device's state leaks them (not the device);
//! - a closure given to [`Machine::follow`] or [`RealizeCx::defer`] keeps what it captures;
//! - `mem::forget` of what *you* keep leaks that. There is no region handle to forget;
//! - a handler that never returns keeps its device in [`State::Closing`] for ever: it is not mapped, and
//!   [`Machine::unplug_wait`] says how many are left;
//! - with `panic = "abort"` a panic ends the process instead of poisoning one device.
//!
//! # Threads
//!
//! The machine has one thread. vCPUs and backends have [`AddressSpace`]s and [`WeakDev`]s. With `lock =
//! "exclusive"` (the default) one handler of a device runs at a time, on `&mut self`; with `lock = "shared"`
//! they run side by side, on `&self`, and the struct must be `Sync`. Hooks always run alone.
//!
//! A handler may access other devices. Access to its own device is [`AccessError::Reentrant`]. If two
//! devices access each other on two threads at once, one of the accesses fails with
//! [`AccessError::WouldDeadlock`] instead of waiting for ever. Interrupts are delivered after the handler
//! that raised them has left its device, and before the access returns.
//!
//! A handler that panics poisons its device and no other: accesses fail with [`AccessError::Poisoned`], unplug
//! works.
//!
//! # Where this differs from QEMU
//!
//! - Realize is one transaction: no listener sees a half-made device, and none hears of one that fails.
//! - Parts outlive the `finalize` hook of their whole (in QEMU they are gone by then).
//! - Regions are out of every view *before* the `unrealize` hook runs, so the hook runs when no access can
//!   reach the device, and need not think about order.
//! - An alias to a region that is gone shows nothing, where QEMU's would point to freed memory.
//! - Interrupts are delivered after the handler, not from within it.
//! - The lines of a device go low when it is unrealized.
//! - An unplug while one is pending is a typed error, without a window of 5 s after which it is asked again.
//! - Errors of a bounced DMA write are returned by `unmap`.
//! - There is no inheritance between device types; [`Child`] takes its place.
//!
//! # Without memory
//!
//! With the feature `memory` off (it is on by default) there are no address spaces, and regions are described
//! but not made: the same devices compile, and live and die in the same way. It is what `stubs/memory.c` is to
//! QEMU.
//!
//! # Testing a device
//!
//! [`conformance::check`] runs a device type through every path of its life.

#![forbid(unsafe_code)]

mod access;
mod arena;
pub mod bus;
pub mod conformance;
mod cx;
mod device;
#[doc(hidden)]
pub mod field;
mod handle;
mod io;
mod irq;
mod lifecycle;
pub mod manual;
#[cfg(feature = "memory")]
pub mod memory;
#[cfg(not(feature = "memory"))]
#[path = "stubs/memory.rs"]
pub mod memory;
mod meta;
mod property;
pub mod region;
pub mod state;
mod sync;

pub use access::{AccessError, Attrs};
pub use bus::{Bus, BusEvent, BusRef, BusType, NoBus, PciBus, SysBus};
pub use cx::{Cx, RealizeCx};
pub use device::{Device, Entered, Ops, ResetPhase};
pub use devmodel_macros::Device;
pub use handle::{Child, Link, WeakDev};
pub use io::{Endian, IoSpec, RegionKey, Sizes};
pub use irq::{IrqIn, IrqOut};
pub use lifecycle::{
    Blocker, BusMaster, Counts, DevId, Event, Exclusive, Locking, Machine, MachineBuilder,
    MachineError, RealizeError, Registry, Shared, State, UnplugError, Unplugged,
};
#[cfg(feature = "memory")]
pub use memory::AddressSpace;
pub use memory::MemoryError;
pub use meta::{
    BusMeta, ChildMeta, Inside, IrqDirection, IrqMeta, LinkMeta, Meta, RegionKind, RegionMeta,
    Size, StateMeta, Unplug,
};
pub use property::{DefaultValue, PropertyError, PropertyMeta, PropertyType, Value, ValueKind};
pub use region::Region;
pub use state::StateError;

/// What the derive's expansion needs. Not for anybody else.
#[doc(hidden)]
pub mod __private {
    pub use crate::bus::AnyBus;
    pub use crate::field;
    pub use crate::handle::ChildCell;
    pub use crate::lifecycle::{NewCell, cell_of};
    pub use crate::state::{StateReader, StateWriter};
    pub use std::sync::Arc;
}

/// What the README shows compiles, and runs.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
