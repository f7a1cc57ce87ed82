use devmodel::{Device, Region, region::{Container, Ram}};

#[derive(Device)]
struct Demo {
    #[region(container, size = 0x8000, export = 0)]
    bar: Region<Container>,
    #[region(ram, size = 0x1000, at = 0x1000)]
    buffer: Region<Ram>,
    #[region(ram, size = 0x1000, in = bar, export = 1)]
    other: Region<Ram>,
}

fn main() {}
