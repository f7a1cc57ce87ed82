use devmodel::{Device, Region, region::Ram};

#[derive(Device)]
struct Demo {
    #[region(ram, size = 4096, lockless)]
    buffer: Region<Ram>,
}

fn main() {}
