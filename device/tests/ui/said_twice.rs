use devmodel::Device;

#[derive(Device)]
#[device(name = "demo", name = "demo")]
struct Demo {
    #[device(region)]
    #[device(region, region)]
    registers: u8,
}

fn main() {}
