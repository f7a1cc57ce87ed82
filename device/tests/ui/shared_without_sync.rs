use devmodel::Device;
use std::cell::Cell;

#[derive(Device)]
#[device(lock = "shared")]
struct Demo {
    count: Cell<u32>,
}

fn main() {}
