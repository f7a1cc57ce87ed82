use devmodel::Device;

#[derive(Device)]
struct Demo {
    #[property(default = 8, min = 64, max = 1)]
    depth: u32,
    #[property(min = false)]
    enabled: bool,
    #[property(name = "depth")]
    other: u32,
}

fn main() {}
