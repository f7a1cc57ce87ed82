use devmodel::{Cx, Device, Region, region::Ram};

#[derive(Device)]
#[device(unrealize = stop)]
struct Demo {
    #[region(ram, size = 0x1000, export = 0)]
    buffer: Region<Ram>,
}

impl Demo {
    fn stop(&mut self, _: &mut Cx<'_, Self>) {
        let _: Region<Ram> = self.buffer.clone();
    }
}

fn main() {}
