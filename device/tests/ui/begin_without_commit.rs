use devmodel::Machine;

fn main() {
    let machine = Machine::new();
    machine.memory().begin();
}
