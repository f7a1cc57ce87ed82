//! Access and unplug at the same time, on random schedules (`RUSTFLAGS="--cfg shuttle"`).
//!
//! Shuttle's threads change places at every lock, at every look at `open`, and between finding a device
//! and locking it, where the runtime yields for this. How many schedules: `SHUTTLE_SCHEDULES`.
#![cfg(shuttle)]

use devmodel::region::{Container, Io};
use devmodel::{
    AccessError, Child, Cx, DevId, Device, Machine, Ops, RealizeCx, RealizeError, Region, State,
    SysBus, Unplugged, WeakDev,
};
use shuttle::thread;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// For each test.
const SCHEDULES: usize = 2000;
/// How often the thread that runs ahead is another one.
const SWITCHES: usize = 3;
const LONG: Duration = Duration::from_secs(60);

fn check(run: impl Fn() + Send + Sync + 'static) {
    let wanted = std::env::var("SHUTTLE_SCHEDULES").ok();
    let schedules = wanted.and_then(|schedules| schedules.parse().ok()).unwrap_or(SCHEDULES);
    let run = std::sync::Arc::new(run);
    let again = run.clone();
    shuttle::check_random(move || again(), schedules / 2);
    // Between closing a device and its unrealize hook there are so many steps that a thread that is drawn
    // at each of them hardly ever sleeps through all. This one lets one thread run ahead of the others.
    shuttle::check_pct(move || run(), schedules / 2, SWITCHES);
}

/// A device that notes who is in it, and yields there.
#[derive(Device)]
#[device(name = "part", hotpluggable, realize = realize, unrealize = unrealize)]
struct Part {
    #[region(io, size = 8, export = 0)]
    registers: Region<Io>,
    is_unrealized: bool,
}

/// The same for handlers side by side.
#[derive(Device)]
#[device(name = "side-by-side", parent = SysBus, hotpluggable, lock = "shared", unrealize = unrealize)]
struct SideBySide {
    #[region(io, size = 8, export = 0)]
    registers: Region<Io>,
    is_unrealized: bool,
    inside: AtomicUsize,
}

#[derive(Device)]
#[device(name = "whole", parent = SysBus, hotpluggable, realize = realize, unrealize = unrealize)]
struct Whole {
    #[region(container, size = 0x1000, export = 0)]
    all: Region<Container>,
    #[region(io, size = 8, in = all)]
    registers: Region<Io>,
    #[child(in = all, at = 0x100)]
    part: Child<Part>,
    is_unrealized: bool,
}

impl Part {
    fn realize(&mut self, _: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {
        self.is_unrealized = false;
        Ok(())
    }

    fn unrealize(&mut self, _: &mut Cx<'_, Self>) {
        self.is_unrealized = true;
    }
}

impl Whole {
    fn realize(&mut self, _: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {
        self.is_unrealized = false;
        Ok(())
    }

    fn unrealize(&mut self, _: &mut Cx<'_, Self>) {
        self.is_unrealized = true;
    }

    fn handle(&mut self) {
        assert!(!self.is_unrealized, "a handler runs after the unrealize hook");
        thread::yield_now();
        assert!(!self.is_unrealized, "the unrealize hook runs while a handler does");
    }
}

impl SideBySide {
    fn unrealize(&mut self, _: &mut Cx<'_, Self>) {
        assert_eq!(self.inside.load(Ordering::SeqCst), 0, "the hook runs while a handler does");
        self.is_unrealized = true;
    }

