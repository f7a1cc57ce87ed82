//! Shows an address space of `devmodel` as a device of the crate `vm-device`.
//!
//! A VMM that dispatches exits with a `vm-device` [`IoManager`] registers one [`Window`], and whatever
//! is plugged into the `devmodel` machine answers behind it.
//!
//! ```
//! use devmodel::{Cx, Device, Machine, Ops, Region, SysBus, region::Io};
//! use devmodel_vm_device::Window;
//! use vm_device::bus::MmioAddress;
//! use vm_device::device_manager::{IoManager, MmioManager};
//!
//! #[derive(Device)]
//! #[device(name = "seven", parent = SysBus)]
//! struct Seven {
//!     #[region(io, size = 4, export = 0)]
//!     regs: Region<Io>,
//! }
//!
//! impl Ops for Seven {
//!     type Device = Self;
//!     fn read(_: &mut Self, _: &mut Cx<'_, Self>, _: u64, _: u8) -> u64 {
//!         7
//!     }
//!     fn write(_: &mut Self, _: &mut Cx<'_, Self>, _: u64, _: u8, _: u64) {}
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut machine = Machine::new();
//! let id = machine.create::<Seven>("seven")?;
//! machine.seat(id, &machine.system_bus(), SysBus::at(0x1000))?;
//!
//! let mut bus = IoManager::new();
//! let window = Window::new(machine.address_space(), 0x1000, 0x1000);
//! window.register_mmio(&mut bus, MmioAddress(0xd000_0000))?;
//!
//! machine.realize(id)?;
//! let mut data = [0; 4];
//! bus.mmio_read(MmioAddress(0xd000_0000), &mut data)?;
//! assert_eq!(data, [7, 0, 0, 0]);
//!
//! machine.unplug(id)?;
//! bus.mmio_read(MmioAddress(0xd000_0000), &mut data)?;
//! assert_eq!((data, window.failed()), ([0xff; 4], 1));
//! # Ok(())
//! # }
//! ```
//!
//! # Why one window, and not one registration for each range that is mapped
//!
//! A listener could register every range of the flat view with the bus, and do so again at every change.
//! That would be wrong in four ways, and would gain only that the bus knows where the holes are:
//!
//! - To deregister needs `&mut IoManager`, so all vCPUs have to be kept off the bus. The change comes
//!   from within a memory transaction, which a handler that is running *on* the bus may have begun:
//!   it would wait for itself.
//! - A change of several ranges would be seen in part.
//! - The bus refuses an access that crosses from one range into the next; the address space splits it.
//! - The bus looks for overlaps in all ranges at each registration: quadratic in the number of ranges.
//!
//! With one window the change is one store of a pointer, and vCPUs never wait for it. The price is a second
//! search, of one more range in the bus.
//!
//! If other devices of the bus lie in between, there is a window for each gap: they may show the same
//! address space.
//!
//! # Errors
//!
//! `vm-device` has no way to say that an access failed. A read that fails gives all ones, a write that
//! fails has no effect, and both are counted ([`Window::failed`]).
#![forbid(unsafe_code)]

use devmodel::{AccessError, AddressSpace, Attrs};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use vm_device::bus::{
    Error, MmioAddress, MmioAddressOffset, MmioRange, PioAddress, PioAddressOffset, PioRange,
};
use vm_device::device_manager::{IoManager, MmioManager, PioManager};
use vm_device::{DeviceMmio, DevicePio};

/// `len` bytes of an address space from `base` on, as a device on a bus.
///
/// It keeps no device of the machine alive, and may outlive the machine: then every access fails.
#[derive(Debug)]
pub struct Window {
    space: AddressSpace,
    base: u64,
    len: u64,
    failed: AtomicU64,
}

impl Window {
    /// A window on the `len` bytes from `base` on. What lies beyond 2^64 does not exist.
    pub fn new(space: AddressSpace, base: u64, len: u64) -> Arc<Self> {
        Arc::new(Self { space, base, len, failed: AtomicU64::new(0) })
    }

