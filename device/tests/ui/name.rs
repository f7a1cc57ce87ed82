use devmodel::Device;

#[derive(Device)]
#[device(name = "two words")]
struct Spaced;

#[derive(Device)]
#[device(name = 3)]
struct Numbered;

fn main() {}
