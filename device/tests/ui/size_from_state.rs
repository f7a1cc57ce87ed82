use devmodel::{Device, Region, region::Ram};

#[derive(Device)]
struct Demo {
    #[state]
    depth: u32,
    #[region(ram, size_from = depth * 4096)]
    buffer: Region<Ram>,
}

fn main() {}
