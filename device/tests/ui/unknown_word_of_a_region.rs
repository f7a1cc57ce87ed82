use devmodel::{Device, Region, region::Ram};

#[derive(Device)]
struct Demo {
    #[region(ram, size = 4096, writable)]
    buffer: Region<Ram>,
}

fn main() {}
