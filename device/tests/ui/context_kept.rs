use devmodel::{Device, RealizeCx, RealizeError};
use std::cell::RefCell;

thread_local! {
    static KEPT: RefCell<Option<&'static mut RealizeCx<'static, Demo>>> = RefCell::default();
}

#[derive(Device)]
#[device(realize = start)]
struct Demo;

impl Demo {
    fn start(&mut self, cx: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {
        KEPT.set(Some(cx));
        Ok(())
    }
}

fn main() {}
