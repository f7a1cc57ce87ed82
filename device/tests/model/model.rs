//! What is expected, from a description of each device that is as simple as can be.

use crate::devices::{EFFECTS, EJECT, Task};
use std::collections::BTreeMap;

/// The most devices that there ever are in one run.
pub(crate) const DEVICES: usize = 8;

/// The types of devices, parts apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Plain,
    Whole,
    Store,
    Card,
    Host,
}

impl Kind {
    /// The device and its parts.
    pub(crate) fn devices(self) -> usize {
        if self == Self::Whole { 3 } else { 1 }
    }

    #[cfg(feature = "memory")]
    #[cfg(feature = "memory")]
    fn regions(self) -> usize {
        if matches!(self, Self::Whole | Self::Store) { 3 } else { 1 }
    }

    fn is_hotpluggable(self) -> bool {
        self != Self::Plain
    }
}

/// What is done. Devices are meant by their number.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    Create(Kind),
    /// Effect 5 does not exist.
    Fail {
        device: usize,
        effect: u8,
        panics: bool,
    },
    FailPart {
        device: usize,
        effect: u8,
        panics: bool,
    },
    /// At one of two addresses of its own, or in one of two slots of a host.
    Seat {
        device: usize,
        host: usize,
        spot: u8,
    },
    Realize(usize),
    Unrealize(usize),
    Unplug(usize),
    Destroy(usize),
    Block(usize),
    Unblock(usize),
    With(usize, Task),
    Keep(usize),
    Use(usize, Task),
    Forget(usize),
    Write(usize, u32),
    Map(usize),
    Unmap(usize),
    Reset(usize),
    Save,
    Load,
    Start,
    Migrate(bool),
    Reclaim,
}

impl Op {
    /// The device that it is about.
    pub(crate) fn device(&mut self) -> Option<&mut usize> {
        match self {
            Self::Fail { device, .. }
            | Self::FailPart { device, .. }
            | Self::Seat { device, .. }
            | Self::Realize(device)
            | Self::Unrealize(device)
            | Self::Unplug(device)
            | Self::Destroy(device)
            | Self::Block(device)
            | Self::Unblock(device)
            | Self::With(device, _)
            | Self::Keep(device)
            | Self::Write(device, _)
            | Self::Map(device)
            | Self::Reset(device) => Some(device),
            _ => None,
        }
    }
}

/// What an operation comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done,
    Refused,
    Requested,
    Poisoned,
    Value(u32),
}

/// Where a device is mapped: a number of its own, or the host and the slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seat {
    Board(u8),
    Host(usize, u8),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Life {
    Created,
    Realized,
    Gone,
}

#[derive(Clone, Debug)]
pub(crate) struct Device {
    pub(crate) kind: Kind,
    pub(crate) life: Life,
    /// Handlers run.
    pub(crate) is_open: bool,
    /// It can be seen in memory.
    pub(crate) is_mapped: bool,
    pub(crate) seat: Option<Seat>,
    pub(crate) value: u32,
    pub(crate) level: bool,
    pub(crate) is_poisoned: bool,
    /// How often it was realized.
    pub(crate) incarnation: u32,
    fails: (u8, bool),
    part_fails: (u8, bool),
    blockers: usize,
    is_requested: bool,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Model {
    pub(crate) devices: Vec<Device>,
    /// References that somebody has: to which incarnation of which device.
    pub(crate) kept: Vec<(usize, u32)>,
    pub(crate) mapped: Vec<(usize, u32)>,
    /// The devices that are deleted by the present operation and had been realized.
    pub(crate) deleted: Vec<usize>,
    saved: Option<BTreeMap<usize, u32>>,
    is_running: bool,
    is_migrating: bool,
    /// Devices that have ejected themselves.
    ejected: Vec<usize>,
}

fn done(is_so: bool) -> Outcome {
    if is_so { Outcome::Done } else { Outcome::Refused }
}

impl Model {
    /// Does it.
    pub(crate) fn apply(&mut self, op: &Op) -> Outcome {
        self.deleted.clear();
        match *op {
            Op::Create(kind) => self.create(kind),
            Op::Fail { device, effect, panics } => self.fail(device, effect, panics),
            Op::FailPart { device, effect, panics } => self.fail_part(device, effect, panics),
            Op::Seat { device, host, spot } => self.seat(device, host, spot),
            Op::Realize(id) => self.realize(id),
            Op::Unrealize(id) => self.unrealize(id),
            Op::Unplug(id) => self.unplug(id),
            Op::Destroy(id) => self.destroy(id),
            Op::Block(id) => self.block(id),
            Op::Unblock(id) => self.unblock(id),
            Op::With(id, task) if self.is(id, Life::Realized) => {
                self.task(id, self.devices[id].incarnation, task)
            }
            Op::With(..) => Outcome::Refused,
            Op::Keep(id) => self.keep(id),
            Op::Use(kept, task) => match self.kept.get(kept).copied() {
                Some((id, incarnation)) => self.task(id, incarnation, task),
                None => Outcome::Refused,
            },
            Op::Forget(kept) => done(kept < self.kept.len() && self.kept.swap_remove(kept).1 > 0),
            Op::Write(id, value) => self.write(id, value),
            Op::Map(id) => self.map(id),
            Op::Unmap(map) => done(map < self.mapped.len() && self.mapped.swap_remove(map).1 > 0),
            Op::Reset(id) => self.reset(id),
            Op::Save => self.save(),
            Op::Load => self.load(),
            Op::Start => self.start(),
            Op::Migrate(on) => {
                self.is_migrating = on;
                Outcome::Done
            }
            Op::Reclaim => self.reclaim(),
        }
    }

