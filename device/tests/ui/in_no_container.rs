use devmodel::{Device, Region, region::{Container, Ram, Reserved}};

#[derive(Device)]
struct Demo {
    #[region(container, size = 0x8000, export = 0)]
    bar: Region<Container>,
    #[region(ram, size = 0x1000, in = bar)]
    buffer: Region<Ram>,
    #[region(reserved, size = 0x10, in = buffer)]
    hole: Region<Reserved>,
}

fn main() {}
