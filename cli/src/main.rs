//! The binary; everything it does is in the library of the same name.

fn main() -> std::process::ExitCode {
    cargo_devmodel::main()
}
