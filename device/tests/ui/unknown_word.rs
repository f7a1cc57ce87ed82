use devmodel::Device;

#[derive(Device)]
#[device(nmae = "demo")]
struct Demo;

fn main() {
    // One mistake is one message: the trait is there all the same.
    let _ = Demo::META;
}