    /// The device that is meant: one that is alive, from `all` on any, at `last` the last one.
    pub(crate) fn pick(&self, number: usize, all: usize, last: usize) -> usize {
        let alive: Vec<usize> = self.values().map(|(id, _)| id).collect();
        match number {
            _ if number == last => self.devices.len().saturating_sub(1),
            _ if number >= all || alive.is_empty() => number % self.devices.len().max(1),
            _ => alive[number % alive.len()],
        }
    }

    /// One of the hosts.
    pub(crate) fn host(&self, number: usize) -> usize {
        let is_host = |id: &usize| self.is_alive(*id) && self.devices[*id].kind == Kind::Host;
        let hosts: Vec<usize> = (0..self.devices.len()).filter(is_host).collect();
        if hosts.is_empty() { number } else { hosts[number % hosts.len()] }
    }

    fn is(&self, id: usize, life: Life) -> bool {
        self.devices.get(id).is_some_and(|device| device.life == life)
    }

    fn is_alive(&self, id: usize) -> bool {
        id < self.devices.len() && !self.is(id, Life::Gone)
    }

    fn create(&mut self, kind: Kind) -> Outcome {
        if self.devices.len() == DEVICES {
            return Outcome::Refused;
        }
        self.devices.push(Device {
            kind,
            life: Life::Created,
            is_open: false,
            is_mapped: false,
            seat: None,
            value: 0,
            level: false,
            is_poisoned: false,
            incarnation: 0,
            fails: (0, false),
            part_fails: (0, false),
            blockers: 0,
            is_requested: false,
        });
        Outcome::Done
    }

    fn fail(&mut self, id: usize, effect: u8, panics: bool) -> Outcome {
        if !self.is(id, Life::Created) || effect > EFFECTS {
            return Outcome::Refused;
        }
        self.devices[id].fails = (effect, panics);
        Outcome::Done
    }

    fn fail_part(&mut self, id: usize, effect: u8, panics: bool) -> Outcome {
        let has_parts = self.is(id, Life::Created) && self.devices[id].kind == Kind::Whole;
        if !has_parts || effect > EFFECTS {
            return Outcome::Refused;
        }
        self.devices[id].part_fails = (effect, panics);
        Outcome::Done
    }

    fn seat(&mut self, id: usize, host: usize, spot: u8) -> Outcome {
        if !self.is(id, Life::Created) {
            return Outcome::Refused;
        }
        let seat = match self.devices[id].kind {
            Kind::Card if self.is_alive(host) && self.devices[host].kind == Kind::Host => {
                Seat::Host(host, spot)
            }
            Kind::Card => return Outcome::Refused,
            _ => Seat::Board(spot),
        };
        self.devices[id].seat = Some(seat);
        Outcome::Done
    }

