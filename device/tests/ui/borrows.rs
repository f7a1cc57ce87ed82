use devmodel::Device;

#[derive(Device)]
struct Demo<'a> {
    #[init("")]
    text: &'a str,
}

fn main() {}
