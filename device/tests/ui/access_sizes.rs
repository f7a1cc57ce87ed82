use devmodel::{Cx, Device, Entered, Ops, Region, region::Io};

#[derive(Device)]
struct Demo {
    #[region(io, size = 8, valid(3))]
    odd: Region<Io>,
    #[region(io, size = 8, valid(4..=2))]
    reversed: Region<Io>,
    #[region(io, size = 8, implemented(1..=16, unaligned))]
    wide: Region<Io>,
    #[region(io, size = 8, impl(any))]
    any: Region<Io>,
}

impl Ops for Demo {
    type Device = Self;

    fn read(_: Entered<'_, Self>, _: &mut Cx<'_, Self>, _: u64, _: u8) -> u64 {
        0
    }

    fn write(_: Entered<'_, Self>, _: &mut Cx<'_, Self>, _: u64, _: u8, _: u64) {}
}

fn main() {}
