use devmodel::{Device, Region, region::Io};

#[derive(Device)]
struct Demo {
    #[region(io, size = 8)]
    registers: Region<Io>,
}

fn main() {}
