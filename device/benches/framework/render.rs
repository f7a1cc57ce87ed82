//! The flat view of many regions, by sweep and by insertion.

use crate::turns::{Contender, heading, in_turn, print};
use devmodel::AddressSpace;
use devmodel::memory::{Memory, OwnedRegion, oracle};

const PAGE: u64 = 0x1000;

pub(crate) fn run(rounds: usize) {
    heading("Rebuild of the flat view", "insertion");
    for (count, repeats) in [(100, 200), (1_000, 20), (10_000, 1)] {
        beside_insertion(rounds, count, repeats);
    }
    heading("Rebuild of the flat view, alone", "itself");
    let times: Vec<f64> = [1_000, 10_000, 100_000].map(|count| alone(rounds, count)).into();
    let slope = (times[2] / times[0]).log10() / 2.0;
    println!("\nLog-log slope from 1,000 to 100,000 regions: {slope:.2}");
    heading("One region moves among many: a transaction, published", "itself");
    [100, 1_000, 10_000, 100_000].into_iter().for_each(|count| one_moves(rounds, count));
}

fn beside_insertion(rounds: usize, count: u64, repeats: usize) {
    let Pages { memory, space, .. } = &pages(count);
    let many = |render: &dyn Fn() -> usize| (0..repeats).map(|_| render()).sum::<usize>();
    let ranges = |result: Result<usize, _>| result.expect("it can be rendered");
    let mut contenders = [
        Contender::new("sweep", || many(&|| ranges(oracle::sweep(memory, space)))),
        Contender::new("insertion", || many(&|| ranges(oracle::insertion(memory, space)))),
    ];
    let figures = in_turn(rounds, repeats, &mut contenders);
    print(&format!("{count} regions"), ("ms", 1e6), &["sweep", "insertion"], &figures);
}

fn alone(rounds: usize, count: u64) -> f64 {
    let Pages { memory, space, .. } = &pages(count);
    let sweep = || oracle::sweep(memory, space).expect("it can be rendered");
    let figures = in_turn(rounds, 1, &mut [Contender::new("sweep", sweep)]);
    print(&format!("{count} regions"), ("ms", 1e6), &["sweep"], &figures);
    figures[0].0
}

fn one_moves(rounds: usize, count: u64) {
    const MOVES: u64 = 100;
    let Pages { memory, regions, .. } = &pages(count);
    let moving = regions[regions.len() / 2].id();
    let moves = || {
        for to in 0..MOVES {
            let moved = memory.transaction(|t| t.set_address(moving, (count + to) * 2 * PAGE));
            moved.expect("it is in a container");
        }
    };
    let figures = in_turn(rounds, MOVES as usize, &mut [Contender::new("set_address", moves)]);
    print(&format!("{count} regions"), ("us", 1e3), &["set_address"], &figures);
}

/// An address space with `count` regions of a page each, and a hole after each.
struct Pages {
    memory: Memory,
    space: AddressSpace,
    regions: Vec<OwnedRegion>,
    _root: OwnedRegion,
}

fn pages(count: u64) -> Pages {
    let memory = Memory::new();
    let page = |_| memory.reserved("page", u128::from(PAGE)).expect("there is room");
    let regions: Vec<OwnedRegion> = (0..count).map(page).collect();
    let root = memory.container("root", 1 << 64).expect("there is room");
    let attached = memory.transaction(|t| {
        let mut at = (0..).step_by(2 * PAGE as usize);
        regions
            .iter()
            .try_for_each(|page| t.attach(root.id(), at.next().unwrap_or(0), page.id(), 0))
    });
    attached.expect("they are new");
    let space = memory.address_space("space", root.id()).expect("the root is there");
    Pages { memory, space, regions, _root: root }
}
