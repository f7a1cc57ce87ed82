//! What listeners are told, and in which order.

use super::{board, io, ram};
use crate::memory::{AddressSpace, Listener, Memory, MemoryError, NodeId, Section};
use std::sync::{Arc, Mutex};

type Told = Arc<Mutex<Vec<String>>>;

/// Writes down what it is told, and panics when it is told of the region `afraid_of`.
struct Scribe {
    name: &'static str,
    told: Told,
    afraid_of: &'static str,
}

impl Scribe {
    fn note(&self, what: &str) {
        self.told.lock().expect("it is not held in a panic").push(format!("{} {what}", self.name));
    }

    fn section(&self, what: &str, section: &Section<'_>) {
        assert_ne!(section.name, self.afraid_of);
        self.note(&format!("{what} {} {:x}", section.name, section.start));
    }
}

impl Listener for Scribe {
    fn begin(&mut self) {
        self.note("begin");
    }
    fn commit(&mut self) {
        self.note("commit");
    }
    fn region_add(&mut self, section: &Section<'_>) {
        self.section("add", section);
    }
    fn region_del(&mut self, section: &Section<'_>) {
        self.section("del", section);
    }
    fn region_nop(&mut self, section: &Section<'_>) {
        self.section("nop", section);
    }
    fn log_start(&mut self, section: &Section<'_>, old: u8, new: u8) {
        self.section(&format!("start {old}>{new}"), section);
    }
    fn log_stop(&mut self, section: &Section<'_>, old: u8, new: u8) {
        self.section(&format!("stop {old}>{new}"), section);
    }
    fn log_sync(&mut self, section: &Section<'_>) {
        self.section("sync", section);
    }
    fn log_global_start(&mut self) {
        self.note("global start");
    }
    fn log_global_stop(&mut self) {
        self.note("global stop");
    }
}

fn scribe(name: &'static str, told: &Told) -> Box<Scribe> {
    Box::new(Scribe { name, told: told.clone(), afraid_of: "" })
}

fn take(told: &Told) -> Vec<String> {
    std::mem::take(&mut told.lock().expect("it is not held in a panic"))
}

/// A board with memory at 0 and registers at 0x1000, and a list of what was told.
fn furnished() -> (Memory, AddressSpace, [NodeId; 3], Told) {
    let (memory, space, root) = board(1 << 64);
    let (block, device) = memory
        .transaction(|t| {
            let (block, device) = (t.ram("ram", ram(0x1000))?, t.io("io", 0x1000, io())?);
            t.attach(root, 0, block, 0)?;
            t.attach(root, 0x1000, device, 0)?;
            Ok((block, device))
        })
        .expect("all of it is possible");
    (memory, space, [root, block, device], Told::default())
}

#[test]
fn what_comes_is_told_ascending_and_what_goes_descending() {
    let (memory, _space, [_, block, device], told) = furnished();
    memory.register(5, None, scribe("b", &told)).expect("no transaction");
    memory.register(-5, None, scribe("a", &told)).expect("no transaction");
    let shown =
        |name| ["begin", "add ram 0", "add io 1000", "commit"].map(|w| format!("{name} {w}"));
    assert_eq!(take(&told), [shown("b"), shown("a")].concat());
    memory
        .transaction(|t| t.set_address(device, 0x2000).and(t.set_readonly(block, true)))
        .expect("all of it is possible");
    let expected = [
        "a begin",
        "b begin",
        "b del ram 0",
        "a del ram 0",
        "b del io 1000",
        "a del io 1000",
        "a add ram 0",
        "b add ram 0",
        "a add io 2000",
        "b add io 2000",
        "a commit",
        "b commit",
    ];
    assert_eq!(take(&told), expected);
}

#[test]
fn what_stays_is_told_too() {
    let (memory, _space, [_, block, device], told) = furnished();
    memory.register(0, None, scribe("a", &told)).expect("no transaction");
    take(&told);
    memory.transaction(|t| t.set_log(block, true).and(t.remove(device))).expect("it is possible");
    let expected = ["a begin", "a del io 1000", "a nop ram 0", "a start 0>1 ram 0", "a commit"];
    assert_eq!(take(&told), expected);
    memory.transaction(|t| t.set_log(block, true)).expect("it is possible");
    memory.transaction(|t| t.set_log(block, false)).expect("it is possible");
    assert_eq!(take(&told), [""; 0]);
    memory.sync_log().expect("no transaction");
    assert_eq!(take(&told), ["a sync ram 0"]);
    memory.transaction(|t| t.set_log(block, false)).expect("it is possible");
    assert_eq!(take(&told), ["a begin", "a nop ram 0", "a stop 1>0 ram 0", "a commit"]);
}

