//! What is refused, with a typed error, and leaves everything as it was.

use devmodel::{
    Device, Link, Machine, MachineError, PropertyError, RealizeError, State, SysBus, UnplugError,
    Unplugged, Value, ValueKind,
};
use std::time::Duration;

#[derive(Device)]
#[device(name = "plain")]
struct Plain {
    #[property(default = 16, min = 1, max = 64)]
    depth: u32,
    #[property(name = "label", default = "none")]
    text: String,
}

#[derive(Device)]
#[device(name = "hot", hotpluggable)]
struct Hot {
    #[linked]
    friend: Link<Plain>,
}

#[derive(Device)]
#[device(name = "needy")]
struct Needy {
    #[linked(required)]
    friend: Link<Plain>,
}

#[derive(Device)]
#[device(name = "seated", parent = SysBus)]
struct Seated {}

#[derive(Device)]
#[device(name = "idea", abstract)]
struct Idea {}

#[test]
fn properties_have_types_and_ranges_and_freeze() {
    let mut machine = Machine::new();
    let id = machine.create::<Plain>("x").expect("it can be created");
    let error = |error: PropertyError| Err(MachineError::Property(error));
    let range = |value| PropertyError::Range { name: "depth", value, min: 1, max: 64 };
    assert_eq!(machine.set(id, "depth", 0_u8), error(range(0)));
    assert_eq!(machine.set(id, "depth", -1), error(range(-1)));
    assert_eq!(machine.set(id, "depth", u64::MAX), error(range(u64::MAX.into())));
    let expected = ValueKind::Number;
    assert_eq!(
        machine.set(id, "depth", "1"),
        error(PropertyError::Type { name: "depth", expected })
    );
    let unknown = PropertyError::Unknown { device: "plain", name: "text".to_owned() };
    assert_eq!(machine.set(id, "text", "x"), error(unknown));
    assert_eq!(machine.get(id, "depth"), Ok(Value::Number(16)));
    assert_eq!(machine.get(id, "label"), Ok(Value::Text("none".to_owned())));
    assert_eq!(machine.set(id, "depth", 64), Ok(()));
    machine.realize(id).expect("it can be realized");
    assert_eq!(machine.set(id, "depth", 1), error(PropertyError::AfterRealize { name: "depth" }));
    assert_eq!(machine.with::<Plain, _>(id, |device, _| device.depth), Ok(64));
    machine.unrealize(id).expect("it is realized");
    assert_eq!(machine.set(id, "depth", 1), Ok(()));
}

#[test]
fn a_device_takes_each_step_once() {
    let mut machine = Machine::new();
    let id = machine.create::<Plain>("x").expect("it can be created");
    let from = State::Created;
    assert_eq!(
        machine.unrealize(id),
        Err(MachineError::InvalidTransition { from, to: "be unrealized" })
    );
    machine.realize(id).expect("it can be realized");
    let from = State::Realized;
    let twice = MachineError::InvalidTransition { from, to: "be realized" };
    assert_eq!(machine.realize(id), Err(twice.into()));
    assert_eq!(machine.unplug(id), Ok(Unplugged::Gone));
    let gone = MachineError::NoSuchDevice(id);
    assert_eq!(machine.unplug(id), Err(gone.clone().into()));
    assert_eq!(machine.realize(id), Err(gone.clone().into()));
    assert_eq!(machine.set(id, "depth", 1), Err(gone));
}

#[test]
fn names_and_ids_are_limited() {
    let mut machine = Machine::builder().max_devices(2).build().expect("there is room");
    machine.create::<Plain>("x").expect("it can be created");
    let twice = machine.create::<Plain>("x");
    assert_eq!(twice, Err(MachineError::DuplicateId("x".to_owned())));
    let y = machine.create::<Plain>("y").expect("it can be created");
    assert_eq!(machine.create::<Plain>("z"), Err(MachineError::Full));
    machine.unplug(y).expect("it can go");
    let z = machine.create::<Plain>("z").expect("there is room again");
    assert_ne!(y, z, "an id is never used again");
    assert_eq!(machine.state(y), Err(MachineError::NoSuchDevice(y)));
}

#[test]
fn unplug_can_be_blocked() {
    let mut machine = Machine::new();
    let id = machine.create::<Hot>("x").expect("it can be created");
    machine.realize(id).expect("it can be realized");
    let first = machine.block_unplug(id, "a backup is running").expect("it is there");
    let second = machine.block_unplug(id, "a guest said so").expect("it is there");
    let reasons = |reasons: &[&str]| -> Result<Unplugged, UnplugError> {
        Err(UnplugError::UnplugBlocked(reasons.iter().map(|&reason| reason.to_owned()).collect()))
    };
    assert_eq!(machine.unplug(id), reasons(&["a backup is running", "a guest said so"]));
    machine.unblock_unplug(first);
    assert_eq!(machine.unplug(id), reasons(&["a guest said so"]));
    let ejected = machine.with::<Hot, _>(id, |_, cx| cx.eject());
    assert_eq!(ejected, Ok(reasons(&["a guest said so"]).map(|_| ())));
    assert_eq!(machine.state(id), Ok(State::Realized));
    machine.unblock_unplug(second);
    assert_eq!(machine.unplug(id), Ok(Unplugged::Gone));
}

