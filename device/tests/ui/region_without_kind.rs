use devmodel::{Device, Region, region::{Io, Ram}};

#[derive(Device)]
struct Demo {
    #[region(size = 4096)]
    buffer: Region<Ram>,
    #[region(io, ram, size = 4096)]
    registers: Region<Io>,
}

fn main() {}
