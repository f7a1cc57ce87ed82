//! Does a device keep what the framework promises? Runs a device type through every path of its life.
//!
//! ```
//! use devmodel::{Cx, Device, Ops, Region, SysBus, region::Io};
//!
//! #[derive(Device)]
//! #[device(name = "counter", parent = SysBus)]
//! struct Counter {
//!     #[region(io, size = 4, export = 0)]
//!     regs: Region<Io>,
//!     reads: u32,
//! }
//!
//! impl Ops for Counter {
//!     type Device = Self;
//!     fn read(device: &mut Self, _: &mut Cx<'_, Self>, _: u64, _: u8) -> u64 {
//!         device.reads += 1;
//!         u64::from(device.reads)
//!     }
//!     fn write(_: &mut Self, _: &mut Cx<'_, Self>, _: u64, _: u8, _: u64) {}
//! }
//!
//! devmodel::conformance::check::<Counter>().expect("it keeps what the framework promises");
//! ```
//!
//! [`check`] is for a type that needs nothing to be realized; [`Check`] prepares what a device needs.
//! [`introspect_all`] creates and drops every registered type.

mod bench;
mod introspect;
mod lifecycle;
#[cfg(feature = "memory")]
mod memory;

pub use introspect::introspect_all;

use crate::bus::BusType;
use crate::device::Device;
use crate::lifecycle::{DevId, Machine, RealizeError};
use bench::Bench;
use std::fmt;
use std::marker::PhantomData;

/// A promise that was not kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{device}`, {path}: {what}")]
pub struct Failure {
    /// The device type.
    pub device: &'static str,
    /// The path of its life on which it happened.
    pub path: &'static str,
    /// What was wrong.
    pub what: String,
}

/// What was run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// How many effects the device's realize has, each of which was made to fail, by an error and by a
    /// panic.
    pub effects: usize,
    /// The paths that were run.
    pub paths: Vec<&'static str>,
    /// How many accesses a second thread made while the device was unplugged.
    pub accesses: usize,
}

/// Runs a device type, which needs nothing to be realized, through every path of its life.
///
/// # Errors
///
/// The first [`Failure`] of each path.
pub fn check<D: Device>() -> Result<Report, Failures> {
    Check::<D>::new().run()
}

/// Everything that failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failures(pub Vec<Failure>);

impl fmt::Display for Failures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|failure| writeln!(f, "{failure}"))
    }
}

impl std::error::Error for Failures {}

type Prepare = Box<dyn Fn(&mut Machine, DevId) -> Result<(), RealizeError>>;

/// The same for a device type that needs properties, links or a bus of its own.
pub struct Check<D> {
    prepare: Vec<Prepare>,
    is_seated: bool,
    rounds: usize,
    device: PhantomData<fn() -> D>,
}

impl<D: Device> Default for Check<D> {
    fn default() -> Self {
        Self::new()
    }
}

impl<D: Device> Check<D> {
    /// Nothing prepared.
    pub fn new() -> Self {
        Self { prepare: Vec::new(), is_seated: false, rounds: 20, device: PhantomData }
    }

    /// Does something to every instance before it is realized: sets properties, links, lines.
    #[must_use]
    pub fn prepare(
        mut self,
        prepare: impl Fn(&mut Machine, DevId) -> Result<(), RealizeError> + 'static,
    ) -> Self {
        self.prepare.push(Box::new(prepare));
        self
    }

    /// As [`prepare`](Self::prepare), and the device is seated there: it is not plugged as
    /// [`BusType::test_seat`] says.
    #[must_use]
    pub fn seat(
        mut self,
        seat: impl Fn(&mut Machine, DevId) -> Result<(), RealizeError> + 'static,
    ) -> Self {
        self.is_seated = true;
        self.prepare(seat)
    }

    /// How often the paths with a second thread are run; 20 if not said.
    #[must_use]
    pub fn rounds(mut self, rounds: usize) -> Self {
        self.rounds = rounds;
        self
    }

    /// Runs every path.
    ///
    /// # Errors
    ///
    /// The first [`Failure`] of each path.
    pub fn run(&self) -> Result<Report, Failures> {
        let mut run = Run { report: Report::default(), failures: Failures::default() };
        self.lifecycle(&mut run);
        #[cfg(feature = "memory")]
        self.memory(&mut run);
        if run.failures.0.is_empty() { Ok(run.report) } else { Err(run.failures) }
    }

    fn bench(&self) -> Result<Bench<'_, D>, String> {
        Bench::new(self)
    }

    fn place(&self, machine: &mut Machine, id: DevId) -> Result<(), RealizeError> {
        if !self.is_seated
            && let Some((bus, address)) = D::Parent::test_seat(machine, D::META)
        {
            machine.seat(id, &bus, address)?;
        }
        self.prepare.iter().try_for_each(|prepare| prepare(machine, id))
    }
}

/// What has been run so far.
struct Run {
    report: Report,
    failures: Failures,
}

impl Run {
    fn path<D: Device>(
        &mut self,
        path: &'static str,
        run: impl FnOnce(&mut Report) -> Result<(), String>,
    ) {
        self.report.paths.push(path);
        if let Err(what) = run(&mut self.report) {
            self.failures.0.push(Failure { device: D::META.name, path, what });
        }
    }
}

/// `Err` with what was wrong, unless it is so.
fn ensure(is_so: bool, what: impl FnOnce() -> String) -> Result<(), String> {
    if is_so { Ok(()) } else { Err(what()) }
}
