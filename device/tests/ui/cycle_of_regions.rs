use devmodel::{Device, Region, region::{Alias, Container}};

#[derive(Device)]
struct Demo {
    #[region(container, size = 0x8000, export = 0)]
    bar: Region<Container>,
    #[region(container, size = 0x4000, in = bar)]
    half: Region<Container>,
    #[region(alias(of = bar, size = 0x1000), in = half)]
    window: Region<Alias>,
}

fn main() {}
