use devmodel::manual::{Access, MemoryRegion};
use devmodel::{Cx, Device, Ops};

#[derive(Device)]
#[device(unrealize = unrealize, reset(hold = reset))]
struct Demo {
    registers: MemoryRegion,
    all: MemoryRegion,
}

impl Demo {
    fn unrealize(&mut self, cx: &mut Cx<'_, Self>) {
        self.all.init_container(cx, "all", 16);
        self.all.export(cx, 0);
    }

    fn reset(&mut self, cx: &mut Cx<'_, Self>) {
        self.registers.init_io::<Self>(cx, "registers", 16, Access::new());
        self.all.add_subregion(cx, 0, &self.registers);
    }
}

impl Ops for Demo {
    type Device = Self;

    fn read(_: &mut Self, _: &mut Cx<'_, Self>, _: u64, _: u8) -> u64 {
        0
    }

    fn write(_: &mut Self, _: &mut Cx<'_, Self>, _: u64, _: u8, _: u64) {}
}

fn main() {}
