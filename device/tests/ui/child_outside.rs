use devmodel::{Child, Device, Region, region::{Container, Ram}};

#[derive(Device)]
struct Hidden;

#[derive(Device)]
struct Part {
    #[region(ram, size = 0x1000, export = 0)]
    buffer: Region<Ram>,
}

#[derive(Device)]
struct Demo {
    #[region(container, size = 0x1800, export = 0)]
    bar: Region<Container>,
    #[child(in = bar)]
    hidden: Child<Hidden>,
    #[child(in = bar, at = 0x1000)]
    part: Child<Part>,
}

#[derive(Device)]
struct Array {
    #[region(container, size = 0x4000, export = 0)]
    bar: Region<Container>,
    #[child(in = bar, stride = 0x800)]
    parts: [Child<Part>; 2],
}

fn main() {}
