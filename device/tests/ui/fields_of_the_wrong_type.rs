use devmodel::{Device, IrqIn, NoBus};

#[derive(Device)]
struct Demo {
    #[region(ram, size = 4096)]
    buffer: u8,
    #[irq(out)]
    line: IrqIn,
    #[child]
    part: Option<u8>,
    #[linked]
    other: u8,
    #[bus(NoBus)]
    bus: u8,
}

fn main() {}
