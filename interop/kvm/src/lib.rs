//! Runs a `devmodel` machine under KVM.
//!
//! - [`Attachment`]: what the machine has of memory becomes slots of the virtual machine, and its ioeventfds
//!   become KVM's, both kept up with every change until it is dropped.
//! - [`Runner`]: a vCPU, whose exits by memory and ports are answered by the machine.
//! - [`Pages`]: memory that begins and ends with a page, as KVM wants it. [`Bell`]: an eventfd.
//!
//! ```no_run
//! use devmodel::{Machine, memory::MemoryError};
//! use devmodel_kvm::{Attachment, Pages, Runner, Trust};
//! use kvm_ioctls::Kvm;
//! use std::sync::Arc;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let machine = Machine::new();
//! let ram = machine.memory().ram("ram", Pages::block(0x10_0000)?)?;
//! let system = machine.system();
//! machine.memory().transaction(|change| change.attach(system, 0, ram.id(), 0))?;
//!
//! let vm = Arc::new(Kvm::new()?.create_vm()?);
//! let attachment = Attachment::new(vm.clone(), &machine, Trust::default())?;
//! let mut cpu = Runner::new(vm.create_vcpu(0)?, &machine);
//! let end = cpu.run()?;
//! # let _ = (attachment, end);
//! # Ok(())
//! # }
//! ```
//!
//! `examples/hotunplug.rs` is a whole program: a guest pokes a device while the host unplugs it and plugs it
//! again, a thousand times.
//!
//! # What becomes a slot
//!
//! Memory, ROM, and ROM devices in ROM mode (those as slots that are read only: a write exits), as far as
//! whole pages of the guest are whole pages of the host. Whatever is left out ([`Attachment::left_out`])
//! works, too: every access exits and is answered by the machine. But no code runs there.
//!
//! # What can't be done yet
//!
//! If a change makes memory smaller or splits it, its slot is removed before the new ones are made. An
//! instruction that a vCPU fetches from there in between fails. QEMU keeps vCPUs out of KVM meanwhile; here
//! it is up to whoever makes such a change to stop them.
#![deny(unsafe_code)]

mod attachment;
mod bell;
#[allow(unsafe_code, reason = "calls of KVM that tell it of memory; this is the only such place")]
mod host;
mod ioeventfds;
mod pages;
mod runner;
mod slots;
mod status;

pub use attachment::Attachment;
pub use bell::Bell;
pub use host::Trust;
pub use pages::Pages;
pub use runner::{Runner, Stop};
pub use status::Failure;
