//! A handler that panics.

use devmodel::{AccessError, Device, IrqIn, IrqOut, Machine, MachineError, Unplugged, WeakDev};

#[derive(Device)]
#[device(name = "fragile", unrealize = unrealize)]
struct Fragile {
    #[irq(in, handler = on_irq)]
    trip: IrqIn,
    #[irq(out)]
    out: IrqOut,
    unrealized: bool,
}

impl Fragile {
    fn on_irq(&mut self, _: &mut devmodel::Cx<'_, Self>, _: u16, _: bool) {
        panic!("tripped");
    }

    fn unrealize(&mut self, _: &mut devmodel::Cx<'_, Self>) {
        self.unrealized = true;
        panic!("again");
    }
}

#[test]
fn only_the_device_that_panicked_is_poisoned() {
    let mut machine = Machine::new();
    let counts = machine.counts();
    let ids = ["a", "b"].map(|name| machine.create::<Fragile>(name).expect("it can be created"));
    for id in ids {
        machine.realize(id).expect("it can be realized");
    }
    let [a, b]: [WeakDev<Fragile>; 2] = ids.map(|id| machine.weak(id).expect("it is realized"));
    machine.connect((ids[0], "out", 0), (ids[1], "trip", 0)).expect("there are such lines");

    a.with(|device, _| device.out.raise()).expect("the device that raises is sound");
    assert_eq!(b.with(|_, _| ()), Err(AccessError::Poisoned));
    assert_eq!(machine.with::<Fragile, _>(ids[1], |_, _| ()), Err(MachineError::Poisoned));
    assert_eq!(machine.poison(ids[1]), Ok(Some("tripped".to_owned())));
    assert_eq!(a.with(|_, _| ()), Ok(()));

    assert_eq!(machine.unplug(ids[1]), Ok(Unplugged::Gone));
    assert_eq!(a.with(|_, _| ()), Ok(()));
    drop((machine, a, b));
    assert_eq!((counts.devices(), counts.ports()), (0, 0));
}
