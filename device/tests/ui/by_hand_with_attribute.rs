use devmodel::Device;
use devmodel::manual::MemoryRegion;

#[derive(Device)]
struct Demo {
    #[region(ram, size = 4096)]
    memory: MemoryRegion,
}

fn main() {}
