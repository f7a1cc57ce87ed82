use devmodel::{Child, Device, IrqOut, Link, Region, region::Io};

#[derive(Device)]
struct Part;

#[derive(Device)]
struct Demo {
    registers: Region<Io>,
    lines: [IrqOut; 2],
    part: Child<Part>,
    #[init(Link::default())]
    other: Link<Part>,
}

fn main() {}
