//! Devices on the buses of other devices.

use devmodel::bus::PciAddress;
use devmodel::{
    Bus, DevId, Device, Machine, MachineError, PciBus, RealizeError, Region, State, Unplugged,
    region::Ram,
};

#[derive(Device)]
#[device(name = "host", hotpluggable)]
struct Host {
    #[bus(PciBus)]
    bus: Bus<PciBus>,
}

#[derive(Device)]
#[device(name = "bridge", parent = PciBus, hotpluggable)]
struct Bridge {
    #[bus(PciBus)]
    bus: Bus<PciBus>,
}

#[derive(Device)]
#[device(name = "card", parent = PciBus, hotpluggable)]
struct Card {
    #[region(ram, size = 0x1000, export = 0)]
    memory: Region<Ram>,
}

fn created<D: Device>(machine: &mut Machine, name: &str) -> DevId {
    machine.create::<D>(name).expect("it can be created")
}

fn seat(machine: &mut Machine, id: DevId, host: DevId) -> Result<(), MachineError> {
    let bus = machine.bus::<PciBus>(host, "bus")?;
    machine.seat(id, &bus, PciAddress::device(1))
}

fn realize(machine: &mut Machine, ids: &[DevId]) {
    for id in ids {
        machine.realize(*id).expect("it can be realized");
    }
}

fn is_open(machine: &Machine, id: DevId) -> bool {
    machine.with::<Card, _>(id, |_, _| ()).is_ok()
}

#[test]
fn a_device_goes_with_the_one_that_has_its_bus() {
    let mut machine = Machine::new();
    let (host, card) = (created::<Host>(&mut machine, "h"), created::<Card>(&mut machine, "c"));
    seat(&mut machine, card, host).expect("it sits on such a bus");
    realize(&mut machine, &[host, card]);
    machine.unrealize(host).expect("it is realized");
    assert_eq!((machine.state(card), is_open(&machine, card)), (Ok(State::Created), false));
    realize(&mut machine, &[host, card]);
    assert!(is_open(&machine, card));
    assert_eq!(machine.unplug(host), Ok(Unplugged::Gone));
    assert_eq!(machine.state(card), Err(MachineError::NoSuchDevice(card)));
}

#[test]
fn a_device_that_has_moved_stays_when_its_former_host_goes() {
    let mut machine = Machine::new();
    let hosts = ["a", "b"].map(|name| created::<Host>(&mut machine, name));
    realize(&mut machine, &hosts);
    let card = created::<Card>(&mut machine, "card");
    for host in hosts {
        seat(&mut machine, card, host).expect("it sits on such a bus");
        machine.realize(card).expect("there is room");
        machine.unrealize(card).expect("it is realized");
    }
    machine.realize(card).expect("there is room");
    assert_eq!(machine.unplug(hosts[0]), Ok(Unplugged::Gone));
    assert_eq!((machine.state(card), is_open(&machine, card)), (Ok(State::Realized), true));
}

#[test]
fn a_bus_works_as_long_as_its_device_is_realized() {
    let mut machine = Machine::new();
    let counts = machine.counts();
    let (host, card) = (created::<Host>(&mut machine, "h"), created::<Card>(&mut machine, "c"));
    let bus = machine.bus::<PciBus>(host, "bus").expect("it has one");
    machine.seat(card, &bus, PciAddress::device(1)).expect("it sits on such a bus");
    let dead = |result| matches!(result, Err(RealizeError::Bus { bus: "PciBus", .. }));
    assert!(dead(machine.realize(card)), "the host is not realized");
    machine.realize(host).expect("it can be realized");
    machine.realize(card).expect("now it can be realized");
    assert_eq!(machine.unplug(host), Ok(Unplugged::Gone));
    let late = created::<Card>(&mut machine, "late");
    machine.seat(late, &bus, PciAddress::device(1)).expect("a bus does not know that it is dead");
    assert!(dead(machine.realize(late)), "the host is gone");
    drop(machine);
    assert_eq!((counts.devices(), counts.ports()), (0, 0));
}

#[test]
fn nothing_sits_below_itself() {
    let mut machine = Machine::new();
    let bridges = ["a", "b", "c"].map(|name| created::<Bridge>(&mut machine, name));
    let [a, b, c] = bridges;
    assert_eq!(seat(&mut machine, a, a), Err(MachineError::SeatCycle));
    seat(&mut machine, a, b).expect("that is no cycle");
    seat(&mut machine, b, c).expect("that is no cycle");
    assert_eq!(seat(&mut machine, c, a), Err(MachineError::SeatCycle));
    assert_eq!(machine.destroy(c), Ok(Unplugged::Gone));
    assert_eq!(machine.devices(), []);
}
