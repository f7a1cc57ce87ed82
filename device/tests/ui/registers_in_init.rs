use devmodel::Device;

#[derive(Device)]
struct Demo {
    #[init(cx.ram())]
    buffer: u32,
    #[init(self.buffer)]
    copy: u32,
}

fn main() {}
