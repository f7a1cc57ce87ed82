//! All or nothing.

use super::{Dice, board, io, ram, rows};
use crate::memory::topology::Topology;
use crate::memory::{EventFd, Memory, MemoryError, NodeId, Transaction, Turn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

struct Bell;

impl EventFd for Bell {
    fn signal(&self) {}
}

/// A board with something of everything, and its regions.
fn furnished() -> (Memory, crate::memory::AddressSpace, Vec<NodeId>) {
    let (memory, space, root) = board(1 << 64);
    let nodes = memory
        .transaction(|t| {
            let block = t.ram("block", ram(0x1000))?;
            let outer = t.container(("outer", 3), 0x4000)?;
            let inner = t.io("inner", 0x100, io())?;
            let flash = t.rom_device("flash", ram(0x400), io())?;
            let alias = t.alias("alias", outer, 0x80, 0x800)?;
            let loose = t.reserved("loose", 8)?;
            t.attach(root, 0, block, 0)?;
            t.attach(root, 0x800, outer, 2)?;
            t.attach(outer, 0x40, inner, -1)?;
            t.attach(outer, 0x80, flash, -1)?;
            t.attach(root, 0x10_000, alias, 0)?;
            t.add_eventfd(inner, 4, 4, Some(7), Arc::new(Bell))?;
            t.set_log(block, true)?;
            Ok(vec![root, block, outer, inner, flash, alias, loose])
        })
        .expect("all of it is possible");
    (memory, space, nodes)
}

/// Every kind of change.
fn upset(t: &mut Transaction<'_>, nodes: &[NodeId]) -> Result<(), MemoryError> {
    let [root, block, outer, inner, flash, alias, loose] = *nodes else {
        return Err(MemoryError::NoSuchRegion);
    };
    t.set_address(inner, 0x200)?;
    t.attach(outer, 0, loose, 9)?;
    t.set_size(outer, 0x10)?;
    t.set_enabled(outer, false)?;
    t.set_readonly(block, true)?;
    t.set_nonvolatile(block, true)?;
    t.set_unmergeable(alias, true)?;
    t.set_romd(flash, false)?;
    t.set_log(block, false)?;
    t.set_log(inner, true)?;
    t.set_alias_offset(alias, 0x100)?;
    t.add_eventfd(flash, 0, 0, None, Arc::new(Bell))?;
    t.detach(block)?;
    t.remove(alias)?;
    let again = t.alias("again", outer, 0, 8)?;
    t.attach(root, 0x20_000, again, 0)?;
    t.remove(outer)?;
    t.add_space("other", inner)?;
    t.set_migration(true);
    t.remove(inner)?;
    t.remove(root)
}

#[test]
fn an_error_undoes_everything() {
    let (memory, space, nodes) = furnished();
    let before = (memory.dump(), space.dump(), memory.resident(), space.0.current());
    let done = memory.transaction(|t| {
        upset(t, &nodes)?;
        Err::<(), _>(MemoryError::Unsupported("this"))
    });
    assert_eq!(done, Err(MemoryError::Unsupported("this")));
    assert_eq!((memory.dump(), space.dump(), memory.resident()), (before.0, before.1, before.2));
    assert!(Arc::ptr_eq(&before.3, &space.0.current()));
    // What was undone can be done, so nothing of it is left that nobody sees.
    memory.transaction(|t| upset(t, &nodes)).expect("all of it is possible");
    assert_eq!((rows(&space), memory.resident()), (vec![], 4));
}

#[test]
fn a_panic_undoes_everything() {
    let (memory, space, nodes) = furnished();
    let before = (memory.dump(), space.dump(), memory.resident());
    let done = catch_unwind(AssertUnwindSafe(|| {
        memory.transaction(|t| -> Result<(), MemoryError> {
            upset(t, &nodes)?;
            panic!("for this test");
        })
    }));
    assert!(done.is_err());
    assert_eq!((memory.dump(), space.dump(), memory.resident()), before);
    memory.transaction(|t| upset(t, &nodes)).expect("all of it is possible");
}

/// Each prefix of a random series of changes is undone to what was before.
#[test]
fn random_changes_are_undone() {
    for seed in 0..200 {
        let (memory, space, nodes) = furnished();
        let mut dice = Dice::new(seed);
        let before = (memory.dump(), space.dump());
        for _ in 0..10 {
            let done = memory.transaction(|t| {
                for _ in 0..dice.below(12) {
                    // What is impossible must change nothing.
                    let _ = random_change(t, &nodes, &mut dice);
                }
                Err::<(), _>(MemoryError::Full)
            });
            assert_eq!(done, Err(MemoryError::Full));
            assert_eq!((memory.dump(), space.dump()), before, "seed {seed}");
        }
    }
}

fn random_change(
    t: &mut Transaction<'_>,
    nodes: &[NodeId],
    dice: &mut Dice,
) -> Result<(), MemoryError> {
    let mut any = || nodes[dice.below(nodes.len() as u64) as usize];
    let (node, other) = (any(), any());
    match dice.below(9) {
        0 => t.remove(node),
        1 => t.detach(node),
        2 => t.attach(other, dice.below(0x100), node, dice.below(4) as i32),
        3 => t.set_address(node, dice.below(0x100)),
        4 => t.set_size(node, 1 + u128::from(dice.below(0x100))),
        5 => t.set_enabled(node, dice.one_in(2)),
        6 => t.alias("new", node, 0, 4).and_then(|alias| t.attach(other, 0, alias, 1)),
        7 => t.set_log(node, dice.one_in(2)),
        _ => t.add_eventfd(node, 0, 1, None, Arc::new(Bell)),
    }
}

#[test]
fn a_transaction_inside_of_another_is_an_error() {
    let (memory, _space, root) = board(0x1000);
    let inner = memory.transaction(|t| {
        t.set_readonly(root, true)?;
        Ok((memory.transaction(|_| Ok(())), memory.dump().err(), memory.lost_listeners().err()))
    });
    let error = MemoryError::ReentrantTransaction;
    assert_eq!(inner, Ok((Err(error), Some(error), Some(error))));
    assert_eq!(memory.transaction(|_| Ok(7)), Ok(7));
}

#[test]
fn threads_wait_for_each_other() {
    let (memory, space, root) = board(1 << 64);
    std::thread::scope(|scope| {
        for thread in 0..4u64 {
            let memory = &memory;
            scope.spawn(move || {
                for at in 0..100 {
                    let plug = |t: &mut Transaction<'_>| {
                        let node = t.io("io", 0x10, io())?;
                        t.attach(root, (4 * at + thread) * 0x10, node, 0)
                    };
                    memory.transaction(plug).expect("all of it is possible");
                }
            });
        }
    });
    assert_eq!((rows(&space).len(), memory.resident()), (400, 401));
}