    fn handle(&self) {
        assert!(!self.is_unrealized, "a handler runs after the unrealize hook");
        self.inside.fetch_add(1, Ordering::SeqCst);
        thread::yield_now();
        self.inside.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Ops for Whole {
    type Device = Self;

    fn read(device: &mut Self, _: &mut Cx<'_, Self>, _: u64, _: u8) -> u64 {
        device.handle();
        1
    }

    fn write(device: &mut Self, cx: &mut Cx<'_, Self>, _: u64, _: u8, _: u64) {
        device.handle();
        // Another thread may have been quicker.
        let _ = cx.eject();
    }
}

impl Ops for Part {
    type Device = Self;

    fn read(device: &mut Self, _: &mut Cx<'_, Self>, _: u64, _: u8) -> u64 {
        assert!(!device.is_unrealized, "a handler runs after the unrealize hook");
        1
    }

    fn write(_: &mut Self, _: &mut Cx<'_, Self>, _: u64, _: u8, _: u64) {}
}

impl Ops for SideBySide {
    type Device = Self;

    fn read(device: &Self, _: &mut Cx<'_, Self>, _: u64, _: u8) -> u64 {
        device.handle();
        1
    }

    fn write(_: &Self, _: &mut Cx<'_, Self>, _: u64, _: u8, _: u64) {}
}

fn plugged<D: Device<Parent = SysBus>>(machine: &mut Machine, name: &str, at: u64) -> DevId {
    let id = machine.create::<D>(name).expect("the name is new");
    let bus = machine.system_bus();
    machine.seat(id, &bus, SysBus::at(at)).expect("it sits on this bus");
    machine.realize(id).expect("it can be realized");
    id
}

/// A handler that panics poisons its device: what it had to say is an error of the access.
fn is_sound<T>(result: Result<T, AccessError>) -> bool {
    match result {
        Ok(_) => true,
        Err(AccessError::Revoked | AccessError::Decode) => false,
        Err(other) => panic!("an access came to {other}"),
    }
}

/// Reads what is at two addresses, and through a reference.
fn readers(machine: &Machine, weak: WeakDev<Whole>) -> [thread::JoinHandle<()>; 2] {
    let space = machine.address_space();
    let by_address = move || {
        for address in [0, 0x100, 0] {
            is_sound(space.read_uint(address, 4));
        }
    };
    let by_reference = move || {
        while is_sound(weak.with(|device, _| device.handle())) {
            thread::yield_now();
        }
        assert!(weak.is_gone(), "it was refused for no reason");
        assert!(!is_sound(weak.with(|_, _| ())), "it is back");
    };
    [thread::spawn(by_address), thread::spawn(by_reference)]
}

fn finish(machine: Machine, threads: impl IntoIterator<Item = thread::JoinHandle<()>>) {
    let counts = machine.counts();
    for thread in threads {
        thread.join().expect("nothing panics there");
    }
    drop(machine);
    assert_eq!((counts.devices(), counts.ports()), (0, 0));
}

fn settle(machine: &mut Machine) {
    while machine.reclaim() > 0 {
        thread::yield_now();
    }
}

#[test]
fn unplug() {
    check(|| {
        let mut machine = Machine::new();
        let id = plugged::<Whole>(&mut machine, "x", 0);
        let weak = machine.weak(id).expect("it is realized");
        let threads = readers(&machine, weak);
        assert!(machine.unplug(id).is_ok_and(|how| how != Unplugged::Requested));
        settle(&mut machine);
        assert_eq!(machine.memory().resident(), 2);
        finish(machine, threads);
    });
}

#[test]
fn unplug_that_waits() {
    check(|| {
        let mut machine = Machine::new();
        let id = plugged::<Whole>(&mut machine, "x", 0);
        let weak = machine.weak(id).expect("it is realized");
        let threads = readers(&machine, weak);
        assert_eq!(machine.unplug_wait(id, LONG), Ok(()));
        assert_eq!(machine.counts().devices(), 0);
        finish(machine, threads);
    });
}

#[test]
fn unrealize_and_realize_again() {
    check(|| {
        let mut machine = Machine::new();
        let id = plugged::<Whole>(&mut machine, "x", 0);
        let weak: WeakDev<Whole> = machine.weak(id).expect("it is realized");
        let threads = readers(&machine, weak.clone());
        machine.unrealize(id).expect("it is realized");
        settle(&mut machine);
        assert_eq!(machine.state(id), Ok(State::Created));
        machine.realize(id).expect("it can be realized again");
        assert!(!is_sound(weak.with(|_, _| ())), "a reference to what it was");
        assert!(is_sound(machine.address_space().read_uint(0, 4)), "what it is");
        drop(weak);
        finish(machine, threads);
    });
}

#[test]
fn eject_on_another_thread() {
    check(|| {
        let mut machine = Machine::new();
        let id = plugged::<Whole>(&mut machine, "x", 0);
        let weak = machine.weak(id).expect("it is realized");
        let [first, second] = readers(&machine, weak);
        let space = machine.address_space();
        let ejector = thread::spawn(move || {
            assert!(is_sound(space.write_uint(0, 4, 1)), "nobody else ends it");
            assert!(!is_sound(space.read_uint(0, 4)), "it is there after it has ejected itself");
        });
        while machine.state(id).is_ok() {
            machine.reclaim();
            thread::yield_now();
        }
        settle(&mut machine);
        finish(machine, [first, second, ejector]);
    });
}

#[test]
fn the_machine_goes_first() {
    check(|| {
        let mut machine = Machine::new();
        let id = plugged::<Whole>(&mut machine, "x", 0);
        let weak = machine.weak(id).expect("it is realized");
        let (threads, counts) = (readers(&machine, weak), machine.counts());
        drop(machine);
        for thread in threads {
            thread.join().expect("nothing panics there");
        }
        assert_eq!((counts.devices(), counts.ports()), (0, 0));
    });
}

#[test]
fn handlers_side_by_side() {
    check(|| {
        let mut machine = Machine::new();
        let id = plugged::<SideBySide>(&mut machine, "x", 0);
        let weak: WeakDev<SideBySide> = machine.weak(id).expect("it is realized");
        let threads = [(); 2].map(|()| {
            let weak = weak.clone();
            thread::spawn(move || while is_sound(weak.with(|device, _| device.handle())) {})
        });
        drop(weak);
        machine.unrealize(id).expect("it is realized");
        settle(&mut machine);
        assert_eq!(machine.state(id), Ok(State::Created));
        finish(machine, threads);
    });
}
