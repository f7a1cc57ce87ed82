use devmodel::region::{Ram, Reserved};
use devmodel::{Cx, Device, Region};

#[derive(Device)]
#[device(unrealize = unrealize)]
struct Demo {
    #[region(ram, size = 4096)]
    memory: Region<Ram>,
    #[region(reserved, size = 4096)]
    hole: Region<Reserved>,
    count: u32,
}

impl Demo {
    fn unrealize(&mut self, cx: &mut Cx<'_, Self>) {
        cx.set_romd(&self.memory, true);
        cx.set_alias_offset(&self.hole, 0);
        cx.ram(&self.hole);
        cx.set_enabled(&self.count, false);
    }
}

fn main() {}
