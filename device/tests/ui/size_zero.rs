use devmodel::{Device, Region, region::Ram};

const NOTHING: u64 = 4096 - 4096;

#[derive(Device)]
struct Literal {
    #[region(ram, size = 0)]
    buffer: Region<Ram>,
}

#[derive(Device)]
struct Constant {
    #[region(ram, size = NOTHING)]
    buffer: Region<Ram>,
}

fn main() {}
