//! The binary; everything it does is in the library of the same name.

/// Analyses make and drop millions of small values on every thread.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cargo_devmodel::main()
}
