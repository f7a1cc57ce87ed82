use devmodel::{Device, Region, region::{Alias, Ram}};

const SIZE: u64 = 0x200;

#[derive(Device)]
struct Literal {
    #[region(ram, size = 0x1000)]
    buffer: Region<Ram>,
    #[region(alias(of = buffer, offset = 0xf00, size = 0x200), export = 0)]
    window: Region<Alias>,
}

#[derive(Device)]
struct Constant {
    #[region(ram, size = 0x1000)]
    buffer: Region<Ram>,
    #[region(alias(of = buffer, offset = 0xf00), size = SIZE, export = 0)]
    window: Region<Alias>,
}

fn main() {}
