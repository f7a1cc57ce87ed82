//! What is seen where, by example.

use super::{board, io, ram, rows};
use crate::memory::topology::Node;
use crate::memory::view::FlatRange;
use crate::memory::{MemoryError, NodeId, Transaction};
use std::sync::Arc;

/// The example of overlapping regions and priorities in QEMU's memory documentation: A holds B with
/// priority 2, which holds E and D, and C with priority 1, which answers itself and holds F.
#[test]
fn the_documented_example() {
    let (memory, space, root) = board(1 << 64);
    let [c, d, e] = memory
        .transaction(|t| {
            let (a, b) = (t.container("a", 0x8000)?, t.container("b", 0x4000)?);
            let (c, d) = (t.io("c", 0x6000, io())?, t.io("d", 0x1000, io())?);
            let e = t.io("e", 0x1000, io())?;
            t.attach(root, 0, a, 0)?;
            t.attach(a, 0x2000, b, 2)?;
            t.attach(a, 0, c, 1)?;
            t.attach(b, 0, d, 0)?;
            t.attach(b, 0x2000, e, 0)?;
            Ok([c, d, e])
        })
        .expect("all of it is possible");
    let expected = [
        (0x0000, 0x1fff, 0x0000, c),
        (0x2000, 0x2fff, 0x0000, d),
        (0x3000, 0x3fff, 0x3000, c),
        (0x4000, 0x4fff, 0x0000, e),
        (0x5000, 0x5fff, 0x5000, c),
    ];
    assert_eq!(rows(&space), expected);
}

/// The same when B answers itself: nothing of C is seen through it.
#[test]
fn the_documented_example_with_a_background() {
    let (memory, space, root) = board(0x8000);
    let [b, c, d, e] = memory
        .transaction(|t| {
            let (b, c) = (t.io("b", 0x4000, io())?, t.io("c", 0x6000, io())?);
            let (d, e) = (t.io("d", 0x1000, io())?, t.io("e", 0x1000, io())?);
            t.attach(root, 0x2000, b, 2)?;
            t.attach(root, 0, c, 1)?;
            t.attach(b, 0, d, 0)?;
            t.attach(b, 0x2000, e, 0)?;
            Ok([b, c, d, e])
        })
        .expect("all of it is possible");
    let expected = [
        (0x0000, 0x1fff, 0x0000, c),
        (0x2000, 0x2fff, 0x0000, d),
        (0x3000, 0x3fff, 0x1000, b),
        (0x4000, 0x4fff, 0x0000, e),
        (0x5000, 0x5fff, 0x3000, b),
    ];
    assert_eq!(rows(&space), expected);
}

#[test]
fn of_equals_the_last_one_is_seen() {
    let (memory, space, root) = board(0x100);
    let [a, b] = memory
        .transaction(|t| {
            let (a, b) = (t.io("a", 0x100, io())?, t.io("b", 0x100, io())?);
            t.attach(root, 0, a, 0)?;
            t.attach(root, 0x80, b, 0)?;
            Ok([a, b])
        })
        .expect("all of it is possible");
    assert_eq!(rows(&space), [(0, 0x7f, 0, a), (0x80, 0xff, 0, b)]);
    memory
        .transaction(|t| t.set_address(a, 1).and(t.set_address(a, 0)))
        .expect("it is in a container");
    assert_eq!(rows(&space), [(0, 0xff, 0, a)]);
}

#[test]
fn a_region_of_all_addresses_is_one_range() {
    let (memory, space, root) = board(1 << 64);
    let all = memory
        .transaction(|t| {
            let all = t.io("all", 1 << 64, io())?;
            t.attach(root, 0, all, -1)?;
            let end = t.reserved("end", 1)?;
            t.attach(root, u64::MAX, end, 0)?;
            t.set_enabled(end, false)?;
            Ok(all)
        })
        .expect("all of it is possible");
    assert_eq!(rows(&space), [(0, u64::MAX, 0, all)]);
}

#[test]
fn an_alias_shows_a_window_wherever_the_target_is() {
    let (memory, space, root) = board(0x1000);
    let (block, alias) = memory
        .transaction(|t| {
            let block = t.ram("block", ram(0x400))?;
            let alias = t.alias("alias", block, 0x100, 0x100)?;
            let outer = t.alias("outer", alias, 0x80, 0x200)?;
            t.attach(root, 0x800, block, 0)?;
            t.attach(root, 0, alias, 0)?;
            t.attach(root, 0x200, outer, 0)?;
            Ok((block, alias))
        })
        .expect("all of it is possible");
    let expected =
        [(0, 0xff, 0x100, block), (0x200, 0x27f, 0x180, block), (0x800, 0xbff, 0, block)];
    assert_eq!(rows(&space), expected);
    memory.transaction(|t| t.remove(block)).expect("it is there");
    assert_eq!(rows(&space), []);
    assert_eq!(memory.transaction(|t| t.alias_target(alias)), Err(MemoryError::Dangling));
    assert!(memory.dump().expect("no transaction").contains("@(gone)"));
}

