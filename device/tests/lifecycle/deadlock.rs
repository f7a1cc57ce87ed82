//! Devices that access each other from their handlers.

use devmodel::{AccessError, Device, Link, Machine, WeakDev};
use std::sync::Barrier;

#[derive(Device)]
#[device(name = "peer")]
struct Peer {
    #[linked]
    other: Link<Peer>,
    entered: u32,
}

/// Two devices that know each other.
fn pair(machine: &mut Machine) -> [WeakDev<Peer>; 2] {
    let ids = ["a", "b"].map(|name| machine.create::<Peer>(name).expect("it can be created"));
    // A realizes first: its link is set before it, and resolved when it is used.
    machine.realize(ids[1]).expect("it can be realized");
    machine.link(ids[0], "other", Some(ids[1])).expect("the types agree");
    machine.realize(ids[0]).expect("it can be realized");
    machine.unrealize(ids[1]).expect("it can be unrealized");
    machine.link(ids[1], "other", Some(ids[0])).expect("the types agree");
    machine.realize(ids[1]).expect("it can be realized again");
    ids.map(|id| machine.weak::<Peer>(id).expect("it is realized"))
}

#[test]
fn one_of_two_gives_way() {
    let mut machine = Machine::new();
    let peers = pair(&mut machine);
    let both_inside = Barrier::new(2);
    let results = std::thread::scope(|scope| {
        let cross = |peer: WeakDev<Peer>| {
            let both_inside = &both_inside;
            scope.spawn(move || {
                peer.with(|device, _| {
                    both_inside.wait();
                    device.other.with(|other, _| other.entered += 1)
                })
            })
        };
        peers.map(cross).map(|thread| thread.join().expect("no handler panics"))
    });
    let inner = results.map(|result| result.expect("each can enter its own device"));
    let gave_way = inner.iter().filter(|inner| **inner == Err(AccessError::WouldDeadlock)).count();
    assert!(gave_way >= 1, "{inner:?}");
    assert!(inner.contains(&Ok(())), "the other one gets through: {inner:?}");
}

#[test]
fn a_device_that_accesses_itself_is_told() {
    let mut machine = Machine::new();
    let [peer, _] = pair(&mut machine);
    let itself = peer.clone();
    let inner = peer.with(|_, _| itself.with(|_, _| ()));
    assert_eq!(inner, Ok(Err(AccessError::Reentrant)));
    let through = peer.with(|device, _| device.other.with(|other, _| other.other.with(|_, _| ())));
    assert_eq!(through, Ok(Ok(Err(AccessError::Reentrant))));
}
