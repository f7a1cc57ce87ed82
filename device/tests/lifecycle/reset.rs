//! Reset in three phases.

use crate::log::{note, take};
use devmodel::{Child, Cx, Device, Machine, MachineError};

#[derive(Device)]
#[device(name = "inner", reset(enter = enter, hold = hold, exit = exit))]
struct Inner {}

#[derive(Device)]
#[device(name = "outer", reset(enter = enter, exit = exit))]
struct Outer {
    #[child]
    inner: Child<Inner>,
}

macro_rules! phases {
    ($type:ty: $($phase:ident)*) => {
        impl $type {$(
            fn $phase(&mut self, cx: &mut Cx<'_, Self>) {
                note(format!("{} {}", stringify!($phase), cx.name()));
            }
        )*}
    };
}

phases!(Inner: enter hold exit);
phases!(Outer: enter exit);

const IN: [&str; 3] = ["enter x/inner", "enter x", "hold x/inner"];
const OUT: [&str; 2] = ["exit x/inner", "exit x"];

#[test]
fn each_phase_goes_through_the_whole_tree_first() {
    let mut machine = Machine::new();
    let id = machine.create::<Outer>("x").expect("it can be created");
    assert!(matches!(machine.reset(id), Err(MachineError::InvalidTransition { .. })));
    machine.realize(id).expect("it can be realized");
    machine.reset(id).expect("it is realized");
    assert_eq!(take(), [&IN[..], &OUT].concat());
}

#[test]
fn reset_is_counted() {
    let mut machine = Machine::new();
    let id = machine.create::<Outer>("x").expect("it can be created");
    machine.realize(id).expect("it can be realized");
    machine.assert_reset(id).expect("it is realized");
    machine.assert_reset(id).expect("it is realized");
    assert_eq!(take(), IN);
    machine.release_reset(id).expect("it is in reset");
    assert_eq!(take(), [""; 0]);
    machine.release_reset(id).expect("it is in reset");
    assert_eq!(take(), OUT);
    assert!(matches!(machine.release_reset(id), Err(MachineError::InvalidTransition { .. })));
}

#[derive(Device)]
#[device(name = "counter", hotpluggable)]
struct Counter {
    #[state]
    #[init(7)]
    value: u32,
    kept: u32,
}

#[test]
fn without_a_hook_state_goes_back_to_what_it_was_at_first() {
    let mut machine = Machine::new();
    let id = machine.create::<Counter>("x").expect("it can be created");
    machine.realize(id).expect("it can be realized");
    let change = |device: &mut Counter| {
        device.value += 1;
        device.kept += 1;
    };
    machine.with::<Counter, _>(id, |device, _| change(device)).expect("it is sound");
    machine.reset(id).expect("it is realized");
    let now = machine.with::<Counter, _>(id, |device, _| (device.value, device.kept));
    assert_eq!(now, Ok((7, 1)));
}

#[test]
fn what_is_plugged_into_a_running_machine_is_reset() {
    let mut machine = Machine::new();
    machine.start();
    let id = machine.create::<Outer>("x").expect("it can be created");
    assert!(machine.realize(id).is_err(), "it is not hot-pluggable");
    assert_eq!(take(), [""; 0]);
    let id = machine.create::<Counter>("y").expect("it can be created");
    machine.realize(id).expect("it is hot-pluggable");
}