#[test]
fn a_running_machine_takes_only_what_is_hot_pluggable() {
    let mut machine = Machine::new();
    let cold = machine.create::<Plain>("cold").expect("it can be created");
    machine.realize(cold).expect("it can be realized");
    machine.start();
    let late = machine.create::<Plain>("late").expect("it can be created");
    assert_eq!(machine.realize(late), Err(RealizeError::NotHotpluggable("plain")));
    assert_eq!(machine.unplug(cold), Err(UnplugError::NotHotpluggable("plain")));
    let hot = machine.create::<Hot>("hot").expect("it can be created");
    machine.set_migrating(true);
    assert_eq!(machine.realize(hot), Err(RealizeError::Migrating));
    machine.set_migrating(false);
    machine.realize(hot).expect("it is hot-pluggable");
    machine.set_migrating(true);
    assert_eq!(machine.unplug(hot), Err(UnplugError::Migrating));
    machine.set_migrating(false);
    assert_eq!(machine.unplug(hot), Ok(Unplugged::Gone));
}

#[test]
fn links_are_checked() {
    let mut machine = Machine::new();
    let needy = machine.create::<Needy>("needy").expect("it can be created");
    assert_eq!(machine.realize(needy), Err(RealizeError::Link("friend")));
    let wrong = MachineError::WrongType { found: "needy", wanted: "plain" };
    assert_eq!(machine.link(needy, "friend", Some(needy)), Err(wrong));
    let friend = machine.create::<Plain>("friend").expect("it can be created");
    machine.link(needy, "friend", Some(friend)).expect("the types agree");
    assert_eq!(machine.realize(needy), Err(RealizeError::Link("friend")), "it is not realized");
    machine.realize(friend).expect("it can be realized");
    machine.realize(needy).expect("it has what it needs");
    let depth = |machine: &Machine| {
        machine
            .with::<Needy, _>(needy, |device, _| device.friend.with(|friend, _| friend.depth).ok())
    };
    assert_eq!(depth(&machine), Ok(Some(16)));
    machine.unplug(friend).expect("a link does not hold it");
    assert_eq!(depth(&machine), Ok(None));
}

#[test]
fn a_device_sits_on_its_own_kind_of_bus() {
    let mut machine = Machine::new();
    let id = machine.create::<Seated>("x").expect("it can be created");
    let needs = RealizeError::NeedsBus { device: "seated", bus: "SysBus" };
    assert_eq!(machine.realize(id), Err(needs));
    let bus = machine.system_bus();
    machine.seat(id, &bus, SysBus::nowhere()).expect("it is its bus");
    machine.realize(id).expect("it has a seat");
    assert_eq!(bus.devices(), [id]);
    let other = machine.create::<Plain>("y").expect("it can be created");
    let wrong = MachineError::WrongType { found: "SysBus", wanted: "nothing" };
    assert_eq!(machine.seat(other, &bus, SysBus::nowhere()), Err(wrong));
}

#[test]
fn what_is_abstract_or_of_another_type_is_refused() {
    let mut machine = Machine::new();
    assert_eq!(machine.create::<Idea>("x"), Err(MachineError::Abstract("idea")));
    let id = machine.create::<Plain>("x").expect("it can be created");
    machine.realize(id).expect("it can be realized");
    let wrong = machine.weak::<Hot>(id).map(|_| ());
    assert_eq!(wrong, Err(MachineError::WrongType { found: "plain", wanted: "hot" }));
    let unknown = machine.link(id, "friend", None);
    assert!(matches!(unknown, Err(MachineError::InvalidTransition { .. })));
}

#[test]
fn a_device_is_configured_before_it_is_realized() {
    let mut machine = Machine::new();
    let id = machine.create::<Plain>("x").expect("it can be created");
    assert_eq!(machine.configure::<Plain, _>(id, |device| device.text.push('!')), Ok(()));
    assert_eq!(machine.get(id, "label"), Ok(Value::Text("none!".to_owned())));
    let wrong = machine.configure::<Hot, _>(id, |_| ());
    assert_eq!(wrong, Err(MachineError::WrongType { found: "plain", wanted: "hot" }));
    machine.realize(id).expect("it can be realized");
    let late = machine.configure::<Plain, _>(id, |_| ());
    assert!(matches!(late, Err(MachineError::InvalidTransition { .. })), "{late:?}");
}

#[test]
fn waiting_from_within_a_handler_is_refused() {
    // A machine never leaves its thread, so this takes some doing.
    thread_local! {
        static MACHINE: std::cell::RefCell<Option<Machine>> = const { std::cell::RefCell::new(None) };
    }
    let mut machine = Machine::new();
    let id = machine.create::<Hot>("x").expect("it can be created");
    machine.realize(id).expect("it can be realized");
    let weak = machine.weak::<Hot>(id).expect("it is realized");
    MACHINE.set(Some(machine));
    let waited = weak.with(|_, _| {
        MACHINE.with_borrow_mut(|machine| {
            machine.as_mut().map(|machine| machine.unplug_wait(id, Duration::from_secs(60)))
        })
    });
    assert_eq!(waited, Ok(Some(Err(UnplugError::WouldDeadlock))));
    let mut machine = MACHINE.take().expect("it is there");
    assert_eq!(machine.unplug_wait(id, Duration::from_secs(60)), Ok(()));
}
