use devmodel::{Device, Region, region::{Alias, Container, Ram}};

#[derive(Device)]
struct Demo {
    #[region(container, size = 0x8000, export = 0)]
    bar: Region<Container>,
    #[region(ram, size = 0x1000, in = bra)]
    buffer: Region<Ram>,
    #[region(alias(of = depth, size = 0x1000), in = bar, at = 0x1000)]
    window: Region<Alias>,
    #[property]
    depth: u32,
}

fn main() {}
