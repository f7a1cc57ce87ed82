use devmodel::Device;

#[derive(Device)]
#[device(nmae = "demo")]
struct Demo {
    #[device(regoin)]
    registers: u8,
}

fn main() {
    // One mistake is one message: the trait is there all the same.
    let _ = Demo::METADATA;
}
