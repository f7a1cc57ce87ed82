use devmodel::Device;

#[derive(Device)]
enum Demo {
    On,
    Off,
}

#[derive(Device)]
struct Pair(u8, u8);

fn main() {}
