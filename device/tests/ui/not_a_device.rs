use devmodel::Machine;

struct Demo;

fn main() {
    let _ = Machine::new().create::<Demo>("demo");
}