    /// A window on all 65536 I/O ports of an address space.
    pub fn ports(space: AddressSpace) -> Arc<Self> {
        Self::new(space, 0, 1 << 16)
    }

    /// Registers the window with the memory bus, from the bus address `at` on.
    ///
    /// # Errors
    ///
    /// `DeviceOverlap` if something else is there; `InvalidRange` if the window is empty or does not fit.
    pub fn register_mmio(
        self: &Arc<Self>,
        bus: &mut IoManager,
        at: MmioAddress,
    ) -> Result<(), Error> {
        bus.register_mmio(MmioRange::new(at, self.len)?, self.clone())
    }

    /// Registers the window with the port bus, from the port `at` on.
    ///
    /// A range of the bus has at most 65535 ports, so port 0xffff of a window on all of them is a range of
    /// its own, in a window of its own whose failures count here, too.
    ///
    /// # Errors
    ///
    /// As [`Self::register_mmio`]; nothing is registered then.
    pub fn register_pio(
        self: &Arc<Self>,
        bus: &mut IoManager,
        at: PioAddress,
    ) -> Result<(), Error> {
        if let Ok(len) = u16::try_from(self.len) {
            return bus.register_pio(PioRange::new(at, len)?, self.clone());
        }
        if (at, self.len) != (PioAddress(0), 1 << 16) {
            return Err(Error::InvalidRange);
        }
        let last = PioRange::new(PioAddress(u16::MAX), 1)?;
        bus.register_pio(PioRange::new(at, u16::MAX)?, self.clone())?;
        let done = bus.register_pio(last, Arc::new(LastPort(self.clone())));
        if done.is_err() {
            bus.deregister_pio(at);
        }
        done
    }

    /// The address space.
    pub fn space(&self) -> &AddressSpace {
        &self.space
    }

    /// How many accesses have failed.
    pub fn failed(&self) -> u64 {
        self.failed.load(Ordering::Relaxed)
    }

    fn read(&self, offset: u64, data: &mut [u8]) {
        let address = self.address(offset, data.len());
        let done = address.and_then(|address| self.space.read(address, data, Attrs::default()));
        if done.is_err() {
            data.fill(0xff);
            self.count_failure();
        }
    }

    fn write(&self, offset: u64, data: &[u8]) {
        let address = self.address(offset, data.len());
        let done = address.and_then(|address| self.space.write(address, data, Attrs::default()));
        if done.is_err() {
            self.count_failure();
        }
    }

    /// Where an access goes that lies in the window with all its bytes.
    fn address(&self, offset: u64, len: usize) -> Result<u64, AccessError> {
        let end = offset.checked_add(len as u64).filter(|end| *end <= self.len);
        let address = end.and_then(|_| self.base.checked_add(offset));
        address.ok_or(AccessError::Decode)
    }

    fn count_failure(&self) {
        self.failed.fetch_add(1, Ordering::Relaxed);
    }
}

impl DeviceMmio for Window {
    fn mmio_read(&self, _: MmioAddress, offset: MmioAddressOffset, data: &mut [u8]) {
        self.read(offset, data);
    }

    fn mmio_write(&self, _: MmioAddress, offset: MmioAddressOffset, data: &[u8]) {
        self.write(offset, data);
    }
}

impl DevicePio for Window {
    fn pio_read(&self, _: PioAddress, offset: PioAddressOffset, data: &mut [u8]) {
        self.read(u64::from(offset), data);
    }

    fn pio_write(&self, _: PioAddress, offset: PioAddressOffset, data: &[u8]) {
        self.write(u64::from(offset), data);
    }
}

/// Port 0xffff of a window on all ports.
struct LastPort(Arc<Window>);

impl DevicePio for LastPort {
    fn pio_read(&self, _: PioAddress, _: PioAddressOffset, data: &mut [u8]) {
        self.0.read(u64::from(u16::MAX), data);
    }

    fn pio_write(&self, _: PioAddress, _: PioAddressOffset, data: &[u8]) {
        self.0.write(u64::from(u16::MAX), data);
    }
}
