#[derive(Device)]
#[device(name = "two words")]
struct Demo {
    #[region(ram)]
    buffer: Region<Ram>,
}
