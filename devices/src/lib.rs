//! Devices written with the crate `devmodel`, from their manuals.
//!
//! | device | what it is | what it shows of the framework |
//! |---|---|---|
//! | [`Pl011`] | a serial port of ARM boards | a plain device on the system bus |
//! | [`Uart16550`] | the serial port of a PC | a core from another crate, with its own state |
//! | [`DmaEngine`] | a DMA controller, PL080 | a thread that works for the device |
//! | [`Flash`] | flash memory with its own SRAM | memory, commands, a window that moves |
//! | [`PciIde`] | an IDE function of the PIIX sort | nested regions, bus mastering, unplug on request |
//! | [`PciHost`] | a PCI host bridge | a bus, and the guest's side of hot-unplug |
//!
//! Each has its register layout in a module `spec`, after its manual.

#![forbid(unsafe_code)]

pub mod dma_engine;
pub mod flash;
pub mod output;
pub mod pci_host;
pub mod pci_ide;
pub mod pl011;
pub mod uart16550;

pub use dma_engine::DmaEngine;
pub use flash::Flash;
pub use output::Output;
pub use pci_host::PciHost;
pub use pci_ide::PciIde;
pub use pl011::Pl011;
pub use uart16550::Uart16550;

use devmodel::Registry;

/// Every device of this crate, to be made by name.
pub fn registry() -> Registry {
    Registry::new()
        .with::<Pl011>()
        .with::<Uart16550>()
        .with::<DmaEngine>()
        .with::<Flash>()
        .with::<PciIde>()
        .with::<PciHost>()
}
