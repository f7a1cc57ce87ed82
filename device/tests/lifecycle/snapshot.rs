//! Saved state.

use devmodel::{Device, Machine, StateError};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Registers {
    control: u32,
    data: Vec<u8>,
}

#[derive(Device)]
#[device(name = "saved", version = 2, post_load = post_load)]
struct Saved {
    #[state]
    registers: Registers,
    #[state]
    #[vmstate(since = 2)]
    newer: u8,
    #[state]
    #[vmstate(skip)]
    cache: u32,
}

impl Saved {
    fn post_load(
        &mut self,
        _: &mut devmodel::Cx<'_, Self>,
        version: u32,
    ) -> Result<(), StateError> {
        self.cache = version;
        if self.newer == 99 { Err(StateError::device("99 makes no sense")) } else { Ok(()) }
    }
}

fn machine() -> Machine {
    let mut machine = Machine::new();
    let id = machine.create::<Saved>("x").expect("it can be created");
    machine.realize(id).expect("it can be realized");
    machine
}

fn state(machine: &Machine) -> (Registers, u8, u32) {
    let id = machine.find("x").expect("it is there");
    let read = |device: &mut Saved| (device.registers.clone(), device.newer, device.cache);
    machine.with::<Saved, _>(id, |device, _| read(device)).expect("it is sound")
}

fn saved(change: impl Fn(&mut Saved)) -> devmodel::state::MachineState {
    let machine = machine();
    let id = machine.find("x").expect("it is there");
    machine.with::<Saved, _>(id, |device, _| change(device)).expect("it is sound");
    machine.save().expect("it can be saved")
}

#[test]
fn what_is_saved_can_be_loaded() {
    let registers = Registers { control: 5, data: vec![1, 2] };
    let written = saved(|device| {
        device.registers = registers.clone();
        (device.newer, device.cache) = (3, 4);
    });
    let text = serde_json::to_string(&written).expect("it is data");
    let read = serde_json::from_str(&text).expect("it is what was written");
    let mut machine = machine();
    machine.load(&read).expect("it can be loaded");
    assert_eq!(state(&machine), (registers, 3, 2));
}

#[test]
fn fields_that_are_newer_than_the_state_stay() {
    let mut written = saved(|device| device.newer = 3);
    let device = written.0.get_mut("x").expect("it has state");
    device.version = 1;
    device.fields.remove("newer");
    let mut machine = machine();
    machine.load(&written).expect("it can be loaded");
    assert_eq!(state(&machine), (Registers::default(), 0, 1));
}

#[test]
fn state_that_does_not_fit_is_refused() {
    let check = |change: &dyn Fn(&mut devmodel::state::DeviceState), expected: StateError| {
        let mut written = saved(|_| ());
        change(written.0.get_mut("x").expect("it has state"));
        assert_eq!(machine().load(&written), Err(expected));
    };
    check(&|state| state.version = 3, StateError::TooNew { found: 3, known: 2 });
    check(
        &|state| state.device = "other".to_owned(),
        StateError::WrongType { found: "other".to_owned(), wanted: "saved" },
    );
    check(
        &|state| drop(state.fields.remove("registers")),
        StateError::Missing("registers".to_owned()),
    );
    check(
        &|state| drop(state.fields.insert("newer".to_owned(), 99.into())),
        StateError::device("99 makes no sense"),
    );
}

#[cfg(feature = "memory")]
#[derive(Device)]
#[device(name = "store")]
struct Store {
    #[region(ram, size = 8, migrate)]
    kept: [devmodel::Region<devmodel::region::Ram>; 2],
    #[region(ram, size = 8)]
    scratch: devmodel::Region<devmodel::region::Ram>,
}

#[cfg(feature = "memory")]
#[test]
fn memory_that_migrates_is_part_of_the_state() {
    let store = || {
        let mut machine = Machine::new();
        let id = machine.create::<Store>("x").expect("it can be created");
        machine.realize(id).expect("it can be realized");
        (machine, id)
    };
    let (machine, id) = store();
    let second = |device: &mut Store, cx: &mut devmodel::Cx<'_, Store>| {
        (cx.ram(&device.kept[1]).expect("it is realized"), cx.ram(&device.scratch))
    };
    let (kept, scratch) = machine.with::<Store, _>(id, second).expect("it is sound");
    kept.write(2, &[1, 2]).expect("it fits");
    scratch.expect("it is realized").write(0, &[3]).expect("it fits");
    let written = machine.save().expect("it can be saved");
    let (mut machine, id) = store();
    machine.load(&written).expect("it can be loaded");
    let (kept, scratch) = machine.with::<Store, _>(id, second).expect("it is sound");
    let content = |ram: &devmodel::memory::RamBlock| {
        let mut bytes = [0; 8];
        ram.read(0, &mut bytes).map(|()| bytes)
    };
    assert_eq!(content(&kept), Ok([0, 0, 1, 2, 0, 0, 0, 0]));
    assert_eq!(content(&scratch.expect("it is realized")), Ok([0; 8]));
    let mut written = written;
    written.0.get_mut("x").expect("it has memory").memory.insert("kept[0]".to_owned(), vec![0; 9]);
    assert!(matches!(machine.load(&written), Err(StateError::Field { .. })));
}
