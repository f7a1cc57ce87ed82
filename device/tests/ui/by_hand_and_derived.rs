use devmodel::manual::Lifecycle;
use devmodel::{Device, NoBus, RealizeCx, RealizeError};

#[derive(Device)]
struct Demo {}

impl Lifecycle for Demo {
    const NAME: &'static str = "demo";
    type Parent = NoBus;

    fn init() -> Self {
        Self {}
    }

    fn realize(&mut self, _: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {
        Ok(())
    }
}

fn main() {}
