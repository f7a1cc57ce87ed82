use devmodel::Device;

struct Opaque;

#[derive(Device)]
struct Demo {
    opaque: Opaque,
    #[init([0; 64])]
    fine: [u8; 64],
    #[property]
    #[init(3)]
    depth: u32,
}

#[derive(Device)]
struct Other {
    opaque: Opaque,
}

fn main() {}
