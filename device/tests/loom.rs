//! The way into a device against its unrealize, on every schedule (`RUSTFLAGS="--cfg loom"`), as far as loom
//! sees: it has no `Weak`, so the standard library's `Arc` and `Weak` are no points at which threads change
//! places (`tests/shuttle.rs` adds such points). What is modelled is the runtime itself: the gate (`open`, the
//! lock, the second look at `open`), the publication of views, and the bytes that may be copied at a time.
#![cfg(all(loom, feature = "memory"))]

use devmodel::memory::{BOUNCE_BYTES, DmaDirection, DmaError};
use devmodel::region::Io;
use devmodel::{AccessError, Cx, DevId, Device, Machine, Ops, Region, SysBus, WeakDev};
use loom::thread;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A model of a few threads has far fewer steps than this.
const STEPS: usize = 20_000;

#[derive(Device)]
#[device(name = "plain", parent = SysBus, hotpluggable, unrealize = unrealize)]
struct Plain {
    #[region(io, size = 8, export = 0)]
    registers: Region<Io>,
    is_unrealized: bool,
}

impl Plain {
    fn unrealize(&mut self, _: &mut Cx<'_, Self>) {
        self.is_unrealized = true;
    }
}

impl Ops for Plain {
    type Device = Self;

    fn read(device: &mut Self, _: &mut Cx<'_, Self>, _: u64, _: u8) -> u64 {
        u64::from(device.is_unrealized)
    }

    fn write(_: &mut Self, _: &mut Cx<'_, Self>, _: u64, _: u8, _: u64) {}
}

/// Runs every schedule, and says how many there were.
fn check(run: impl Fn() + Send + Sync + 'static) -> usize {
    let schedules = Arc::new(AtomicUsize::new(0));
    let counted = schedules.clone();
    let mut builder = loom::model::Builder::new();
    builder.max_branches = STEPS;
    builder.check(move || {
        counted.fetch_add(1, Ordering::SeqCst);
        run();
    });
    schedules.load(Ordering::SeqCst)
}

fn plugged() -> (Machine, DevId) {
    let mut machine = Machine::new();
    let id = machine.create::<Plain>("x").expect("it can be created");
    let bus = machine.system_bus();
    machine.seat(id, &bus, SysBus::at(0)).expect("it sits on this bus");
    machine.realize(id).expect("it can be realized");
    (machine, id)
}

#[test]
fn no_handler_runs_after_the_hook() {
    let schedules = check(|| {
        let (mut machine, id) = plugged();
        let weak: WeakDev<Plain> = machine.weak(id).expect("it is realized");
        let reader = thread::spawn(move || {
            let entered = weak.with(|device, _| device.is_unrealized);
            assert!(matches!(entered, Ok(false) | Err(AccessError::Revoked)), "{entered:?}");
        });
        machine.unrealize(id).expect("it is realized");
        reader.join().expect("nothing panics there");
    });
    assert!(schedules > 1, "the threads never met");
}

#[test]
fn no_access_meets_half_a_view() {
    let schedules = check(|| {
        let (mut machine, id) = plugged();
        let space = machine.address_space();
        let reader = thread::spawn(move || {
            let read = space.read_uint(0, 4);
            let gone = [AccessError::Revoked, AccessError::Decode];
            assert!(read == Ok(0) || gone.map(Err).contains(&read), "{read:?}");
            read.is_ok() || space.read_uint(0, 4).is_err()
        });
        machine.unrealize(id).expect("it is realized");
        assert!(machine.address_space().read_uint(0, 4).is_err(), "it is still there");
        assert!(reader.join().expect("nothing panics there"), "it is back");
    });
    assert!(schedules > 1, "the threads never met");
}

#[test]
fn no_more_is_copied_than_there_is_room_for() {
    let schedules = check(|| {
        let machine = Machine::new();
        let space = machine.address_space();
        let (told, tell) = (Arc::new(AtomicUsize::new(0)), space.clone());
        let map =
            |space: &devmodel::AddressSpace| space.map(0, BOUNCE_BYTES, DmaDirection::FromDevice);
        let other = thread::spawn(move || match map(&tell) {
            Ok(mapping) => assert_eq!(mapping.len(), BOUNCE_BYTES, "somebody else has some of it"),
            Err(error) => assert_eq!(error, DmaError::BounceExhausted),
        });
        match map(&space) {
            Ok(mapping) => drop(mapping),
            Err(error) => {
                assert_eq!(error, DmaError::BounceExhausted);
                let heard = told.clone();
                space.on_bounce_free(Box::new(move || {
                    heard.fetch_add(1, Ordering::SeqCst);
                }));
                other.join().expect("nothing panics there");
                assert_eq!(told.load(Ordering::SeqCst), 1, "it is told once");
                return;
            }
        }
        other.join().expect("nothing panics there");
        assert_eq!(
            map(&space).map(|mapping| mapping.len()),
            Ok(BOUNCE_BYTES),
            "some of it is lost"
        );
    });
    assert!(schedules > 1, "the threads never met");
}
