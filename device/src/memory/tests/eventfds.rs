//! Ioeventfds: what rings, and what listeners are told of it.

use super::{Mute, board, io};
use crate::io::{Endian, IoSpec, RegionKey};
use crate::memory::backend::Io;
use crate::memory::{EventFd, EventFdSection, Listener, MemoryError, NodeId, Transaction};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

#[derive(Default)]
struct Bell(AtomicU32);

impl EventFd for Bell {
    fn signal(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

type Told = Arc<Mutex<Vec<String>>>;

struct Scribe(Told);

impl Scribe {
    fn note(&self, sign: &str, eventfd: &EventFdSection<'_>) {
        let EventFdSection { start, size, datamatch, .. } = eventfd;
        let text = format!("{sign}{start:x}/{size} {datamatch:?}");
        self.0.lock().expect("no panic").push(text);
    }
}

impl Listener for Scribe {
    fn eventfd_add(&mut self, eventfd: &EventFdSection<'_>) {
        self.note("+", eventfd);
    }

    fn eventfd_del(&mut self, eventfd: &EventFdSection<'_>) {
        self.note("-", eventfd);
    }
}

fn take(told: &Told) -> Vec<String> {
    std::mem::take(&mut told.lock().expect("no panic"))
}

fn attach(t: &mut Transaction<'_>, root: NodeId) -> Result<NodeId, MemoryError> {
    let node = t.io("device", 0x100, io())?;
    t.attach(root, 0x1000, node, 0)?;
    Ok(node)
}

#[test]
fn a_write_rings_by_address_size_and_value() {
    let (memory, space, root) = board(1 << 64);
    let (exact, any) = (Arc::new(Bell::default()), Arc::new(Bell::default()));
    memory
        .transaction(|t| {
            let node = attach(t, root)?;
            t.add_eventfd(node, 8, 4, Some(0x1_0000_0007), exact.clone())?;
            t.add_eventfd(node, 0x10, 0, None, any.clone())
        })
        .expect("all of it is possible");
    let view = space.0.current();
    let rings = |address, size, value| view.eventfd(address, size, value).map(|fd| fd.signal());
    assert!(rings(0x1008, 4, 7).is_some());
    assert!(rings(0x1010, 1, 9).is_some() && rings(0x1010, 8, 0).is_some());
    for (address, size, value) in [(0x1008, 4, 8), (0x1008, 2, 7), (0x100c, 4, 7), (8, 4, 7)] {
        assert!(rings(address, size, value).is_none());
    }
    assert_eq!((exact.0.load(Ordering::Relaxed), any.0.load(Ordering::Relaxed)), (1, 2));
}

#[test]
fn a_value_for_big_endian_registers_is_swapped_for_the_bus() {
    const BIG: IoSpec = IoSpec { endian: Endian::Big, ..IoSpec::DEFAULT };
    let (memory, space, root) = board(1 << 64);
    memory
        .transaction(|t| {
            let io = Io::new(Arc::new(Mute(&BIG)), RegionKey::default());
            let node = t.io("device", 0x100, io)?;
            t.attach(root, 0, node, 0)?;
            t.add_eventfd(node, 0, 2, Some(0x1234), Arc::new(Bell::default()))
        })
        .expect("all of it is possible");
    let view = space.0.current();
    assert!(view.eventfd(0, 2, 0x3412).is_some() && view.eventfd(0, 2, 0x1234).is_none());
}

#[test]
fn listeners_are_told_the_difference() {
    let (memory, _space, root) = board(1 << 64);
    let told = Told::default();
    let node = memory.transaction(|t| attach(t, root)).expect("it is possible");
    let id = memory.register(0, None, Box::new(Scribe(told.clone()))).expect("no transaction");
    let bell: Arc<dyn EventFd> = Arc::new(Bell::default());
    let add = |t: &mut Transaction<'_>, at| t.add_eventfd(node, at, 2, Some(1), bell.clone());
    memory.transaction(|t| add(t, 8).and(add(t, 4))).expect("all of it is possible");
    assert_eq!(take(&told), ["+1004/2 Some(1)", "+1008/2 Some(1)"]);
    assert_eq!(memory.transaction(|t| add(t, 4)), Err(MemoryError::AlreadyMapped));
    memory
        .transaction(|t| t.remove_eventfd(node, 4, 2, Some(1), &bell).and(add(t, 6)))
        .expect("all of it is possible");
    assert_eq!(take(&told), ["-1004/2 Some(1)", "+1006/2 Some(1)"]);
    memory.transaction(|t| t.set_address(node, 0x2000)).expect("it is possible");
    let moved = ["-1006/2 Some(1)", "-1008/2 Some(1)", "+2006/2 Some(1)", "+2008/2 Some(1)"];
    assert_eq!(take(&told), moved);
    memory.unregister(id).expect("it is registered");
    assert_eq!(take(&told), ["-2008/2 Some(1)", "-2006/2 Some(1)"]);
    memory.register(0, None, Box::new(Scribe(told.clone()))).expect("no transaction");
    assert_eq!(take(&told), ["+2006/2 Some(1)", "+2008/2 Some(1)"]);
    memory.transaction(|t| t.remove(node)).expect("it is there");
    assert_eq!(take(&told), ["-2006/2 Some(1)", "-2008/2 Some(1)"]);
}

#[test]
fn what_is_no_write_is_refused() {
    let (memory, _space, root) = board(1 << 64);
    let node = memory.transaction(|t| attach(t, root)).expect("it is possible");
    let bell: Arc<dyn EventFd> = Arc::new(Bell::default());
    for (offset, size) in [(0, 3), (0xfe, 4), (0x100, 0), (u64::MAX, 8)] {
        let done = memory.transaction(|t| t.add_eventfd(node, offset, size, None, bell.clone()));
        assert_eq!(done, Err(MemoryError::OutOfRange));
    }
    let done = memory.transaction(|t| t.remove_eventfd(node, 0, 4, None, &bell));
    assert_eq!(done, Err(MemoryError::NotMapped));
}
