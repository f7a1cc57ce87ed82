//! Handles of regions, and the end of a machine.

use super::{board, io, ram, rows};
use crate::memory::{Listener, Memory, MemoryError, OwnedRegion, Section};
use std::panic::{AssertUnwindSafe, catch_unwind};

#[test]
fn a_region_goes_with_its_handle() {
    let (memory, space, root) = board(1 << 64);
    let block = memory.ram("block", ram(0x1000)).expect("there is room");
    let alias = memory.alias("alias", block.id(), 0, 0x10).expect("there is room");
    memory
        .transaction(|t| {
            t.attach(root, 0, block.id(), 0).and(t.attach(root, 0x2000, alias.id(), 0))
        })
        .expect("all of it is possible");
    assert_eq!((rows(&space).len(), memory.resident()), (2, 3));
    drop(block);
    assert_eq!((rows(&space).len(), memory.resident()), (0, 2));
    drop(alias);
    assert_eq!(memory.resident(), 1);
}

#[test]
fn a_handle_that_is_dropped_in_a_transaction_removes_at_its_end() {
    let (memory, space, root) = board(1 << 64);
    let [a, b, c] = ["a", "b", "c"].map(|name| memory.io(name, 8, io()).expect("there is room"));
    memory
        .transaction(|t| {
            t.attach(root, 0, a.id(), 0)?;
            t.attach(root, 8, b.id(), 0)?;
            t.attach(root, 16, c.id(), 0)
        })
        .expect("all of it is possible");
    let before = space.0.current();
    let id = a.id();
    let still = memory.transaction(move |t| {
        drop(a);
        t.set_readonly(id, true)
    });
    assert_eq!((still, rows(&space).len(), memory.resident()), (Ok(()), 2, 3));
    let failed = memory.transaction(move |_| {
        drop(b);
        Err::<(), _>(MemoryError::Full)
    });
    assert_eq!((failed, rows(&space).len()), (Err(MemoryError::Full), 1));
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        memory.transaction(move |_| -> Result<(), MemoryError> {
            let _c = c;
            panic!("for this test");
        })
    }));
    assert!(panicked.is_err());
    assert_eq!((rows(&space).len(), memory.resident(), before.ranges().count()), (0, 1, 3));
}

/// Gives up a region when it is told of one.
struct Quitter(Option<OwnedRegion>);

impl Listener for Quitter {
    fn region_del(&mut self, _section: &Section<'_>) {
        self.0 = None;
    }
}

#[test]
fn a_handle_that_is_dropped_by_a_listener_removes_afterwards() {
    let (memory, space, root) = board(1 << 64);
    let [a, b] = ["a", "b"].map(|name| memory.io(name, 8, io()).expect("there is room"));
    memory
        .transaction(|t| t.attach(root, 0, a.id(), 0).and(t.attach(root, 8, b.id(), 0)))
        .expect("all of it is possible");
    memory.register(0, None, Box::new(Quitter(Some(b)))).expect("no transaction");
    drop(a);
    assert_eq!((rows(&space).len(), memory.resident()), (0, 1));
}

#[test]
fn nothing_is_mapped_after_the_end() {
    let (memory, space, root) = board(1 << 64);
    let block = ram(0x1000);
    let region = memory.ram("block", block.clone()).expect("there is room");
    memory.transaction(|t| t.attach(root, 0, region.id(), 0)).expect("it is possible");
    memory.shut_down().expect("no transaction");
    assert_eq!(rows(&space), []);
    drop(memory);
    assert_eq!(std::sync::Arc::strong_count(&block), 1, "a handle keeps no memory alive");
    drop(region);
}

#[test]
fn every_kind_of_region_has_a_handle() {
    let memory = Memory::new();
    let regions = [
        memory.container("container", 8),
        memory.reserved("reserved", 8),
        memory.ram("ram", ram(8)),
        memory.rom("rom", ram(8)),
        memory.ram_device("ram device", ram(8)),
        memory.rom_device("rom device", ram(8), io()),
        memory.io("io", 8, io()),
    ];
    assert!(regions.iter().all(Result::is_ok));
    let text = memory.dump().expect("no transaction");
    for word in ["container): container", "reserved): ", "ram): rom [readonly]", "[romd]"] {
        assert!(text.contains(word), "{word} is not in {text}");
    }
    drop(regions);
    assert_eq!(memory.resident(), 0);
}