    fn realize(&mut self, id: usize) -> Outcome {
        if !self.is(id, Life::Created) || !self.may_realize(id) {
            return Outcome::Refused;
        }
        // The guest maps what is in a slot; if the host is closed that leads nowhere.
        let is_mapped = self.host_of(id).is_none_or(|host| self.devices[host].is_mapped);
        let device = &mut self.devices[id];
        // Parts come first. A panic poisons who panicked; a whole with such a part is no better.
        let (effect, panics) =
            if device.part_fails.0 > 0 { device.part_fails } else { device.fails };
        if effect > 0 {
            device.is_poisoned = panics;
            return Outcome::Refused;
        }
        device.incarnation += 1;
        device.value = if self.is_running { 0 } else { device.value };
        (device.life, device.is_open, device.is_mapped) = (Life::Realized, true, is_mapped);
        Outcome::Done
    }

    fn may_realize(&self, id: usize) -> bool {
        let device = &self.devices[id];
        let is_taken = |other: &Device| other.life == Life::Realized && other.seat == device.seat;
        let is_possible = match device.seat {
            None => false,
            Some(Seat::Board(_)) => true,
            Some(Seat::Host(host, _)) => {
                self.is(host, Life::Realized) && !self.devices.iter().any(is_taken)
            }
        };
        let is_too_late = self.is_running && !device.kind.is_hotpluggable();
        is_possible && !is_too_late && !self.is_migrating && !device.is_poisoned
    }

    fn host_of(&self, id: usize) -> Option<usize> {
        match self.devices[id].seat {
            Some(Seat::Host(host, _)) => Some(host),
            _ => None,
        }
    }

    /// The device and what sits on its bus.
    fn subtree(&self, id: usize) -> Vec<usize> {
        let guests = (0..self.devices.len()).filter(|guest| self.host_of(*guest) == Some(id));
        guests.filter(|guest| self.is_alive(*guest)).chain([id]).collect()
    }

    fn close(&mut self, id: usize) {
        for id in self.subtree(id) {
            (self.devices[id].is_open, self.devices[id].is_mapped) = (false, false);
        }
    }

    fn end(&mut self, id: usize) {
        self.close(id);
        for id in self.subtree(id) {
            let device = &mut self.devices[id];
            if device.life == Life::Realized {
                device.life = Life::Created;
                (device.level, device.is_requested) = (false, false);
            }
        }
    }

    fn remove(&mut self, id: usize) {
        self.end(id);
        for id in self.subtree(id) {
            self.devices[id].life = Life::Gone;
            if self.devices[id].incarnation > 0 {
                self.deleted.push(id);
            }
        }
    }

    fn reclaim(&mut self) -> Outcome {
        for id in std::mem::take(&mut self.ejected) {
            if self.is_alive(id) {
                self.remove(id);
            }
        }
        Outcome::Done
    }

    fn unrealize(&mut self, id: usize) -> Outcome {
        if !self.is(id, Life::Realized) {
            return Outcome::Refused;
        }
        self.end(id);
        self.reclaim();
        done(self.is_alive(id))
    }

    fn may_unplug(&self, id: usize) -> bool {
        let device = &self.devices[id];
        let is_too_late = self.is_running && !device.kind.is_hotpluggable();
        device.blockers == 0 && !is_too_late && !self.is_migrating
    }

    fn unplug(&mut self, id: usize) -> Outcome {
        if !self.is_alive(id) || self.devices[id].is_requested || !self.may_unplug(id) {
            return Outcome::Refused;
        }
        if self.devices[id].kind == Kind::Card && self.is(id, Life::Realized) {
            self.devices[id].is_requested = true;
            return Outcome::Requested;
        }
        self.destroy(id)
    }

    fn destroy(&mut self, id: usize) -> Outcome {
        if !self.is_alive(id) {
            return Outcome::Refused;
        }
        self.remove(id);
        self.reclaim();
        Outcome::Done
    }

    fn block(&mut self, id: usize) -> Outcome {
        if !self.is_alive(id) {
            return Outcome::Refused;
        }
        self.devices[id].blockers += 1;
        Outcome::Done
    }

    fn unblock(&mut self, id: usize) -> Outcome {
        let Some(device) = self.devices.get_mut(id).filter(|device| device.blockers > 0) else {
            return Outcome::Refused;
        };
        device.blockers -= 1;
        Outcome::Done
    }

