use devmodel::{Device, Region, region::{Container, Ram, Reserved}};

const AT: u64 = 0x7800;

#[derive(Device)]
struct Literal {
    #[region(container, size = 0x8000, export = 0)]
    bar: Region<Container>,
    #[region(ram, size = 0x1000, in = bar, at = 0x7800)]
    buffer: Region<Ram>,
}

#[derive(Device)]
struct Constant {
    #[region(container, size = 0x8000, export = 0)]
    bar: Region<Container>,
    #[region(ram, size = 0x1000, in = bar, at = AT)]
    buffer: Region<Ram>,
    #[region(reserved, size = 4, in = bar, at = 0x100, stride = 0x5000)]
    holes: [Region<Reserved>; 3],
}

fn main() {}
