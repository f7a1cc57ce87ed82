use devmodel::{Device, IrqIn, IrqOut};

#[derive(Device)]
struct Demo {
    #[irq]
    bare: IrqOut,
    #[irq(in)]
    deaf: IrqIn,
    #[irq(out, handler = pin)]
    loud: IrqOut,
    #[irq(out, count = 2)]
    three: [IrqOut; 3],
}

fn main() {}