#[test]
fn migration_watches_memory_alone() {
    let (memory, _space, _, told) = furnished();
    memory.register(0, None, scribe("a", &told)).expect("no transaction");
    take(&told);
    memory.start_migration_log().expect("no transaction");
    memory.start_migration_log().expect("no transaction");
    let rest = ["a nop io 1000", "a commit"];
    let start = ["a global start", "a begin", "a nop ram 0", "a start 0>4 ram 0"];
    assert_eq!(take(&told), [&start[..], &rest].concat());
    let id = memory.register(1, None, scribe("b", &told)).expect("no transaction");
    let late = ["begin", "add ram 0", "start 0>4 ram 0", "add io 1000", "commit"];
    let late: Vec<_> = ["global start"].iter().chain(&late).map(|w| format!("b {w}")).collect();
    assert_eq!(take(&told), late);
    memory.unregister(id).expect("it is registered");
    take(&told);
    memory.stop_migration_log().expect("no transaction");
    let stop = ["a begin", "a nop ram 0", "a stop 4>0 ram 0", "a nop io 1000", "a commit"];
    assert_eq!(take(&told), [&stop[..], &["a global stop"]].concat());
}

#[test]
fn a_change_that_nobody_can_see_is_not_told() {
    let (memory, _space, [root, _, device], told) = furnished();
    memory.register(0, None, scribe("a", &told)).expect("no transaction");
    memory.transaction(|t| t.set_enabled(device, false)).expect("it is there");
    take(&told);
    let hidden = memory.transaction(|t| {
        let (inner, loose) = (t.io("inner", 8, io())?, t.container("loose", 8)?);
        t.attach(device, 0, inner, 0)?;
        let more = t.io("more", 8, io())?;
        t.attach(loose, 0, more, 0)
    });
    assert_eq!((hidden, take(&told)), (Ok(()), vec![]));
    memory.transaction(|t| t.set_size(root, 0x10)).expect("it is there");
    assert_eq!(take(&told), ["a begin", "a del ram 0", "a add ram 0", "a commit"]);
    memory.transaction(|t| t.set_size(device, 0x10)).expect("it is there");
    assert_eq!(take(&told), ["a begin", "a nop ram 0", "a commit"]);
}

#[test]
fn a_listener_for_one_space_hears_of_that() {
    let (memory, space, [_, block, device], told) = furnished();
    let other = memory.address_space("other", device).expect("the root exists");
    memory.register(0, Some(&other), scribe("o", &told)).expect("no transaction");
    let id = memory.register(0, Some(&space), scribe("s", &told)).expect("no transaction");
    take(&told);
    memory.transaction(|t| t.remove(block)).expect("it is there");
    let expected = [
        "o begin",
        "s begin",
        "s del ram 0",
        "s nop io 1000",
        "o nop io 0",
        "o commit",
        "s commit",
    ];
    assert_eq!(take(&told), expected);
    memory.unregister(id).expect("it is registered");
    assert_eq!(take(&told), ["s begin", "s del io 1000", "s commit"]);
    assert_eq!(memory.unregister(id).err(), Some(MemoryError::NoSuchListener));
    memory.remove_address_space(&other).expect("it is there");
    assert_eq!(take(&told), ["o begin", "o del io 0", "o commit"]);
    let again = memory.remove_address_space(&other);
    assert_eq!(again, Err(MemoryError::NoSuchSpace));
}

#[test]
fn a_listener_that_panics_is_lost_and_the_others_go_on() {
    let (memory, _space, [root, ..], told) = furnished();
    let afraid = Scribe { name: "x", told: told.clone(), afraid_of: "bogey" };
    let afraid = memory.register(0, None, Box::new(afraid)).expect("no transaction");
    memory.register(1, None, scribe("a", &told)).expect("no transaction");
    take(&told);
    let plug = |name| {
        memory.transaction(|t| {
            let node = t.io(name, 8, io())?;
            t.attach(root, 0x5000, node, 0)?;
            Ok(node)
        })
    };
    let node = plug("bogey").expect("all of it is possible");
    let told_of = |who: &str, told: &[String]| told.iter().filter(|s| s.starts_with(who)).count();
    let first = take(&told);
    assert_eq!((told_of("x", &first), told_of("a", &first)), (3, 5));
    assert_eq!(memory.lost_listeners(), Ok(vec![afraid]));
    memory.transaction(|t| t.remove(node)).expect("it is there");
    let second = take(&told);
    assert_eq!((told_of("x", &second), told_of("a", &second)), (0, 5));
    assert_eq!(memory.unregister(afraid).err(), Some(MemoryError::NoSuchListener));
}

/// Tries a transaction whenever it is told something.
struct Meddler(Memory, Arc<Mutex<Vec<Result<(), MemoryError>>>>);

impl Listener for Meddler {
    fn region_add(&mut self, _section: &Section<'_>) {
        let done = self.0.transaction(|_| Ok(()));
        self.1.lock().expect("no panic").push(done);
    }
}

#[test]
fn a_listener_cannot_change_the_memory() {
    let (memory, ..) = furnished();
    let done = Arc::default();
    let meddler = Box::new(Meddler(memory.clone(), Arc::clone(&done)));
    let id = memory.register(0, None, meddler).expect("no transaction");
    let refused = Err(MemoryError::ReentrantTransaction);
    assert_eq!(*done.lock().expect("no panic"), [refused, refused]);
    drop(memory.unregister(id).expect("it is registered"));
}
