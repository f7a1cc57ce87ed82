use devmodel::{Cx, Device};

#[derive(Device)]
#[device(realize = start)]
struct Demo;

impl Demo {
    fn start(&mut self, _: &mut Cx<'_, Self>) {}
}

#[derive(Device)]
#[device(unrealize = stop)]
struct Other;

fn main() {}
