use devmodel::{Device, Region, region::Ram};

#[derive(Device)]
#[device(name = "demo")]
#[device(name = "demo")]
struct Demo {
    #[region(ram, size = 4096, size = 8192)]
    buffer: Region<Ram>,
    #[state]
    #[property]
    depth: u32,
}

fn main() {}
