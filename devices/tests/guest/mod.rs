//! What a guest does: accesses by address; and what a board has besides the device under test.

#![allow(dead_code, reason = "each test binary uses a part")]

pub(crate) mod pci;

use devmodel::memory::RamBlock;
use devmodel::{AddressSpace, Attrs, DevId, Device, Machine, SysBus, bus::SysBusAddress};
use devmodel_devices::Output;
use std::io::{Result, Write};
use std::sync::{Arc, Mutex};

/// A machine with one device of the system bus in it, named `device`.
pub(crate) fn machine_with<D: Device<Parent = SysBus>>(at: SysBusAddress) -> (Machine, DevId) {
    let mut machine = Machine::new();
    let id = add::<D>(&mut machine, "device", at);
    (machine, id)
}

pub(crate) fn add<D: Device<Parent = SysBus>>(
    machine: &mut Machine,
    name: &str,
    at: SysBusAddress,
) -> DevId {
    let id = machine.create::<D>(name).expect("it can be created");
    machine.seat(id, &machine.system_bus(), at).expect("it sits on the system bus");
    machine.realize(id).expect("it can be realized");
    id
}

/// Memory from address 0 on.
pub(crate) fn add_ram(machine: &Machine, len: u64) {
    let ram = RamBlock::new(len).expect("there is memory");
    let system = machine.system();
    let add = |memory: &mut devmodel::memory::Transaction<'_>| {
        let node = memory.ram("ram", ram)?;
        memory.attach(system, 0, node, -1)
    };
    machine.memory().transaction(add).expect("nothing else is there");
}

/// Registers, from an address on.
#[derive(Clone)]
pub(crate) struct Window {
    pub(crate) space: AddressSpace,
    pub(crate) base: u64,
}

impl Window {
    pub(crate) fn get(&self, offset: u64, size: u8) -> u64 {
        self.space.read_uint(self.base + offset, size).expect("something answers")
    }

    pub(crate) fn set(&self, offset: u64, size: u8, value: impl Into<u64>) {
        self.space.write_uint(self.base + offset, size, value.into()).expect("something answers");
    }

    pub(crate) fn r8(&self, offset: u64) -> u8 {
        self.get(offset, 1) as u8
    }

    pub(crate) fn w8(&self, offset: u64, value: u8) {
        self.set(offset, 1, value);
    }

    pub(crate) fn r32(&self, offset: u64) -> u32 {
        self.get(offset, 4) as u32
    }

    pub(crate) fn w32(&self, offset: u64, value: u32) {
        self.set(offset, 4, value);
    }

    pub(crate) fn bytes(&self, offset: u64, len: usize) -> Vec<u8> {
        let mut bytes = vec![0; len];
        let read = self.space.read(self.base + offset, &mut bytes, Attrs::default());
        read.expect("something answers");
        bytes
    }

    pub(crate) fn put(&self, offset: u64, bytes: &[u8]) {
        let written = self.space.write(self.base + offset, bytes, Attrs::default());
        written.expect("something answers");
    }

    /// Whether nothing answers any more.
    pub(crate) fn is_empty(&self) -> bool {
        self.space.read_uint(self.base, 4).is_err()
    }
}

/// What a serial port has sent.
#[derive(Clone, Default)]
pub(crate) struct Tape(Arc<Mutex<Vec<u8>>>);

impl Tape {
    pub(crate) fn output(&self) -> Output {
        Output::to(self.clone())
    }

    pub(crate) fn text(&self) -> String {
        let bytes = self.0.lock().expect("nobody panics").clone();
        String::from_utf8(bytes).expect("only text is sent")
    }
}

impl Write for Tape {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.0.lock().expect("nobody panics").write(bytes)
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}
