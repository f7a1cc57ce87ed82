use devmodel::{Child, Device};

#[derive(Device)]
struct Demo {
    #[child]
    part: Child<Part>,
}

#[derive(Device)]
struct Part {
    #[child]
    whole: Child<Demo>,
}

fn main() {}
