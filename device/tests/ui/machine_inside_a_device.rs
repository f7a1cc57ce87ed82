use devmodel::{Device, Machine};

#[derive(Device)]
struct Demo {
    machine: Option<Machine>,
}

fn main() {}
