//! Unplug: at once, by asking, while somebody is inside, from within.

use devmodel::{AccessError, Device, Event, Machine, State, UnplugError, Unplugged, WeakDev};
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

const LONG: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(5);

#[derive(Device)]
#[device(name = "hot", hotpluggable)]
struct Hot {}

#[derive(Device)]
#[device(name = "side-by-side", hotpluggable, lock = "shared")]
struct SideBySide {}

#[derive(Device)]
#[device(name = "polite", hotpluggable, unplug = "request")]
struct Polite {}

fn realized<D: Device>(machine: &mut Machine) -> (devmodel::DevId, WeakDev<D>) {
    let id = machine.create::<D>("x").expect("it can be created");
    machine.realize(id).expect("it can be realized");
    (id, machine.weak(id).expect("it is realized"))
}

/// A thread that is in a handler of the device until the sender is dropped.
fn occupy<'s, D: Device>(scope: &'s std::thread::Scope<'s, '_>, weak: WeakDev<D>) -> Sender<()> {
    let (inside, is_inside) = channel();
    let (stay, leave) = channel::<()>();
    scope.spawn(move || {
        weak.with(|_, _| {
            inside.send(()).expect("somebody waits");
            let _ = leave.recv_timeout(LONG);
        })
    });
    is_inside.recv_timeout(LONG).expect("the thread gets in");
    stay
}

fn a_busy_device_drains<D: Device>() {
    let mut machine = Machine::new();
    let counts = machine.counts();
    let (id, weak) = realized::<D>(&mut machine);
    std::thread::scope(|scope| {
        let stay = occupy(scope, weak.clone());
        assert_eq!(machine.unplug(id), Ok(Unplugged::Draining));
        assert_eq!(machine.unplug(id), Err(UnplugError::UnplugPending));
        assert_eq!(machine.state(id), Ok(State::Closing));
        assert_eq!(weak.with(|_, _| ()), Err(AccessError::Revoked));
        assert_eq!((machine.reclaim(), machine.next_event()), (1, None));
        drop(stay);
    });
    assert_eq!(machine.reclaim(), 0);
    let name = "x".to_owned();
    assert_eq!(machine.next_event(), Some(Event::DeviceDeleted { id, name }));
    assert_eq!((counts.devices(), counts.ports()), (0, 1), "the reference remembers the port");
    drop(weak);
    assert_eq!(counts.ports(), 0);
}

#[test]
fn unplug_does_not_wait_for_a_handler() {
    a_busy_device_drains::<Hot>();
    a_busy_device_drains::<SideBySide>();
}

#[test]
fn waiting_ends_when_the_handler_does_or_the_time_is_over() {
    let mut machine = Machine::new();
    let (id, weak) = realized::<Hot>(&mut machine);
    std::thread::scope(|scope| {
        let stay = occupy(scope, weak.clone());
        let waited = machine.unplug_wait(id, SHORT);
        assert_eq!(waited, Err(UnplugError::TimedOut { in_flight: 1 }));
        drop(stay);
    });
    assert_eq!(machine.reclaim(), 0);
    let (id, weak) = realized::<Hot>(&mut machine);
    std::thread::scope(|scope| {
        let stay = occupy(scope, weak.clone());
        scope.spawn(move || {
            std::thread::sleep(SHORT);
            drop(stay);
        });
        assert_eq!(machine.unplug_wait(id, LONG), Ok(()));
    });
}

#[test]
fn handlers_that_run_side_by_side_do_so() {
    let mut machine = Machine::new();
    let (_, weak) = realized::<SideBySide>(&mut machine);
    std::thread::scope(|scope| {
        let first = occupy(scope, weak.clone());
        let second = occupy(scope, weak.clone());
        drop((first, second));
    });
}

#[test]
fn the_machine_may_go_while_somebody_is_in_a_device() {
    let mut machine = Machine::new();
    let counts = machine.counts();
    let (_, weak) = realized::<Hot>(&mut machine);
    std::thread::scope(|scope| {
        let stay = occupy(scope, weak.clone());
        drop(machine);
        assert_eq!(weak.with(|_, _| ()), Err(AccessError::Revoked));
        drop(stay);
    });
    drop(weak);
    assert_eq!((counts.devices(), counts.ports()), (0, 0));
}

#[test]
fn a_device_can_end_itself() {
    let mut machine = Machine::new();
    let (id, weak) = realized::<Hot>(&mut machine);
    let ejected = weak.with(|_, cx| cx.eject());
    assert_eq!(ejected, Ok(Ok(())));
    assert_eq!(weak.with(|_, _| ()), Err(AccessError::Revoked), "at once");
    assert_eq!(machine.reclaim(), 0);
    assert!(
        matches!(machine.next_event(), Some(Event::DeviceDeleted { id: gone, .. }) if gone == id)
    );
}

#[test]
fn a_guest_that_is_asked_can_take_its_time() {
    let mut machine = Machine::new();
    let (id, weak) = realized::<Polite>(&mut machine);
    assert_eq!(machine.unplug(id), Ok(Unplugged::Requested));
    assert_eq!(machine.next_event(), Some(Event::UnplugRequested { id }));
    assert_eq!(machine.unplug(id), Err(UnplugError::UnplugPending));
    assert_eq!(weak.with(|_, _| ()), Ok(()), "it works until the guest has answered");
    assert_eq!(weak.with(|_, cx| cx.eject()), Ok(Ok(())), "this is the answer");
    assert_eq!(machine.reclaim(), 0);
    assert!(matches!(machine.next_event(), Some(Event::DeviceDeleted { .. })));
}

#[test]
fn an_old_reference_never_reaches_the_next_incarnation() {
    let mut machine = Machine::new();
    let (id, old) = realized::<Hot>(&mut machine);
    assert_eq!(machine.unrealize(id), Ok(State::Created));
    machine.realize(id).expect("it can be realized again");
    let new = machine.weak::<Hot>(id).expect("it is realized");
    assert_eq!((old.with(|_, _| ()), new.with(|_, _| ())), (Err(AccessError::Revoked), Ok(())));
    assert!(old.is_gone() && !new.is_gone());
}