/// Sets what keeps two neighbours from being one.
type Apart = fn(&mut Transaction<'_>, NodeId, bool) -> Result<(), MemoryError>;

#[test]
fn neighbours_that_go_on_are_one_unless_they_are_told_apart() {
    let (memory, space, root) = board(0x1000);
    let (block, upper) = memory
        .transaction(|t| {
            let block = t.ram("block", ram(0x200))?;
            let lower = t.alias("lower", block, 0, 0x100)?;
            let upper = t.alias("upper", block, 0x100, 0x100)?;
            t.attach(root, 0, lower, 0)?;
            t.attach(root, 0x100, upper, 0)?;
            Ok((block, upper))
        })
        .expect("all of it is possible");
    let (one, two) = ([(0, 0x1ff, 0, block)], [(0, 0xff, 0, block), (0x100, 0x1ff, 0x100, block)]);
    assert_eq!(rows(&space), one);
    let apart: [Apart; 3] = [
        |t, node, on| t.set_readonly(node, on),
        |t, node, on| t.set_nonvolatile(node, on),
        |t, node, on| t.set_unmergeable(node, on),
    ];
    for apart in apart {
        memory.transaction(|t| apart(t, upper, true)).expect("it is there");
        assert_eq!(rows(&space), two);
        memory.transaction(|t| apart(t, upper, false)).expect("it is there");
        assert_eq!(rows(&space), one);
    }
}

#[test]
fn spaces_that_show_the_same_share_their_view() {
    let (memory, space, root) = board(1 << 64);
    let (whole, part) = memory
        .transaction(|t| {
            let device = t.io("device", 0x100, io())?;
            let inner = t.container("inner", 0x1000)?;
            t.attach(root, 0, inner, 0)?;
            t.attach(inner, 0x10, device, 0)?;
            Ok((t.alias("whole", root, 0, 1 << 64)?, t.alias("part", root, 0, 0x20)?))
        })
        .expect("all of it is possible");
    let same = memory.address_space("same", whole).expect("the root exists");
    let other = memory.address_space("other", part).expect("the root exists");
    let view = |space: &crate::memory::AddressSpace| space.0.current();
    memory.transaction(|t| t.set_root(&space, Some(root))).expect("the root exists");
    memory.transaction(|t| t.set_enabled(part, false)).expect("it is there");
    memory.transaction(|t| t.set_enabled(part, true)).expect("it is there");
    memory
        .transaction(|t| {
            let more = t.io("more", 0x10, io())?;
            t.attach(root, 0x2000, more, 0)
        })
        .expect("all of it is possible");
    assert!(Arc::ptr_eq(&view(&space), &view(&same)));
    assert!(!Arc::ptr_eq(&view(&space), &view(&other)));
    assert_eq!((rows(&same).len(), rows(&other).len()), (2, 1));
}

#[test]
fn what_is_rejected_when_aliases_show_too_much_is_undone() {
    let (memory, space, root) = board(1 << 64);
    let before = memory.dump();
    let bomb = memory.transaction(|t| {
        let mut inner = t.io("inner", 0x1000, io())?;
        for _ in 0..60 {
            let level = t.container("level", 0x1000)?;
            for _ in 0..2 {
                let alias = t.alias("alias", inner, 0, 0x1000)?;
                t.attach(level, 0, alias, 0)?;
            }
            inner = level;
        }
        t.attach(root, 0, inner, 0)
    });
    assert_eq!(bomb, Err(MemoryError::TooComplex));
    assert_eq!((memory.dump(), rows(&space)), (before, vec![]));
}

#[test]
fn deep_nests_need_no_stack() {
    let (memory, space, root) = board(1 << 64);
    memory
        .transaction(|t| {
            let mut outer = root;
            for _ in 0..100_000 {
                let inner = t.container("inner", 0x1000)?;
                t.attach(outer, 0, inner, 0)?;
                outer = inner;
            }
            let device = t.io("device", 1, io())?;
            t.attach(outer, 7, device, 0)
        })
        .expect("all of it is possible");
    assert_eq!(rows(&space).len(), 1);
}

/// Node and range, with its place in the list of its container and in the search index.
#[test]
fn a_region_takes_no_more_than_200_bytes() {
    let pointers = size_of::<u64>() + size_of::<NodeId>();
    let region = size_of::<Node>() + size_of::<FlatRange>();
    assert!(region + pointers <= 200, "{region} + {pointers} bytes");
}

/// A root that adds something to what is seen through it is not looked through.
#[test]
fn a_root_that_is_read_only_makes_all_read_only() {
    let (memory, space, root) = board(0x1000);
    let alias = memory
        .transaction(|t| {
            let block = t.ram("block", ram(0x1000))?;
            t.attach(root, 0, block, 0)?;
            let alias = t.alias("alias", root, 0, 0x1000)?;
            t.set_readonly(alias, true)?;
            Ok(alias)
        })
        .expect("all of it is possible");
    let readonly = memory.address_space("readonly", alias).expect("the root exists");
    let flags = |space: &crate::memory::AddressSpace| {
        space.0.current().ranges().map(|range| range.flags.readonly).collect::<Vec<_>>()
    };
    assert_eq!((flags(&space), flags(&readonly)), (vec![false], vec![true]));
}
