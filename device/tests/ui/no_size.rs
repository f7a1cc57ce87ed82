use devmodel::{Device, Region, region::{Container, Ram}};

#[derive(Device)]
struct Demo {
    #[region(container)]
    bar: Region<Container>,
    #[region(ram, size = 4096, size_from = depth * 4096)]
    buffer: Region<Ram>,
    #[property]
    depth: u32,
}

fn main() {}
