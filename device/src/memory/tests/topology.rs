//! What is possible, and what is refused.

use super::{board, io, ram, rows};
use crate::memory::{Memory, MemoryError, NodeId, Transaction};

fn refused(
    memory: &Memory,
    change: impl Fn(&mut Transaction<'_>) -> Result<(), MemoryError>,
) -> MemoryError {
    let before = memory.dump();
    let error = memory.transaction(|t| change(t)).expect_err("it has to be refused");
    assert_eq!(memory.dump(), before);
    error
}

fn three(memory: &Memory) -> [NodeId; 3] {
    let three = memory.transaction(|t| {
        Ok([t.container("a", 0x100)?, t.container("b", 0x100)?, t.io("c", 0x100, io())?])
    });
    three.expect("there is room")
}

#[test]
fn cycles_are_refused() {
    let (memory, _space, root) = board(0x1000);
    let [a, b, _] = three(&memory);
    memory.transaction(|t| t.attach(a, 0, b, 0)).expect("it is possible");
    assert_eq!(refused(&memory, |t| t.attach(a, 0, a, 0)), MemoryError::AliasCycle);
    assert_eq!(refused(&memory, |t| t.attach(b, 0, a, 0)), MemoryError::AliasCycle);
    let through_aliases = |t: &mut Transaction<'_>| {
        let inner = t.alias("inner", a, 0, 0x10)?;
        let outer = t.alias("outer", inner, 0, 0x10)?;
        t.attach(b, 0, outer, 0)
    };
    assert_eq!(refused(&memory, through_aliases), MemoryError::AliasCycle);
    let beside = |t: &mut Transaction<'_>| {
        let alias = t.alias("alias", b, 0, 0x10)?;
        t.attach(root, 0, a, 0).and(t.attach(root, 0, alias, 0))
    };
    assert_eq!(memory.transaction(beside), Ok(()));
}

#[test]
fn a_region_is_in_one_container() {
    let (memory, _space, root) = board(0x1000);
    let [a, b, c] = three(&memory);
    memory.transaction(|t| t.attach(root, 0, c, 0)).expect("it is possible");
    assert_eq!(refused(&memory, |t| t.attach(a, 0, c, 0)), MemoryError::AlreadyMapped);
    assert_eq!(refused(&memory, |t| t.attach(root, 0, c, 0)), MemoryError::AlreadyMapped);
    assert_eq!(refused(&memory, |t| t.detach(b)), MemoryError::NotMapped);
    assert_eq!(refused(&memory, |t| t.set_address(b, 1)), MemoryError::NotMapped);
    let moved = memory.transaction(|t| t.detach(c).and_then(|()| t.attach(a, 0, c, 0)));
    assert_eq!(moved, Ok(()));
}

#[test]
fn sizes_and_addresses_have_limits() {
    let (memory, _space, root) = board(1 << 64);
    let [a, _, c] = three(&memory);
    let made = |size| refused(&memory, |t| t.container("bad", size).map(drop));
    assert_eq!(made(0), MemoryError::ZeroSize);
    assert_eq!(made((1 << 64) + 1), MemoryError::OutOfRange);
    assert_eq!(refused(&memory, |t| t.set_size(a, 0)), MemoryError::ZeroSize);
    let end = u64::MAX - 0xff;
    assert_eq!(refused(&memory, |t| t.attach(root, end + 1, c, 0)), MemoryError::OutOfRange);
    assert_eq!(memory.transaction(|t| t.attach(root, end, c, 0)), Ok(()));
    assert_eq!(refused(&memory, |t| t.set_size(c, 0x101)), MemoryError::OutOfRange);
    assert_eq!(refused(&memory, |t| t.set_address(c, end + 1)), MemoryError::OutOfRange);
    let alias = |t: &mut Transaction<'_>| t.alias("alias", root, 1, 1 << 64).map(drop);
    assert_eq!(refused(&memory, alias), MemoryError::OutOfRange);
    let block = |t: &mut Transaction<'_>| {
        let block = t.ram("block", ram(0x100))?;
        t.set_size(block, 0x101)
    };
    assert_eq!(refused(&memory, block), MemoryError::OutOfRange);
}

#[test]
fn strict_attachment_refuses_overlap() {
    let (memory, _space, root) = board(0x1000);
    let [a, b, c] = three(&memory);
    assert_eq!(memory.transaction(|t| t.attach_strict(root, 0x100, a)), Ok(()));
    assert_eq!(refused(&memory, |t| t.attach_strict(root, 0x1ff, b)), MemoryError::Overlap);
    assert_eq!(refused(&memory, |t| t.attach_strict(root, 0x1, b)), MemoryError::Overlap);
    assert_eq!(memory.transaction(|t| t.attach_strict(root, 0x200, b)), Ok(()));
    assert_eq!(memory.transaction(|t| t.attach_strict(root, 0, c)), Ok(()));
}

#[test]
fn only_what_it_is_made_for() {
    let (memory, space, _root) = board(0x1000);
    let [a, b, c] = three(&memory);
    let attach = |t: &mut Transaction<'_>| {
        let alias = t.alias("alias", a, 0, 8)?;
        t.attach(alias, 0, c, 0)
    };
    assert_eq!(refused(&memory, attach), MemoryError::NotAContainer);
    assert_eq!(refused(&memory, |t| t.set_romd(c, true)), MemoryError::NotARomDevice);
    assert_eq!(refused(&memory, |t| t.set_alias_offset(c, 0)), MemoryError::NotAnAlias);
    assert_eq!(refused(&memory, |t| t.alias_target(c).map(drop)), MemoryError::NotAnAlias);
    assert_eq!(refused(&memory, |t| t.set_log(c, false)), MemoryError::NotLogging);
    let iommu = |t: &mut Transaction<'_>| t.iommu("iommu", 8).map(drop);
    assert_eq!(refused(&memory, iommu), MemoryError::Unsupported("iommu"));
    memory.transaction(|t| t.remove(b)).expect("it is there");
    assert_eq!(refused(&memory, |t| t.attach(a, 0, b, 0)), MemoryError::NoSuchRegion);
    assert_eq!(refused(&memory, |t| t.attach(b, 0, a, 0)), MemoryError::NoSuchRegion);
    let other = Memory::new();
    assert_eq!(refused(&other, |t| t.set_root(&space, None)), MemoryError::NoSuchSpace);
}

#[test]
fn a_removed_container_leaves_its_children() {
    let (memory, space, root) = board(0x1000);
    let [a, _, c] = three(&memory);
    memory
        .transaction(|t| t.attach(root, 0x100, a, 0).and(t.attach(a, 0x10, c, 0)))
        .expect("it is possible");
    assert_eq!(rows(&space), [(0x110, 0x1ff, 0, c)]);
    memory.transaction(|t| t.remove(a)).expect("it is there");
    assert_eq!(rows(&space), []);
    memory.transaction(|t| t.attach(root, 0, c, 0)).expect("it is in no container");
    assert_eq!(rows(&space), [(0, 0xff, 0, c)]);
}
