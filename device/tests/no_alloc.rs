//! An access allocates nothing on its way to a handler, and nothing on the way back.
#![cfg(feature = "memory")]

use devmodel::manual::{Access, MemoryRegion};
use devmodel::memory::Vcpu;
use devmodel::region::{Io, Ram};
use devmodel::{Attrs, Cx, Device, Machine, Ops, RealizeCx, RealizeError, Region, SysBus};

#[derive(Device)]
#[device(name = "mixed", parent = SysBus, realize = realize)]
struct Mixed {
    #[region(io, size = 0x100, export = 0, implemented(1..=2))]
    regs: Region<Io>,
    #[region(ram, size = 0x1000, export = 1)]
    memory: Region<Ram>,
    by_hand: MemoryRegion,
    value: u64,
}

impl Mixed {
    fn realize(&mut self, cx: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {
        self.by_hand.init_io::<Self>(cx, "by_hand", 0x100, Access::new().implemented(1, 2))?;
        self.by_hand.export(cx, 2)
    }
}

impl Ops for Mixed {
    type Device = Self;

    fn read(device: &mut Self, _: &mut Cx<'_, Self>, _: u64, _: u8) -> u64 {
        device.value
    }

    fn write(device: &mut Self, cx: &mut Cx<'_, Self>, offset: u64, _: u8, value: u64) {
        device.value = value;
        let _ = cx.dma_write(0x2000 + offset, &value.to_le_bytes());
    }
}

#[test]
fn an_access_allocates_nothing() {
    let mut machine = Machine::new();
    let id = machine.create::<Mixed>("x").expect("it can be created");
    let address = SysBus::at(0x1000).and(1, 0x2000).and(2, 0x4000);
    machine.seat(id, &machine.system_bus(), address).expect("it is its bus");
    machine.realize(id).expect("it needs nothing");
    let (space, mut vcpu) = (machine.address_space(), Vcpu::new(machine.address_space()));
    let mut all = || {
        let mut data = [0; 64];
        let mut count = 0;
        for at in [0x1000, 0x1001, 0x2000, 0x2003, 0x3000, 0x4000, 0x4001, 0x5000] {
            count += u32::from(vcpu.read_uint(at, 4).is_ok());
            count += u32::from(vcpu.write_uint(at, 4, 1).is_ok());
            count += u32::from(space.read(at, &mut data, Attrs::default()).is_ok());
            count += u32::from(space.write(at, &data, Attrs::default()).is_ok());
        }
        count
    };
    let answered = all();
    assert!(answered > 16, "something answers: {answered}");
    let measured = allocation_counter::measure(|| {
        all();
    });
    assert_eq!(measured.count_total, 0, "{measured:?}");
}
