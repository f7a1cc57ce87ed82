use devmodel::Device;

#[derive(Default)]
struct Opaque;

#[derive(Device)]
struct Demo {
    #[state]
    opaque: Opaque,
    #[state]
    #[vmstate(skip)]
    cache: Opaque,
}

#[derive(Device)]
struct Versions {
    #[state]
    #[vmstate(since = 2)]
    late: u32,
}

fn main() {}
