use devmodel::manual::{Access, Lifecycle, MemoryRegion};
use devmodel::{Cx, NoBus, Ops, RealizeCx, RealizeError};

struct Other;

impl Lifecycle for Other {
    const NAME: &'static str = "other";
    type Parent = NoBus;

    fn init() -> Self {
        Self
    }

    fn realize(&mut self, _: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {
        Ok(())
    }
}

impl Ops for Other {
    type Device = Self;

    fn read(_: &mut Self, _: &mut Cx<'_, Self>, _: u64, _: u8) -> u64 {
        0
    }

    fn write(_: &mut Self, _: &mut Cx<'_, Self>, _: u64, _: u8, _: u64) {}
}

struct Demo(MemoryRegion);

impl Lifecycle for Demo {
    const NAME: &'static str = "demo";
    type Parent = NoBus;

    fn init() -> Self {
        Self(MemoryRegion::default())
    }

    fn realize(&mut self, cx: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {
        self.0.init_io::<Other>(cx, "registers", 16, Access::new())
    }
}

fn main() {}
