//! Regions and whole devices by hand: for code that comes from QEMU, and for what attributes can't say.
//!
//! A device that is ported from C makes its regions one call after the other, adds them to containers, and
//! takes them apart in its teardown. This module has these calls, so that such a device can be written down
//! as it is, and run under the conformance suite, before it is made shorter. The other use is a device that
//! learns only in `realize` which regions it has: from a file, from firmware, from a device of the host.
//!
//! | QEMU | here |
//! |---|---|
//! | `memory_region_init` | [`MemoryRegion::init_container`] |
//! | `memory_region_init_io` | [`MemoryRegion::init_io`] |
//! | `memory_region_init_ram`, `_rom`, `_rom_device`, `_alias` | [`init_ram`](MemoryRegion::init_ram), [`init_rom`](MemoryRegion::init_rom), [`init_rom_device`](MemoryRegion::init_rom_device), [`init_alias`](MemoryRegion::init_alias) |
//! | `memory_region_add_subregion`, `.._overlap` | [`MemoryRegion::add_subregion`], [`add_subregion_overlap`](MemoryRegion::add_subregion_overlap) |
//! | `memory_region_del_subregion` | [`MemoryRegion::del_subregion`] |
//! | `object_unparent` | [`MemoryRegion::unparent`] |
//! | `sysbus_init_mmio`, `pci_register_bar` | [`MemoryRegion::export`] |
//! | `vmstate_register_ram` | [`MemoryRegion::register_vmstate`] |
//! | `instance_init`, `realize`, `unrealize`, `instance_finalize` | [`Lifecycle`] |
//!
//! Nothing of the safety net is lost: every region that is made here is noted in the device's bag like those
//! of attributes. It is in no view before the whole device is, it leaves every view before the `unrealize` hook
//! runs, and it is removed on every way out. So **no device has to call `del_subregion` or `unparent`** in
//! `unrealize`, in `finalize` or in a `Drop`: there they do nothing. They are there for code that comes with
//! them; `cargo devmodel check` finds them (`manual-teardown`), as well as regions and lifecycles that
//! attributes can express (`derive-available`), and `cargo devmodel fix` rewrites both.
//!
//! # Example
//!
//! ```
//! use devmodel::manual::{Access, Lifecycle, MemoryRegion};
//! use devmodel::{Cx, Machine, Ops, RealizeCx, RealizeError, SysBus};
//!
//! /// A register above 4 KiB of memory.
//! struct Board {
//!     all: MemoryRegion,
//!     register: MemoryRegion,
//!     memory: MemoryRegion,
//!     value: u32,
//! }
//!
//! impl Lifecycle for Board {
//!     const NAME: &'static str = "board";
//!     type Parent = SysBus;
//!
//!     fn init() -> Self {
//!         Self {
//!             all: MemoryRegion::default(),
//!             register: MemoryRegion::default(),
//!             memory: MemoryRegion::default(),
//!             value: 0,
//!         }
//!     }
//!
//!     fn realize(&mut self, cx: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {
//!         self.all.init_container(cx, "all", 0x2000)?;
//!         self.memory.init_ram(cx, "memory", 0x1000)?;
//!         self.all.add_subregion(cx, 0, &self.memory)?;
//!         self.register.init_io::<Self>(cx, "register", 4, Access::new().implemented(4, 4))?;
//!         self.all.add_subregion(cx, 0x1000, &self.register)?;
//!         self.all.export(cx, 0)
//!     }
//! }
//!
//! impl Ops for Board {
//!     type Device = Self;
//!
//!     fn read(board: &mut Self, _: &mut Cx<'_, Self>, _: u64, _: u8) -> u64 {
//!         u64::from(board.value)
//!     }
//!
//!     fn write(board: &mut Self, _: &mut Cx<'_, Self>, _: u64, _: u8, value: u64) {
//!         board.value = value as u32;
//!     }
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut machine = Machine::new();
//! let id = machine.create::<Board>("board")?;
//! machine.seat(id, &machine.system_bus(), SysBus::at(0x1_0000))?;
//! machine.realize(id)?;
//!
//! # #[cfg(feature = "memory")] {
//! let vcpu = machine.address_space();
//! vcpu.write_uint(0x1_1000, 4, 7)?;
//! assert_eq!((vcpu.read_uint(0x1_1000, 4)?, vcpu.read_uint(0x1_0000, 8)?), (7, 0));
//! machine.unplug(id)?;
//! assert!(vcpu.read_uint(0x1_1000, 4).is_err(), "nothing answers any more");
//! # }
//! # Ok(())
//! # }
//! ```
//!
//! The same device by attributes is [`Region`](crate::Region)s with `#[region(ram, size = 0x1000, in = all)]` and
//! so on, and has no `realize`.
//!
//! # In a device with attributes
//!
//! A `#[derive(Device)]` may have both: by-hand regions are fields without an attribute, made in the hook that
//! `#[device(realize = ..)]` names. In handlers the methods of [`Cx`](crate::Cx) that take a region take both kinds.

mod access;
mod lifecycle;
mod region;
mod teardown;

pub use access::Access;
pub use lifecycle::Lifecycle;
pub use region::MemoryRegion;
pub use teardown::{Context, NoCx};
