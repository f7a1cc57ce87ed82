use devmodel::{Device, Region, region::{Container, Ram}};

#[derive(Device)]
struct Demo {
    #[region(container, size = 0x8000, export = 0)]
    bar: Region<Container>,
    #[region(ram, size = 0x1000, in = bar, stride = 0x800)]
    buffers: [Region<Ram>; 2],
    #[region(ram, size = 0x1000, in = bar, at = 0x4000, stride = 0x1000)]
    single: Region<Ram>,
    #[property]
    depth: u32,
    #[region(ram, size_from = depth * 4096, in = bar, at = 0x6000)]
    computed: [Region<Ram>; 2],
}

fn main() {}
