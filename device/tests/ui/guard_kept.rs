use devmodel::{AccessError, Device, WeakDev};

#[derive(Device)]
struct Demo {
    #[state]
    count: u32,
}

fn keep(device: &WeakDev<Demo>) -> Result<&mut u32, AccessError> {
    device.with(|demo, _| &mut demo.count)
}

fn main() {}
