use devmodel::Device;

#[derive(Device)]
#[device(region)]
struct Demo {
    #[device(name = "registers")]
    registers: u8,
}

fn main() {}
