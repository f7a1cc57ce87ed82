//! Devices without the derive, on all paths of their life.

use devmodel::manual::{Access, Lifecycle, MemoryRegion, NoCx};
use devmodel::{
    Cx, Device, Machine, NoBus, Ops, RealizeCx, RealizeError, State, SysBus, Unplugged, conformance,
};
use std::sync::Mutex;

static LOG: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn take() -> Vec<String> {
    std::mem::take(&mut LOG.lock().expect("nobody panics with it"))
}

fn note(what: &str) {
    LOG.lock().expect("nobody panics with it").push(what.to_owned());
}

/// Takes everything apart by hand, wherever one can.
struct Careful {
    all: MemoryRegion,
    registers: [MemoryRegion; 2],
}

impl Lifecycle for Careful {
    const NAME: &'static str = "careful";
    const HOTPLUGGABLE: bool = true;
    type Parent = NoBus;

    fn init() -> Self {
        Self { all: MemoryRegion::default(), registers: Default::default() }
    }

    fn realize(&mut self, cx: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {
        note("realize");
        self.all.init_container(cx, "all", 0x20)?;
        for (at, register) in self.registers.iter_mut().enumerate() {
            register.init_io::<Self>(cx, "registers", 0x10, Access::new())?;
            self.all.add_subregion(cx, at as u64 * 0x10, register)?;
        }
        Ok(())
    }

    fn unrealize(&mut self, cx: &mut Cx<'_, Self>) {
        note("unrealize");
        for register in &self.registers {
            self.all.del_subregion(cx, register);
            register.unparent(cx);
        }
        self.all.unparent(cx);
    }

    fn finalize(&mut self) {
        note("finalize");
        self.all.del_subregion(&NoCx, &self.registers[0]);
        self.all.unparent(&NoCx);
    }
}

impl Drop for Careful {
    fn drop(&mut self) {
        note("drop");
        self.all.unparent(&NoCx);
    }
}

impl Ops for Careful {
    type Device = Self;

    fn read(_: &mut Self, cx: &mut Cx<'_, Self>, _: u64, _: u8) -> u64 {
        u64::from(cx.element())
    }

    fn write(_: &mut Self, _: &mut Cx<'_, Self>, _: u64, _: u8, _: u64) {}
}

/// One test, as there is one log.
#[test]
fn hooks_run_in_their_order_and_teardown_by_hand_changes_nothing() {
    let mut machine = Machine::new();
    let id = machine.create::<Careful>("device").expect("it can be created");
    assert!(take().is_empty());
    machine.realize(id).expect("it needs nothing");
    assert_eq!(machine.unrealize(id), Ok(State::Created));
    machine.realize(id).expect("it can be realized again");
    assert_eq!(machine.unplug(id), Ok(Unplugged::Gone));
    let hooks = ["realize", "unrealize", "realize", "unrealize", "finalize", "drop"];
    assert_eq!(take(), hooks);
    let unused = machine.create::<Careful>("device").expect("it can be created");
    assert_eq!(machine.unplug(unused), Ok(Unplugged::Gone));
    assert_eq!(take(), ["finalize", "drop"]);
    let report = conformance::check::<Careful>().expect("it keeps what the framework promises");
    let own = ["region by hand"; 3].len() + ["subregion by hand"; 2].len();
    assert!(report.effects >= own, "{} effects", report.effects);
}

/// Forgets everything, and may.
struct Careless(MemoryRegion);

impl Lifecycle for Careless {
    const NAME: &'static str = "careless";
    type Parent = SysBus;

    fn init() -> Self {
        Self(MemoryRegion::default())
    }

    fn realize(&mut self, cx: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {
        self.0.init_ram(cx, "memory", 0x1000)?;
        self.0.register_vmstate(cx)?;
        self.0.set_unmergeable(cx)?;
        self.0.export(cx, 3)
    }
}

#[test]
fn nothing_has_to_be_taken_apart() {
    let check = conformance::Check::<Careless>::new().seat(|machine, id| {
        machine.seat(id, &machine.system_bus(), SysBus::nowhere().and(3, 0x1000))?;
        Ok(())
    });
    let report = check.run().expect("it keeps what the framework promises");
    assert!(report.accesses > 0 || cfg!(not(feature = "memory")), "it is mapped");
}

#[test]
fn what_is_known_without_an_instance() {
    let (careful, careless) = (Careful::META, Careless::META);
    assert_eq!((careful.name, careful.bus, careful.hotpluggable), ("careful", None, true));
    assert_eq!((careless.name, careless.bus), ("careless", Some("SysBus")));
    assert!(!careless.hotpluggable && careless.regions.is_empty());
}

/// The bus places exports last: by then there is a hook to be run.
#[test]
fn the_bus_refuses_what_is_not_exported() {
    let mut machine = Machine::new();
    let id = machine.create::<Careless>("device").expect("it can be created");
    machine.seat(id, &machine.system_bus(), SysBus::at(0x1000)).expect("it is its bus");
    let done = machine.realize(id);
    assert_eq!(done.is_err(), cfg!(feature = "memory"), "{done:?}");
}
