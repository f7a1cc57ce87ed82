//! How much memory a region takes.

use crate::population::{PAGE, machine};
use devmodel::memory::Memory;

pub(crate) fn run(_: usize) {
    println!("\n## Memory\n\n| what | bytes |\n|---|---|");
    println!("| a region that is mapped: node and flat range | {} |", region());
    println!("| a device with one region, all included | {} |", device());
}

fn region() -> i64 {
    const COUNT: u64 = 10_000;
    let memory = Memory::new();
    let root = memory.container("root", 1 << 64).expect("there is room");
    let _space = memory.address_space("space", root.id()).expect("the root is there");
    let mut kept = Vec::with_capacity(COUNT as usize);
    let measured = allocation_counter::measure(|| {
        let made = memory.transaction(|t| {
            for page in 0..COUNT {
                let id = t.reserved("page", u128::from(PAGE))?;
                t.attach(root.id(), page * 2 * PAGE, id, 0)?;
                kept.push(id);
            }
            Ok(())
        });
        made.expect("there is room");
    });
    measured.bytes_current / COUNT as i64
}

fn device() -> i64 {
    const COUNT: u64 = 10_000;
    let mut kept = None;
    let measured = allocation_counter::measure(|| kept = Some(machine(COUNT)));
    measured.bytes_current / COUNT as i64
}
