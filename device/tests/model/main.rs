//! Random lives of random devices, against a simple model: after every step what can be seen is what the
//! model says, and after every run, which may end in the middle of anything, nothing is left.

mod devices;
#[cfg(feature = "memory")]
mod memory;
mod model;
mod system;

use devices::{ON_PURPOSE, Task};
use model::{DEVICES, Kind, Model, Op};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, FileFailurePersistence};
use system::System;

/// How many runs; `PROPTEST_CASES` says another number.
const RUNS: u32 = 512;
/// From here on a number means any device, also one that is gone.
const ALL: usize = 10 * DEVICES;
/// The device that was created last.
const LAST: usize = ALL + 2 * DEVICES;

fn task() -> impl Strategy<Value = Task> {
    prop_oneof![
        4 => Just(Task::Look),
        2 => any::<bool>().prop_map(Task::Drive),
        2 => Just(Task::Eject),
        1 => Just(Task::Panic),
    ]
}

/// Number of a device, among those that are alive, or now and then among all.
fn device() -> impl Strategy<Value = usize> {
    0..ALL + DEVICES
}

fn kind() -> impl Strategy<Value = Kind> {
    let hosts = [Kind::Host; 2].into_iter().chain([Kind::Card; 3]);
    select(hosts.chain([Kind::Plain, Kind::Whole, Kind::Whole, Kind::Store]).collect::<Vec<_>>())
}

/// Steps of one device's life.
fn life() -> impl Strategy<Value = Op> {
    prop_oneof![
        1 => kind().prop_map(Op::Create),
        2 => fail(device()),
        3 => seat(device()),
        6 => device().prop_map(Op::Realize),
        4 => device().prop_map(Op::Unrealize),
        2 => device().prop_map(Op::Unplug),
        1 => device().prop_map(Op::Destroy),
        1 => device().prop_map(Op::Block),
        2 => device().prop_map(Op::Unblock),
    ]
}

fn seat(device: impl Strategy<Value = usize>) -> impl Strategy<Value = Op> {
    (device, 0..DEVICES, 0..2_u8).prop_map(|(device, host, spot)| Op::Seat { device, host, spot })
}

/// What others do with it.
fn others() -> impl Strategy<Value = Op> {
    prop_oneof![
        4 => (device(), task()).prop_map(|(device, task)| Op::With(device, task)),
        3 => device().prop_map(Op::Keep),
        4 => (0..4_usize, task()).prop_map(|(kept, task)| Op::Use(kept, task)),
        1 => (0..4_usize).prop_map(Op::Forget),
        6 => (device(), 0..6_u32).prop_map(|(device, value)| Op::Write(device, value)),
        4 => device().prop_map(Op::Map),
        1 => (0..4_usize).prop_map(Op::Unmap),
        2 => device().prop_map(Op::Reset),
        1 => Just(Op::Save),
        1 => Just(Op::Load),
        1 => Just(Op::Start),
        2 => prop::bool::weighted(0.15).prop_map(Op::Migrate),
        2 => Just(Op::Reclaim),
    ]
}

/// A device is created and realized, or not quite.
fn plug() -> impl Strategy<Value = Vec<Op>> {
    let fail = prop_oneof![4 => Just(None), 1 => fail(Just(LAST)).prop_map(Some)];
    (kind(), seat(Just(LAST)), fail).prop_map(|(kind, seat, fail)| {
        [Op::Create(kind), seat].into_iter().chain(fail).chain([Op::Realize(LAST)]).collect()
    })
}

fn fail(device: impl Strategy<Value = usize>) -> impl Strategy<Value = Op> {
    let which = (device, 0..6_u8, any::<bool>(), any::<bool>());
    which.prop_map(|(device, effect, panics, in_part)| match in_part {
        true => Op::FailPart { device, effect, panics },
        false => Op::Fail { device, effect, panics },
    })
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let one = |op: Op| vec![op];
    let some = prop_oneof![2 => plug(), 4 => life().prop_map(one), 5 => others().prop_map(one)];
    let many = prop::collection::vec(some, 1..60);
    many.prop_map(|some| some.concat().into_iter().filter(is_possible).collect())
}

/// The operation on the devices that there are.
fn resolved(op: &Op, model: &Model) -> Op {
    let mut op = op.clone();
    if let Some(device) = op.device() {
        *device = model.pick(*device, ALL, LAST);
    }
    match &mut op {
        Op::Seat { host, .. } => *host = model.host(*host),
        Op::Use(kept, _) | Op::Forget(kept) => *kept %= model.kept.len().max(1),
        Op::Unmap(mapped) => *mapped %= model.mapped.len().max(1),
        _ => {}
    }
    op
}

fn is_possible(op: &Op) -> bool {
    cfg!(feature = "memory") || !matches!(op, Op::Write(..) | Op::Map(_) | Op::Unmap(_))
}

/// Panics that are part of the test say nothing.
fn be_quiet() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let tell = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if panic.payload_as_str() != Some(ON_PURPOSE) {
                tell(panic);
            }
        }));
    });
}

fn run(ops: &[Op]) {
    let (mut model, mut system) = (Model::default(), System::new());
    for (step, op) in ops.iter().enumerate() {
        let op = &resolved(op, &model);
        let is = system.apply(op, &model);
        let expected = model.apply(op);
        assert_eq!(is, expected, "step {step}: {op:?}");
        system.check(&model);
    }
    system.end();
}

proptest! {
    #![proptest_config(Config {
        cases: std::env::var("PROPTEST_CASES").ok().and_then(|runs| runs.parse().ok()).unwrap_or(RUNS),
        failure_persistence: Some(Box::new(FileFailurePersistence::Off)),
        ..Config::default()
    })]

    #[test]
    fn a_machine_does_what_the_model_does(ops in ops()) {
        be_quiet();
        run(&ops);
    }
}
