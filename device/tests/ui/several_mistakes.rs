use devmodel::{Device, Region, region::{Container, Io}};

#[derive(Device)]
#[device(name = "a b", lock = "none", hotplugable)]
struct Demo {
    #[region(container, size = 0)]
    bar: Region<Container>,
    #[region(io, size =, in = bar, at = 0x10, color)]
    registers: Region<Io>,
    #[property(default = 9, max = 8)]
    depth: u32,
    plain: Region<Io>,
}

fn main() {}
