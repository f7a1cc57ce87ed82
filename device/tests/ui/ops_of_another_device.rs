use devmodel::{Cx, Device, Entered, Ops, Region, region::Io};

#[derive(Device)]
struct Other;

struct OtherOps;

impl Ops for OtherOps {
    type Device = Other;

    fn read(_: Entered<'_, Other>, _: &mut Cx<'_, Other>, _: u64, _: u8) -> u64 {
        0
    }

    fn write(_: Entered<'_, Other>, _: &mut Cx<'_, Other>, _: u64, _: u8, _: u64) {}
}

#[derive(Device)]
struct Demo {
    #[region(io, size = 8, ops = OtherOps)]
    registers: Region<Io>,
}

fn main() {}
