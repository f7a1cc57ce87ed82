use devmodel::{Device, Region, region::{Io, Ram}};

#[derive(Device)]
struct Demo {
    #[region(ram, size = 4096, endian = "big", valid(4))]
    buffer: Region<Ram>,
    #[region(reserved, size = 4096, migrate)]
    hole: Region<devmodel::region::Reserved>,
    #[region(io, size = 4096, endian = "middle")]
    registers: Region<Io>,
}

fn main() {}