#[test]
fn a_full_id_space_says_so_and_goes_on() {
    let memory = Memory::with_topology(Topology::with_limit(3));
    let nodes = memory
        .transaction(|t| Ok([t.container("a", 1)?, t.container("b", 1)?, t.container("c", 1)?]));
    let [a, ..] = nodes.expect("there is room for three");
    assert_eq!(memory.transaction(|t| t.container("d", 1)), Err(MemoryError::Full));
    memory.transaction(|t| t.remove(a)).expect("it is there");
    let new = memory.transaction(|t| t.container("d", 1)).expect("there is room again");
    assert_ne!(a, new);
    assert_eq!(memory.transaction(|t| t.remove(a)), Err(MemoryError::NoSuchRegion));
    assert_eq!(memory.resident(), 3);
}

/// What is removed frees what it held.
#[test]
fn a_removed_region_holds_nothing() {
    let (memory, _space, root) = board(0x1000);
    let block = ram(0x100);
    let node = memory
        .transaction(|t| {
            let node = t.ram("block", block.clone())?;
            t.attach(root, 0, node, 0)?;
            Ok(node)
        })
        .expect("all of it is possible");
    assert!(Arc::strong_count(&block) > 1);
    memory.transaction(|t| t.remove(node)).expect("it is there");
    assert_eq!(Arc::strong_count(&block), 1);
}

/// What comes and goes leaves nothing in the lists of what stays.
#[test]
fn a_removed_region_is_in_no_list() {
    let (memory, _space, root) = board(0x1000);
    for _ in 0..3 {
        let come_and_go = |t: &mut Transaction<'_>| {
            let (alias, node) = (t.alias("alias", root, 0, 8)?, t.io("io", 8, io())?);
            t.attach(root, 0, node, 0)?;
            t.add_eventfd(node, 0, 4, None, Arc::new(Bell))?;
            Ok([alias, node])
        };
        let nodes = memory.transaction(come_and_go).expect("all of it is possible");
        memory
            .transaction(|t| nodes.iter().try_for_each(|node| t.remove(*node)))
            .expect("they are there");
    }
    let mut turn = Turn::begin(&memory.0).expect("no transaction");
    let topology = &turn.state().topology;
    let node = topology.get(root).expect("it is there");
    let left = (node.aliases().len(), node.children().len(), topology.watched);
    assert_eq!((left, topology.nodes.len()), ((0, 0, 0), 1));
}
