use devmodel::{Child, Cx, Device, Region, region::Ram};

#[derive(Device)]
struct Part;

#[derive(Device)]
#[device(unrealize = stop)]
struct Demo {
    #[region(ram, size = 0x1000, export = 0)]
    buffer: Region<Ram>,
    #[child]
    part: Child<Part>,
}

impl Demo {
    fn stop(&mut self, _: &mut Cx<'_, Self>) {
        drop(self.buffer);
        drop(self.part);
    }
}

fn main() {}
