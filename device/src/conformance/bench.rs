//! A machine with one device in it, and what must be the same before and after.

use super::{Check, ensure};
use crate::device::Device;
use crate::lifecycle::{Counts, DevId, Machine, RealizeError, State};

/// A machine with one device in it, prepared and not realized.
pub(super) struct Bench<'c, D> {
    pub(super) machine: Machine,
    pub(super) id: DevId,
    pub(super) counts: Counts,
    pub(super) before: Trace,
    check: &'c Check<D>,
}

/// What a device that is not realized must not change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Trace {
    tree: String,
    #[cfg(feature = "memory")]
    memory: String,
    #[cfg(feature = "memory")]
    regions: usize,
}

impl Trace {
    pub(super) fn of(machine: &Machine) -> Self {
        Self {
            tree: machine.tree_text(),
            #[cfg(feature = "memory")]
            memory: machine.memory().dump().unwrap_or_default(),
            #[cfg(feature = "memory")]
            regions: machine.memory().resident(),
        }
    }
}

impl<'c, D: Device> Bench<'c, D> {
    pub(super) fn new(check: &'c Check<D>) -> Result<Self, String> {
        let mut machine = Machine::new();
        let id = Self::add(&mut machine, check)?;
        let (counts, before) = (machine.counts(), Trace::of(&machine));
        Ok(Self { machine, id, counts, before, check })
    }

    fn add(machine: &mut Machine, check: &Check<D>) -> Result<DevId, String> {
        let id = machine.create::<D>("device").map_err(|error| error.to_string())?;
        let placed = check.place(machine, id);
        placed.map_err(|error| format!("it can't be prepared: {error}"))?;
        Ok(id)
    }

    pub(super) fn realize(&mut self) -> Result<(), String> {
        self.try_realize().map_err(|error| format!("realize failed: {error}"))
    }

    pub(super) fn try_realize(&mut self) -> Result<(), RealizeError> {
        self.machine.realize(self.id)
    }

    pub(super) fn unrealize(&mut self) -> Result<(), String> {
        let state = self.machine.unrealize(self.id).map_err(|error| error.to_string())?;
        ensure(state == State::Created, || format!("unrealize left it {state:?}"))
    }

    /// Another device in the place of one that is gone.
    pub(super) fn again(&mut self) -> Result<(), String> {
        self.id = Self::add(&mut self.machine, self.check)?;
        Ok(())
    }

    /// The machine is as it was before the device was realized.
    pub(super) fn is_clean(&self) -> Result<(), String> {
        let now = Trace::of(&self.machine);
        ensure(now == self.before, || {
            format!("something is left:\n{now:#?}\nwhere there was\n{:#?}", self.before)
        })
    }

    /// The same, and nobody even remembers the device.
    pub(super) fn is_forgotten(&self) -> Result<(), String> {
        self.is_clean()?;
        let (ports, others) = (self.counts.ports(), self.others());
        ensure(ports == others, || format!("{ports} ports are alive, {others} would be right"))
    }

    /// The ports of what was prepared besides the device.
    fn others(&self) -> usize {
        let realized = |id: &DevId| self.machine.state(*id) == Ok(State::Realized);
        self.machine.devices().iter().filter(|id| realized(id)).count()
    }

    /// Ends the machine: nothing of it is alive afterwards.
    pub(super) fn end(self) -> Result<(), String> {
        let Self { machine, counts, .. } = self;
        drop(machine);
        nothing_lives(&counts)
    }
}

/// Nothing of the machine is alive.
pub(super) fn nothing_lives(counts: &Counts) -> Result<(), String> {
    let (devices, ports) = (counts.devices(), counts.ports());
    ensure(devices == 0, || format!("{devices} devices are alive after the machine"))?;
    ensure(ports == 0, || format!("{ports} ports are alive after the machine"))
}
