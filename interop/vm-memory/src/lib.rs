//! Shows the memory of a `devmodel` machine to the crate `vm-memory`, and the other way round.
//!
//! - [`Follower`] and [`GuestSpace`]: what an address space has of memory, as a
//!   [`GuestAddressSpace`](vm_memory::GuestAddressSpace), so that device cores which are written for
//!   `vm-memory`, such as `virtio-queue`, work on it unchanged.
//! - [`MmapRam`]: an `mmap` of `vm-memory` as the memory of a machine, as a hypervisor wants it.
//!
//! ```
//! use devmodel::memory::{Memory, RamBlock};
//! use devmodel_vm_memory::Follower;
//! use vm_memory::{Bytes, GuestAddress, GuestAddressSpace};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let memory = Memory::new();
//! let root = memory.container("root", 1 << 64)?;
//! let space = memory.address_space("dma", root.id())?;
//! let ram = memory.ram("ram", RamBlock::new(0x1000)?)?;
//! memory.transaction(|change| change.attach(root.id(), 0x8000, ram.id(), 0))?;
//!
//! let follower = Follower::new(&memory, &space)?;
//! let guest = follower.guest();
//! guest.memory().write_obj(0x1234_u16, GuestAddress(0x8010))?;
//! assert_eq!(space.read_uint(0x8010, 2)?, 0x1234);
//!
//! drop(ram);
//! assert!(guest.memory().write_obj(0_u16, GuestAddress(0x8010)).is_err());
//! # Ok(())
//! # }
//! ```
//!
//! # What is shown
//!
//! Memory, ROM, and ROM devices in ROM mode. ROM can only be read: `vm-memory` 0.18 asks for access with
//! [`Permissions`](vm_memory::Permissions), and [`GuestMap`] keeps to them. Its
//! [`ram`](GuestMap::ram), which is also its `physical_memory`, is a
//! [`GuestMemoryBackend`](vm_memory::GuestMemoryBackend). Those do not know of permissions, so there is
//! only memory in it that may be written to. Registers are not shown, nor is memory that must be accessed
//! in pieces (`SectionKind::RamDevice`), nor memory whose bytes are nowhere in the host's memory or whose
//! owner is of a type that this crate does not know (it would have to believe in an address).
//!
//! # Snapshots
//!
//! [`GuestSpace::memory`](vm_memory::GuestAddressSpace::memory) returns the memory as it is mapped now. It
//! keeps bytes alive, and no device. As everywhere in `vm-memory`, whoever holds on to it goes on in memory
//! that may have been unplugged.
//!
//! # Writes
//!
//! What is written by `vm-memory` is marked in the block's logs of the clients that watch the range. A
//! region learns of new clients while it is mapped, so an old snapshot of it does, too; once it has been
//! unmapped it learns of no more.
#![deny(unsafe_code)]

mod follower;
mod log;
mod map;
mod mmap;
mod region;
#[allow(unsafe_code, reason = "`VolatileSlice` is made of a pointer; this is the only such place")]
mod slice;

pub use follower::{Follower, GuestSpace};
pub use log::{BlockLog, LogSlice};
pub use map::{GuestMap, GuestRam};
pub use mmap::MmapRam;
pub use region::RamRegion;
