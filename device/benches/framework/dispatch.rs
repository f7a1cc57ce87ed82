//! Reads of 4 bytes at random addresses among many ranges.

use crate::population::{PAGE, locked, machine, machine_of_hundreds, plug, unlocked};
use crate::turns::{Contender, heading, in_turn, median, print};
use devmodel::memory::Vcpu;
use devmodel::{AddressSpace, Machine};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use vm_device::bus::MmioAddress;
use vm_device::device_manager::MmioManager as _;

const READS: usize = 200_000;

pub(crate) fn run(rounds: usize) {
    heading("Dispatch, device lock included", "`Mutex<IoManager>`");
    for count in [10, 100, 1_000, 10_000] {
        one(rounds, count, 1, &machine(count));
    }
    one(rounds, 10_000, 100, &machine_of_hundreds(10_000));
}

fn one(rounds: usize, count: u64, each: u64, machine: &Machine) {
    let (space, mut vcpu) = (machine.address_space(), Vcpu::new(machine.address_space()));
    let (with_locks, without) = (locked(count, each), Mutex::new(unlocked(count, each)));
    let addresses = addresses(count);
    let reads = |read: &mut dyn FnMut(u64)| {
        (0..READS).for_each(|at| read(addresses[at % addresses.len()]));
    };
    let mut contenders = [
        Contender::new("devmodel, `Vcpu`", || reads(&mut |at| ok(vcpu.read_uint(at, 4)))),
        Contender::new("devmodel, `AddressSpace`", || reads(&mut |at| ok(space.read_uint(at, 4)))),
        Contender::new("`IoManager`, a lock in each device", || {
            reads(&mut |at| ok(with_locks.mmio_read(MmioAddress(at), &mut [0; 4])));
        }),
        Contender::new("`Mutex<IoManager>`", || {
            let locked = || without.lock().expect("nobody panics");
            reads(&mut |at| ok(locked().mmio_read(MmioAddress(at), &mut [0; 4])));
        }),
    ];
    let figures = in_turn(rounds, READS, &mut contenders);
    let names: Vec<&str> = contenders.iter().map(|contender| contender.name).collect();
    print(&format!("{count} ranges of {} devices", count / each), ("ns", 1.0), &names, &figures);
}

/// Random, but the same every time.
fn addresses(count: u64) -> Vec<u64> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    (0..4096).map(|_| next() % count * PAGE + next() % (PAGE / 4) * 4).collect()
}

fn ok<T, E: std::fmt::Debug>(result: Result<T, E>) {
    drop(std::hint::black_box(result.expect("somebody answers")));
}

/// One thread reads; the machine's thread plugs and unplugs once a millisecond, or does nothing.
pub(crate) fn disturbed(rounds: usize) {
    heading(
        "Readers while another thread plugs and unplugs 1,000 times a second",
        "nobody plugging",
    );
    let count = 100;
    let mut machine = machine(count);
    let space = machine.address_space();
    let mut quiet = Vec::new();
    let mut busy = Vec::new();
    for _ in 0..rounds {
        quiet.push(while_reading(&space, count, || std::thread::sleep(Duration::from_millis(1))));
        busy.push(while_reading(&space, count, || {
            let start = Instant::now();
            let id = plug(&mut machine, count);
            machine.unplug(id).expect("nobody is in it");
            std::thread::sleep(Duration::from_millis(1).saturating_sub(start.elapsed()));
        }));
    }
    let ratio = median(busy.iter().zip(&quiet).map(|(busy, quiet)| busy / quiet));
    let figures = [(median(busy.into_iter()), ratio), (median(quiet.into_iter()), 1.0)];
    print("100 ranges", ("ns", 1.0), &["with plugging", "without"], &figures);
}

/// Nanoseconds a read while `work` is repeated on this thread for a quarter of a second.
fn while_reading(space: &AddressSpace, count: u64, mut work: impl FnMut()) -> f64 {
    let (stop, reads) = (AtomicBool::new(false), AtomicUsize::new(0));
    let addresses = addresses(count);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let start = Instant::now();
            while !stop.load(Ordering::Relaxed) {
                addresses.iter().for_each(|at| ok(space.read_uint(*at, 4)));
                reads.fetch_add(addresses.len(), Ordering::Relaxed);
            }
            start.elapsed().as_secs_f64() * 1e9
        });
        let end = Instant::now() + Duration::from_millis(250);
        while Instant::now() < end {
            work();
        }
        stop.store(true, Ordering::Relaxed);
        reader.join().expect("it does not panic") / reads.load(Ordering::Relaxed) as f64
    })
}
