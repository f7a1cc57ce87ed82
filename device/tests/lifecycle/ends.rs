//! Ends that meet other ends.

use crate::log::{note, take};
use devmodel::{Child, Cx, Device, Machine, MachineError, State, Unplugged};

#[derive(Device)]
#[device(name = "plain", reset(enter = enter))]
struct Plain {}

#[derive(Device)]
#[device(name = "whole")]
struct Whole {
    #[child]
    part: Child<Plain>,
}

/// A device with something in it whose `Drop` panics.
#[derive(Device)]
#[device(name = "rough")]
struct Rough {
    #[init(Edge)]
    _edge: Edge,
}

#[derive(Debug)]
struct Edge;

impl Drop for Edge {
    fn drop(&mut self) {
        note("edge");
        panic!("on purpose");
    }
}

impl Plain {
    fn enter(&mut self, _: &mut Cx<'_, Self>) {
        note("enter");
    }
}

fn realized<D: Device>(machine: &mut Machine) -> devmodel::DevId {
    let id = machine.create::<D>("x").expect("it can be created");
    machine.realize(id).expect("it can be realized");
    id
}

#[test]
fn who_ejects_itself_is_gone_whatever_else_it_was_told() {
    let mut machine = Machine::new();
    let id = realized::<Plain>(&mut machine);
    machine
        .with::<Plain, _>(id, |_, cx| cx.eject())
        .expect("it is sound")
        .expect("nothing forbids it");
    let gone = MachineError::NoSuchDevice(id);
    assert_eq!(machine.unrealize(id), Err(gone.clone()), "what was promised first comes first");
    assert_eq!(machine.state(id), Err(gone));
}

#[test]
fn a_part_goes_with_its_whole_only() {
    let mut machine = Machine::new();
    let whole = realized::<Whole>(&mut machine);
    let part = machine.find("x/part").expect("parts have names");
    let refused = machine.unrealize(part);
    assert!(matches!(refused, Err(MachineError::InvalidTransition { .. })), "{refused:?}");
    assert_eq!(machine.state(part), Ok(State::Realized));
    let inside = machine.with::<Whole, _>(whole, |device, _| device.part.with(|_, _| ()));
    assert_eq!(inside, Ok(Ok(())));
}

#[test]
fn a_device_that_is_realized_again_is_in_no_reset() {
    let mut machine = Machine::new();
    let id = realized::<Plain>(&mut machine);
    machine.assert_reset(id).expect("it is realized");
    assert_eq!(machine.unrealize(id), Ok(State::Created));
    machine.realize(id).expect("it can be realized again");
    take();
    machine.reset(id).expect("it is realized");
    assert_eq!(take(), ["enter"]);
}

#[test]
fn a_panic_in_drop_keeps_nobody_else_from_going() {
    let mut machine = Machine::new();
    let counts = machine.counts();
    let (rough, plain) = (realized::<Rough>(&mut machine), machine.create::<Plain>("y"));
    let plain = plain.expect("it can be created");
    assert_eq!(machine.unplug(rough), Ok(Unplugged::Gone));
    assert_eq!(take(), ["edge"]);
    assert_eq!(machine.unplug(plain), Ok(Unplugged::Gone));
    drop(machine);
    assert_eq!((counts.devices(), counts.ports()), (0, 0));
}
