//! The paths on which somebody reaches the device through memory.

use super::bench::Bench;
use super::bench::nothing_lives;
use super::{Check, Report, Run, ensure};
use crate::access::Attrs;
use crate::device::Device;
use crate::lifecycle::Unplugged;
use crate::memory::{AddressSpace, DmaDirection};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

const LONG: Duration = Duration::from_secs(60);

impl<D: Device> Check<D> {
    pub(super) fn memory(&self, run: &mut Run) {
        run.path::<D>("accesses of every size", |_| self.any_access());
        run.path::<D>("unplug with a reader", |report| self.read_while_unplugged(report));
        run.path::<D>("mapping that outlives the device", |_| self.dma_outlives());
        run.path::<D>("address space that outlives the machine", |_| self.space_outlives());
    }

    /// A guest may access anything in any way: no handler panics.
    fn any_access(&self) -> Result<(), String> {
        let mut bench = self.bench()?;
        bench.realize()?;
        for (space, start, last) in ranges(&bench) {
            let ends = [start, last.saturating_sub(7), last];
            for at in ends.into_iter().chain((start..=last.min(start + 64)).step_by(1)) {
                poke(&space, at);
            }
        }
        let poison = bench.machine.poison(bench.id).map_err(|error| error.to_string())?;
        ensure(poison.is_none(), || format!("a handler panicked: {}", poison.unwrap_or_default()))?;
        bench.machine.destroy(bench.id).map_err(|error| error.to_string())?;
        bench.end()
    }

    /// A second thread accesses the device while it is unplugged, again and again.
    fn read_while_unplugged(&self, report: &mut Report) -> Result<(), String> {
        let mut bench = self.bench()?;
        let (stop, accesses) = (AtomicBool::new(false), AtomicUsize::new(0));
        bench.realize()?;
        let ranges = ranges(&bench);
        let done = std::thread::scope(|scope| {
            scope.spawn(|| read_until(&ranges, &stop, &accesses));
            let done = (0..self.rounds).try_for_each(|_| cycle(&mut bench, &accesses, &ranges));
            stop.store(true, Ordering::SeqCst);
            done
        });
        done?;
        report.accesses += accesses.load(Ordering::SeqCst);
        bench.machine.destroy(bench.id).map_err(|error| error.to_string())?;
        bench.end()
    }

    /// Whoever has mapped what the device shows keeps the bytes, not the device.
    fn dma_outlives(&self) -> Result<(), String> {
        let mut bench = self.bench()?;
        bench.realize()?;
        let map = |(space, start, _): (AddressSpace, u64, u64)| {
            space.map(start, 4, DmaDirection::FromDevice).ok()
        };
        let mappings: Vec<_> = ranges(&bench).into_iter().filter_map(map).collect();
        let gone = bench.machine.destroy(bench.id).map_err(|error| error.to_string())?;
        ensure(gone == Unplugged::Gone, || format!("a mapping kept the device: {gone:?}"))?;
        for mut mapping in mappings {
            let written = mapping.write(0, &[0]);
            ensure(!mapping.is_direct() || written.is_ok(), || "the bytes are gone".to_owned())?;
            // The target of a bounced write is gone: an error is right, and so is a hole.
            let _ = mapping.unmap(1);
        }
        bench.again()?;
        bench.is_forgotten()?;
        bench.end()
    }

    fn space_outlives(&self) -> Result<(), String> {
        let mut bench = self.bench()?;
        bench.realize()?;
        let ranges = ranges(&bench);
        let counts = bench.counts.clone();
        drop(bench.machine);
        for (space, start, _) in ranges {
            let late = space.read(start, &mut [0; 4], Attrs::default());
            ensure(late.is_err(), || "something answers after the machine".to_owned())?;
        }
        nothing_lives(&counts)
    }
}

/// One plug with a reader that has seen the device, and one unplug.
fn cycle<D: Device>(
    bench: &mut Bench<'_, D>,
    accesses: &AtomicUsize,
    ranges: &[(AddressSpace, u64, u64)],
) -> Result<(), String> {
    let before = accesses.load(Ordering::SeqCst);
    while !ranges.is_empty() && accesses.load(Ordering::SeqCst) < before + 2 * ranges.len() {
        std::thread::yield_now();
    }
    let machine = &mut bench.machine;
    match machine.destroy(bench.id).map_err(|error| error.to_string())? {
        Unplugged::Gone => {}
        _ => settle(bench)?,
    }
    bench.again()?;
    bench.is_clean()?;
    bench.realize()
}

fn settle<D: Device>(bench: &mut Bench<'_, D>) -> Result<(), String> {
    let end = std::time::Instant::now() + LONG;
    while bench.machine.reclaim() > 0 {
        ensure(std::time::Instant::now() < end, || "the device never went".to_owned())?;
        std::thread::yield_now();
    }
    Ok(())
}

fn read_until(ranges: &[(AddressSpace, u64, u64)], stop: &AtomicBool, accesses: &AtomicUsize) {
    while !stop.load(Ordering::SeqCst) {
        for (space, start, _) in ranges {
            // The device may be gone at any moment: what it reads is none of our business.
            let _ = space.read(*start, &mut [0; 4], Attrs::default());
            accesses.fetch_add(1, Ordering::SeqCst);
        }
        if ranges.is_empty() {
            break;
        }
    }
}

/// Every size at an address, read and written.
fn poke(space: &AddressSpace, at: u64) {
    for size in [1, 2, 3, 4, 8, 16] {
        let mut data = [0; 16];
        let _ = space.read(at, &mut data[..size], Attrs::default());
        let _ = space.write(at, &data[..size], Attrs::default());
        let _ = space.write(at, &[0xff; 16][..size], Attrs::default());
    }
}

/// What is mapped: first and last address of each range of both spaces of the machine.
fn ranges<D>(bench: &Bench<'_, D>) -> Vec<(AddressSpace, u64, u64)> {
    let spaces = [bench.machine.address_space(), bench.machine.port_space()];
    let of = |space: AddressSpace| {
        let ranges = space.ranges();
        ranges.into_iter().map(move |range| (space.clone(), *range.start(), *range.end()))
    };
    spaces.into_iter().flat_map(of).collect()
}