    fn task(&mut self, id: usize, incarnation: u32, task: Task) -> Outcome {
        let may_eject = self.may_unplug(id);
        let device = &mut self.devices[id];
        if !device.is_open || device.incarnation != incarnation {
            return Outcome::Refused;
        }
        if device.is_poisoned {
            return Outcome::Poisoned;
        }
        match task {
            Task::Look => {}
            Task::Drive(level) => device.level = level,
            Task::Panic => {
                device.is_poisoned = true;
                return Outcome::Poisoned;
            }
            Task::Eject if may_eject => {
                let value = device.value;
                self.eject(id);
                return Outcome::Value(value);
            }
            Task::Eject => return Outcome::Refused,
        }
        Outcome::Value(device.value)
    }

    fn eject(&mut self, id: usize) {
        self.close(id);
        self.ejected.push(id);
    }

    fn keep(&mut self, id: usize) -> Outcome {
        if !self.is(id, Life::Realized) {
            return Outcome::Refused;
        }
        self.kept.push((id, self.devices[id].incarnation));
        Outcome::Done
    }

    /// Only these have registers at their start.
    fn write(&mut self, id: usize, value: u32) -> Outcome {
        let Some(device) = self.devices.get(id) else {
            return Outcome::Refused;
        };
        let is_there = matches!(device.kind, Kind::Plain | Kind::Card) && device.is_mapped;
        if !is_there {
            return Outcome::Refused;
        }
        if device.is_poisoned {
            return Outcome::Poisoned;
        }
        if value != EJECT {
            self.devices[id].value = value;
        } else if self.may_unplug(id) {
            self.eject(id);
        } else {
            return Outcome::Refused;
        }
        Outcome::Done
    }

    fn map(&mut self, id: usize) -> Outcome {
        let has_bytes = |device: &&Device| device.kind == Kind::Store && device.is_mapped;
        let Some(device) = self.devices.get(id).filter(has_bytes) else {
            return Outcome::Refused;
        };
        self.mapped.push((id, device.incarnation));
        Outcome::Done
    }

    fn reset_one(&mut self, id: usize) {
        let device = &mut self.devices[id];
        if device.life == Life::Realized && !device.is_poisoned {
            device.value = 0;
        }
    }

    fn reset(&mut self, id: usize) -> Outcome {
        if !self.is(id, Life::Realized) {
            return Outcome::Refused;
        }
        self.subtree(id).into_iter().for_each(|id| self.reset_one(id));
        Outcome::Done
    }

    fn start(&mut self) -> Outcome {
        (0..self.devices.len()).for_each(|id| self.reset_one(id));
        self.is_running = true;
        Outcome::Done
    }

    fn save(&mut self) -> Outcome {
        self.saved = Some(self.values().collect());
        Outcome::Done
    }

    fn load(&mut self) -> Outcome {
        for (id, value) in self.saved.clone().unwrap_or_default() {
            if !self.is(id, Life::Realized) || self.devices[id].is_poisoned {
                return Outcome::Refused;
            }
            self.devices[id].value = value;
        }
        Outcome::Done
    }

    /// The values of the devices that there are.
    pub(crate) fn values(&self) -> impl Iterator<Item = (usize, u32)> {
        let alive = self.devices.iter().enumerate().filter(|(_, device)| device.life != Life::Gone);
        alive.map(|(id, device)| (id, device.value))
    }

    fn sum(&self, is_counted: fn(&Device) -> bool, count: fn(Kind) -> usize) -> usize {
        let counted = self.devices.iter().filter(|device| is_counted(device));
        counted.map(|device| count(device.kind)).sum()
    }

    /// How many devices are alive, parts included.
    pub(crate) fn alive(&self) -> usize {
        self.sum(|device| device.life != Life::Gone, Kind::devices)
    }

    /// How many are realized, closed or not.
    pub(crate) fn realized(&self) -> usize {
        self.sum(|device| device.life == Life::Realized, Kind::devices)
    }

    /// How many regions there are, besides those of the board.
    #[cfg(feature = "memory")]
    #[cfg(feature = "memory")]
    pub(crate) fn regions(&self) -> usize {
        self.sum(|device| device.life == Life::Realized && device.is_open, Kind::regions)
    }

    /// Whether this is the device as it is now.
    pub(crate) fn is_current(&self, (id, incarnation): (usize, u32)) -> bool {
        self.is(id, Life::Realized) && self.devices[id].incarnation == incarnation
    }

    /// Incarnations that only a reference remembers.
    pub(crate) fn remembered(&self) -> usize {
        let mut old: Vec<_> = self.kept.iter().filter(|kept| !self.is_current(**kept)).collect();
        old.sort_unstable();
        old.dedup();
        old.len()
    }
}
