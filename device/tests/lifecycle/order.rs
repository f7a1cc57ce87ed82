//! The order of hooks, on every way out.

use crate::log::{note, take};
use devmodel::region::Reserved;
use devmodel::{
    Child, Cx, Device, Machine, RealizeCx, RealizeError, Region, State, SysBus, Unplugged,
};

#[derive(Device)]
#[device(name = "part", realize = realize, unrealize = unrealize, finalize = finalize)]
struct Part {
    #[property(default = false)]
    fails: bool,
    #[init("part")]
    name: &'static str,
}

#[derive(Device)]
#[device(name = "whole", realize = realize, unrealize = unrealize, finalize = finalize)]
struct Whole {
    #[child]
    part: Child<Part>,
    #[child]
    parts: [Child<Part>; 2],
    #[property(default = 0, max = 2)]
    fails: u8,
}

impl Part {
    fn realize(&mut self, cx: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {
        note(format!("realize {}", cx.name()));
        let name = cx.name().to_owned();
        cx.defer(move || note(format!("undo {name}")))?;
        if self.fails { Err(RealizeError::device("told to fail")) } else { Ok(()) }
    }

    fn unrealize(&mut self, cx: &mut Cx<'_, Self>) {
        note(format!("unrealize {}", cx.name()));
    }

    fn finalize(&mut self) {
        note(format!("finalize {}", self.name));
    }
}

impl Whole {
    fn realize(&mut self, cx: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {
        note("realize whole");
        cx.defer(|| note("undo first"))?;
        cx.defer(|| note("undo second"))?;
        match self.fails {
            0 => Ok(()),
            1 => Err(RealizeError::device("told to fail")),
            _ => panic!("told to panic"),
        }
    }

    fn unrealize(&mut self, _: &mut Cx<'_, Self>) {
        let is_there = self.part.with(|_, _| ()).is_ok();
        note(format!("unrealize whole, part can be entered: {is_there}"));
    }

    fn finalize(&mut self) {
        note("finalize whole");
    }
}

const REALIZE: [&str; 4] =
    ["realize x/part", "realize x/parts[0]", "realize x/parts[1]", "realize whole"];
const UNDO: [&str; 2] = ["undo second", "undo first"];
const UNREALIZE_PARTS: [&str; 6] = [
    "unrealize x/parts[1]",
    "undo x/parts[1]",
    "unrealize x/parts[0]",
    "undo x/parts[0]",
    "unrealize x/part",
    "undo x/part",
];
const FINALIZE: [&str; 4] = ["finalize whole", "finalize part", "finalize part", "finalize part"];

fn check(expected: &[&[&str]]) {
    assert_eq!(take(), expected.concat());
}

#[test]
fn parts_come_before_their_whole_and_go_after_it() {
    let mut machine = Machine::new();
    let id = machine.create::<Whole>("x").expect("it can be created");
    check(&[]);
    machine.realize(id).expect("it can be realized");
    check(&[&REALIZE]);
    assert_eq!(machine.unrealize(id), Ok(State::Created));
    let hook = ["unrealize whole, part can be entered: false"];
    check(&[&hook, &UNDO, &UNREALIZE_PARTS]);
    machine.realize(id).expect("it can be realized again");
    check(&[&REALIZE]);
    assert_eq!(machine.unplug(id), Ok(Unplugged::Gone));
    check(&[&hook, &UNDO, &UNREALIZE_PARTS, &FINALIZE]);
}

#[test]
fn what_was_done_is_undone_in_reverse_after_an_error() {
    let mut machine = Machine::new();
    let id = machine.create::<Whole>("x").expect("it can be created");
    machine.set(id, "fails", 1_u8).expect("it is a property");
    assert_eq!(machine.realize(id), Err(RealizeError::device("told to fail")));
    check(&[&REALIZE, &UNDO, &UNREALIZE_PARTS]);
    machine.set(id, "fails", 0_u8).expect("it is not realized");
    machine.realize(id).expect("it can be realized now");
    drop(machine);
    let hook = ["unrealize whole, part can be entered: false"];
    check(&[&REALIZE, &hook, &UNDO, &UNREALIZE_PARTS, &FINALIZE]);
}

#[test]
fn what_was_done_is_undone_in_reverse_after_a_panic() {
    let mut machine = Machine::new();
    let id = machine.create::<Whole>("x").expect("it can be created");
    machine.set(id, "fails", 2_u8).expect("it is a property");
    assert_eq!(machine.realize(id), Err(RealizeError::Panicked("told to panic".to_owned())));
    check(&[&REALIZE, &UNDO, &UNREALIZE_PARTS]);
    assert_eq!(machine.poison(id), Ok(Some("told to panic".to_owned())));
    assert!(machine.realize(id).is_err(), "a poisoned device can't be realized");
    assert_eq!(machine.unplug(id), Ok(Unplugged::Gone));
    check(&[&FINALIZE]);
}

#[test]
fn a_part_that_fails_takes_its_whole_along() {
    let mut machine = Machine::new();
    let id = machine.create::<Whole>("x").expect("it can be created");
    let part = machine.find("x/parts[0]").expect("parts have names");
    machine.set(part, "fails", true).expect("it is a property");
    assert_eq!(machine.realize(id), Err(RealizeError::device("told to fail")));
    check(&[&REALIZE[..2], &["undo x/parts[0]"], &UNREALIZE_PARTS[4..]]);
}

/// Sits on the system bus.
#[derive(Device)]
#[device(name = "seated", parent = SysBus, realize = realize, unrealize = unrealize)]
struct Seated {
    #[region(reserved, size = 16, export = 0)]
    hole: Region<Reserved>,
}

impl Seated {
    fn realize(&mut self, cx: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {
        // In a build without memory there is no way to it.
        let found = cx.bus_master().read(0, &mut []);
        note(format!("realize, has memory: {}", found.is_ok()));
        cx.defer(|| note("undo"))
    }

    fn unrealize(&mut self, _: &mut Cx<'_, Self>) {
        note("unrealize");
    }
}

/// The bus says before the hook what the device sees, and places what it exports after the hook: if that is
/// refused, what the hook has done is undone.
#[test]
fn the_bus_has_the_first_and_the_last_word() {
    let mut machine = Machine::new();
    let id = machine.create::<Seated>("x").expect("it can be created");
    let realized = format!("realize, has memory: {}", cfg!(feature = "memory"));
    machine.seat(id, &machine.system_bus(), SysBus::at(0).and(7, 0)).expect("it is its bus");
    let done = machine.realize(id);
    assert_eq!(done.is_err(), cfg!(feature = "memory"), "there is no export 7");
    if done.is_ok() {
        machine.unrealize(id).expect("it is realized");
    }
    check(&[&[&realized, "unrealize", "undo"]]);
    machine.seat(id, &machine.system_bus(), SysBus::at(0)).expect("it is its bus");
    machine.realize(id).expect("it can be placed");
    check(&[&[&realized]]);
}

#[test]
fn a_device_that_was_never_realized_is_only_finalized() {
    let mut machine = Machine::new();
    let id = machine.create::<Whole>("x").expect("it can be created");
    assert_eq!(machine.unplug(id), Ok(Unplugged::Gone));
    check(&[&FINALIZE]);
    assert_eq!(machine.next_event(), None, "nobody had seen it");
}
