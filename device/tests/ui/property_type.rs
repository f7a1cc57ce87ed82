use devmodel::Device;

#[derive(Device)]
struct Demo {
    #[property(default = "eight")]
    depth: u32,
}

#[derive(Device)]
struct Other {
    #[property]
    ratio: f64,
}

fn main() {}
