use devmodel::Device;

#[derive(Device)]
#[device(size = 4096)]
#[region(ram)]
struct Demo {
    #[device(name = "depth")]
    depth: u32,
    #[property(since = 2)]
    width: u32,
    #[vmstate(skip)]
    cache: u32,
}

fn main() {}
