use devmodel::{Device, Region, region::{Container, Ram, Reserved}};

const SIZE: u64 = 0x1000;

#[derive(Device)]
struct Literal {
    #[region(container, size = 0x8000, export = 0)]
    bar: Region<Container>,
    #[region(ram, size = 0x1000, in = bar)]
    buffer: Region<Ram>,
    #[region(reserved, size = 0x10, in = bar, at = 0xff8)]
    hole: Region<Reserved>,
    #[region(reserved, size = 0x10, in = bar, at = 0x10, prio = 1)]
    above: Region<Reserved>,
}

#[derive(Device)]
struct Constant {
    #[region(container, size = 0x8000, export = 0)]
    bar: Region<Container>,
    #[region(ram, size = SIZE, in = bar, stride = 0x2000)]
    buffers: [Region<Ram>; 4],
    // Between the buffers.
    #[region(reserved, size = SIZE, in = bar, at = 0x1000, stride = 0x2000)]
    holes: [Region<Reserved>; 3],
    #[region(reserved, size = 0x10, in = bar, at = 0x6ff0)]
    last: Region<Reserved>,
}

fn main() {}
