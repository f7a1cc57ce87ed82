use devmodel::manual::MemoryRegion;

fn twice(region: &MemoryRegion) -> [MemoryRegion; 2] {
    [region.clone(), region.clone()]
}

fn main() {
    twice(&MemoryRegion::default());
}
