use devmodel::{Device, Region, region::Ram};

#[derive(Device)]
struct Demo {
    #[region(rom, size = 4096)]
    firmware: Region<Ram>,
}

fn main() {}
