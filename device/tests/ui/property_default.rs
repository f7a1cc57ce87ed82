use devmodel::Device;

const LARGE: u32 = 65;

#[derive(Device)]
struct Literal {
    #[property(default = 65, min = 1, max = 64)]
    depth: u32,
    #[property(min = 1)]
    width: u32,
}

#[derive(Device)]
struct Constant {
    #[property(default = LARGE, min = 1, max = 64)]
    depth: u32,
}

fn main() {}
