//! Interrupt lines.

use devmodel::{Cx, Device, IrqIn, IrqOut, Machine, MachineError};
use std::sync::mpsc::channel;

/// Raises its line when its input rises, and the other way round.
#[derive(Device)]
#[device(name = "repeater")]
struct Repeater {
    #[irq(in, handler = follow)]
    input: [IrqIn; 2],
    #[irq(out)]
    output: [IrqOut; 2],
    seen: Vec<(u16, bool)>,
    inside: bool,
}

impl Repeater {
    fn follow(&mut self, _: &mut Cx<'_, Self>, pin: u16, level: bool) {
        assert!(!self.inside, "a handler is never entered from within itself");
        self.inside = true;
        self.seen.push((pin, level));
        self.output[usize::from(pin)].set(level);
        self.inside = false;
    }
}

#[test]
fn a_level_goes_down_the_line_and_comes_back() {
    let mut machine = Machine::new();
    let names = ["a", "b", "c"];
    let ids = names.map(|name| machine.create::<Repeater>(name).expect("it can be created"));
    for id in ids {
        machine.realize(id).expect("it can be realized");
    }
    machine.connect((ids[0], "output", 0), (ids[1], "input", 0)).expect("there are such lines");
    machine.connect((ids[1], "output", 0), (ids[2], "input", 1)).expect("there are such lines");
    // And back into the first one, which is still in its handler when the line rises.
    machine.connect((ids[2], "output", 1), (ids[0], "input", 1)).expect("there are such lines");
    let (heard, hear) = channel();
    let follow = move |level| heard.send(level).expect("somebody listens");
    machine.follow((ids[0], "output", 1), follow).expect("there is such a line");

    let first = machine.weak::<Repeater>(ids[0]).expect("it is realized");
    first.with(|device, _| device.output[0].pulse()).expect("it is sound");
    let seen = ids.map(|id| machine.with::<Repeater, _>(id, |device, _| device.seen.clone()));
    let pulse = |pin| Ok(vec![(pin, true), (pin, false)]);
    assert_eq!(seen, [pulse(1), pulse(0), pulse(1)]);
    assert_eq!(hear.try_iter().collect::<Vec<_>>(), [true, false]);
}

#[test]
fn a_line_that_is_high_reaches_a_device_that_comes_later() {
    let mut machine = Machine::new();
    let ids = ["a", "b"].map(|name| machine.create::<Repeater>(name).expect("it can be created"));
    machine.connect((ids[0], "output", 1), (ids[1], "input", 1)).expect("there are such lines");
    machine.realize(ids[0]).expect("it can be realized");
    machine.with::<Repeater, _>(ids[0], |device, _| device.output[1].raise()).expect("it is sound");
    machine.realize(ids[1]).expect("it can be realized");
    let seen = machine.with::<Repeater, _>(ids[1], |device, _| device.seen.clone());
    assert_eq!(seen, Ok(vec![(1, true)]));
    machine.unrealize(ids[0]).expect("it is realized");
    let seen = machine.with::<Repeater, _>(ids[1], |device, _| device.seen.clone());
    assert_eq!(seen, Ok(vec![(1, true), (1, false)]), "the lines of a device go down with it");
}

#[test]
fn there_must_be_such_lines() {
    let mut machine = Machine::new();
    let id = machine.create::<Repeater>("a").expect("it can be created");
    for (from, to) in
        [(("output", 2), ("input", 0)), (("input", 0), ("input", 0)), (("output", 0), ("input", 2))]
    {
        let connected = machine.connect((id, from.0, from.1), (id, to.0, to.1));
        assert!(matches!(connected, Err(MachineError::NoSuchField { .. })), "{connected:?}");
    }
}
