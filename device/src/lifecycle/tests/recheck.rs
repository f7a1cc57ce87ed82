//! The second look at `open`: a reader that has found the device, and is held before it locks it, comes
//! too late when unrealize has completed meanwhile. The lock is free then, so nothing else stops it.

use crate::lifecycle::pause::trap;
use crate::{
    AccessError, Cx, Device, Machine, Region, State, SysBus, Unplugged, WeakDev, region::Io,
};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

const LONG: Duration = Duration::from_secs(60);

#[derive(Device)]
#[device(crate = crate, name = "late", parent = SysBus, hotpluggable, unrealize = unrealize)]
struct Late {
    #[region(io, size = 8, export = 0)]
    registers: Region<Io>,
    handled_too_late: u32,
    unrealized: u32,
}

impl Late {
    fn unrealize(&mut self, _: &mut Cx<'_, Self>) {
        self.unrealized += 1;
    }
}

impl crate::Ops for Late {
    type Device = Self;

    fn read(device: &mut Self, _: &mut Cx<'_, Self>, _: u64, _: u8) -> u64 {
        device.handle();
        0
    }

    fn write(device: &mut Self, _: &mut Cx<'_, Self>, _: u64, _: u8, _: u64) {
        device.handle();
    }
}

impl Late {
    fn handle(&mut self) {
        self.handled_too_late += u32::from(self.unrealized > 0);
    }
}

/// Holds the present thread the next time that it is between finding a device and locking it.
fn hold_here() -> (Receiver<()>, Sender<()>) {
    let ((held, is_held), (go, may_go)) = (channel(), channel());
    trap::set(move || {
        held.send(()).expect("somebody waits");
        may_go.recv_timeout(LONG).expect("somebody says so");
    });
    (is_held, go)
}

/// A machine with one of them, at address 0.
struct Bench {
    machine: Machine,
    id: crate::DevId,
}

impl Bench {
    fn new() -> Self {
        let mut machine = Machine::new();
        let id = machine.create::<Late>("late").expect("it can be created");
        let bus = machine.system_bus();
        machine.seat(id, &bus, SysBus::at(0)).expect("it sits on this bus");
        machine.realize(id).expect("it can be realized");
        Self { machine, id }
    }

    /// Lets `read` find the device, unrealizes it, lets `read` go on: what it comes to. Of the device, the
    /// same one, nothing but its state is left then.
    fn unrealize_meanwhile<R: Send>(mut self, read: impl FnOnce() -> R + Send) -> R {
        std::thread::scope(|scope| {
            let (done, is_done) = channel();
            let reader = scope.spawn(move || {
                done.send(hold_here()).expect("somebody waits");
                read()
            });
            let (is_held, go) = is_done.recv_timeout(LONG).expect("the reader begins");
            is_held.recv_timeout(LONG).expect("the reader finds the device");
            let state = self.machine.unrealize(self.id);
            assert_eq!(
                state,
                Ok(State::Created),
                "a reader that has not locked it holds up nothing"
            );
            go.send(()).expect("the reader is held");
            let result = reader.join().expect("no handler panics");
            assert_eq!(self.seen(), (1, 0), "the hook has run, and no handler after it");
            result
        })
    }

    /// How often the hook has run, and handlers after it.
    fn seen(&mut self) -> (u32, u32) {
        self.machine.realize(self.id).expect("it can be realized again");
        let seen =
            |device: &mut Late, _: &mut Cx<'_, Late>| (device.unrealized, device.handled_too_late);
        self.machine.with::<Late, _>(self.id, seen).expect("it is sound")
    }
}

#[test]
fn a_reference_that_comes_late_finds_the_device_closed() {
    let bench = Bench::new();
    let weak: WeakDev<Late> = bench.machine.weak(bench.id).expect("it is realized");
    let late = bench.unrealize_meanwhile(|| weak.with(|device, _| device.handle()));
    assert_eq!(late, Err(AccessError::Revoked));
}

#[cfg(feature = "memory")]
#[test]
fn an_access_that_comes_late_finds_the_device_closed() {
    let bench = Bench::new();
    let space = bench.machine.address_space();
    let read = || {
        let mut data = [0; 4];
        (space.read(0, &mut data, crate::Attrs::default()), data)
    };
    assert_eq!(bench.unrealize_meanwhile(read), (Err(AccessError::Revoked), [0xff; 4]));
    let bench = Bench::new();
    let space = bench.machine.address_space();
    let written = bench.unrealize_meanwhile(|| space.write_uint(0, 4, 1));
    assert_eq!(written, Err(AccessError::Revoked));
}

#[test]
fn whoever_comes_late_keeps_the_device_until_it_has_seen_that() {
    let Bench { mut machine, id } = Bench::new();
    let weak: WeakDev<Late> = machine.weak(id).expect("it is realized");
    std::thread::scope(|scope| {
        let (done, is_done) = channel();
        scope.spawn(move || {
            done.send(hold_here()).expect("somebody waits");
            assert_eq!(weak.with(|_, _| ()), Err(AccessError::Revoked));
        });
        let (is_held, go) = is_done.recv_timeout(LONG).expect("the reader begins");
        is_held.recv_timeout(LONG).expect("the reader finds the device");
        assert_eq!(machine.unplug(id), Ok(Unplugged::Draining));
        go.send(()).expect("the reader is held");
    });
    assert_eq!(machine.reclaim(), 0);
}
