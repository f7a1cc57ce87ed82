//! A machine to which the same is done as to the model.

use crate::devices::{
    Card, Common, EFFECTS, Handle, Host, Plain, Store, Task, Whole, effects, reach,
};
use crate::model::{DEVICES, Device, Kind, Life, Model, Op, Outcome, Seat};
use devmodel::bus::PciAddress;
use devmodel::state::MachineState;
use devmodel::{
    AccessError, BusRef, Counts, DevId, Event, Machine, MachineError, PciBus, State, SysBus,
    Unplugged,
};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

#[cfg(feature = "memory")]
use devmodel::memory::DmaMapping;

/// In a build without memory nothing is accessed by address.
#[cfg(not(feature = "memory"))]
impl System {
    fn write(&mut self, _: usize, _: &Model, _: u32) -> Outcome {
        Outcome::Refused
    }

    fn map(&mut self, _: usize, _: &Model) -> Outcome {
        Outcome::Refused
    }

    fn unmap(&mut self, _: usize, _: &Model) -> Outcome {
        Outcome::Refused
    }

    fn check_memory(&self, _: &Model) {}
}

pub(crate) struct System {
    pub(crate) machine: Machine,
    counts: Counts,
    ids: Vec<DevId>,
    levels: Vec<Arc<AtomicBool>>,
    blockers: Vec<(usize, devmodel::Blocker)>,
    kept: Vec<Handle>,
    saved: MachineState,
    #[cfg(feature = "memory")]
    pub(crate) mapped: Vec<DmaMapping>,
}

/// Where a device is, in bytes.
pub(crate) fn board_address(id: usize, spot: u8) -> u64 {
    (id as u64 + 1) * 0x10_0000 + u64::from(spot) * 0x4_0000
}

pub(crate) fn slot_offset(slot: u8) -> u32 {
    0x1000 * (u32::from(slot) + 1)
}

fn outcome<T, E>(result: Result<T, E>) -> Outcome {
    if result.is_ok() { Outcome::Done } else { Outcome::Refused }
}

fn of_task(result: Result<Option<u32>, AccessError>) -> Outcome {
    match result {
        Ok(Some(value)) => Outcome::Value(value),
        Ok(None) | Err(AccessError::Revoked) => Outcome::Refused,
        Err(AccessError::Poisoned) => Outcome::Poisoned,
        Err(other) => panic!("an access came to {other}"),
    }
}

impl System {
    pub(crate) fn new() -> Self {
        let machine = Machine::new();
        let counts = machine.counts();
        Self {
            machine,
            counts,
            ids: Vec::new(),
            levels: Vec::new(),
            blockers: Vec::new(),
            kept: Vec::new(),
            saved: MachineState::default(),
            #[cfg(feature = "memory")]
            mapped: Vec::new(),
        }
    }

    /// Does it. `model` is as it was before.
    pub(crate) fn apply(&mut self, op: &Op, model: &Model) -> Outcome {
        match *op {
            Op::Create(kind) => self.create(kind),
            Op::Use(kept, task) => {
                self.kept.get(kept).map_or(Outcome::Refused, |run| of_task(run(task)))
            }
            Op::Forget(kept) if kept < self.kept.len() => {
                outcome(Ok::<_, ()>(self.kept.swap_remove(kept)))
            }
            Op::Unmap(map) => self.unmap(map, model),
            Op::Forget(_) => Outcome::Refused,
            Op::Save => {
                self.saved = self.machine.save().expect("nobody is in a handler");
                Outcome::Done
            }
            Op::Load => outcome(self.machine.load(&self.saved)),
            Op::Start => {
                self.machine.start();
                Outcome::Done
            }
            Op::Migrate(on) => {
                self.machine.set_migrating(on);
                Outcome::Done
            }
            Op::Reclaim => {
                assert_eq!(self.machine.reclaim(), 0, "nobody is in a device");
                Outcome::Done
            }
            _ => self.apply_to_one(op, model),
        }
    }

    fn apply_to_one(&mut self, op: &Op, model: &Model) -> Outcome {
        let device = op.clone().device().copied().expect("it is about a device");
        let Some(id) = self.ids.get(device).copied() else {
            return Outcome::Refused;
        };
        match *op {
            Op::Fail { effect, panics, .. } => self.fail(id, effect, panics),
            Op::FailPart { effect, panics, .. } => self.fail_part(device, effect, panics),
            Op::Seat { host, spot, .. } => {
                self.seat(id, &model.devices[device], host, spot, device)
            }
            Op::Realize(_) => self.realize(id, &model.devices[device]),
            Op::Unrealize(_) => outcome(self.machine.unrealize(id)),
            Op::Unplug(_) => match self.machine.unplug(id) {
                Ok(Unplugged::Requested) => Outcome::Requested,
                other => self.is_gone(other.is_ok(), id),
            },
            Op::Destroy(_) => {
                let destroyed = self.machine.destroy(id);
                self.is_gone(destroyed.is_ok(), id)
            }
            Op::Block(_) => self.block(id, device),
            Op::Unblock(_) => self.unblock(device),
            Op::With(_, task) => self
                .reach(id, model.devices[device].kind)
                .map_or(Outcome::Refused, |run| of_task(run(task))),
            Op::Keep(_) => self.keep(id, model.devices[device].kind),
            Op::Write(_, value) => self.write(device, model, value),
            Op::Map(_) => self.map(device, model),
            _ => outcome(self.machine.reset(id)),
        }
    }

    fn create(&mut self, kind: Kind) -> Outcome {
        let id = self.ids.len();
        if id == DEVICES {
            return Outcome::Refused;
        }
        let (machine, name) = (&mut self.machine, format!("d{id}"));
        let id = match kind {
            Kind::Plain => machine.create::<Plain>(&name),
            Kind::Whole => machine.create::<Whole>(&name),
            Kind::Store => machine.create::<Store>(&name),
            Kind::Card => machine.create::<Card>(&name),
            Kind::Host => machine.create::<Host>(&name),
        };
        let id = id.expect("the name is new");
        let level = Arc::new(AtomicBool::new(false));
        let mine = level.clone();
        let follow = move |level| mine.store(level, Ordering::SeqCst);
        machine.follow((id, "irq", 0), follow).expect("it has such a line");
        self.ids.push(id);
        self.levels.push(level);
        Outcome::Done
    }

    fn fail(&mut self, id: DevId, effect: u8, panics: bool) -> Outcome {
        let set = self.machine.set(id, "fails-at", effect);
        outcome(set.and_then(|()| self.machine.set(id, "panics", panics)))
    }

    fn fail_part(&mut self, device: usize, effect: u8, panics: bool) -> Outcome {
        let part = self.machine.find(&format!("d{device}/parts[1]"));
        part.map_or(Outcome::Refused, |part| self.fail(part, effect, panics))
    }

    fn bus(&self, host: usize) -> Result<BusRef<PciBus>, MachineError> {
        let id = *self.ids.get(host).ok_or(MachineError::Full)?;
        self.machine.bus(id, "bus")
    }

    fn seat(&mut self, id: DevId, now: &Device, host: usize, spot: u8, device: usize) -> Outcome {
        if now.kind == Kind::Card {
            let bus = self.bus(host);
            return outcome(
                bus.and_then(|bus| self.machine.seat(id, &bus, PciAddress::device(spot))),
            );
        }
        let bus = self.machine.system_bus();
        outcome(self.machine.seat(id, &bus, SysBus::at(board_address(device, spot))))
    }

    /// The guest maps a card as soon as it is there.
    fn realize(&mut self, id: DevId, now: &Device) -> Outcome {
        let realized = self.machine.realize(id);
        if let (Ok(()), Some(Seat::Host(host, slot))) = (&realized, now.seat) {
            let address = PciAddress::device(slot);
            self.bus(host).expect("it is realized").with(|bus| {
                bus.config_write(address, 0x10, 4, slot_offset(slot));
                bus.config_write(address, 0x04, 2, 2);
            });
        }
        outcome(realized)
    }

    fn is_gone(&self, done: bool, id: DevId) -> Outcome {
        assert!(!done || self.machine.state(id).is_err(), "it says that it is gone");
        if done { Outcome::Done } else { Outcome::Refused }
    }

    fn block(&mut self, id: DevId, device: usize) -> Outcome {
        let blocked = self.machine.block_unplug(id, "a test");
        outcome(blocked.map(|blocker| self.blockers.push((device, blocker))))
    }

    /// A blocker may outlive the device.
    fn unblock(&mut self, device: usize) -> Outcome {
        let at = self.blockers.iter().position(|(blocked, _)| *blocked == device);
        at.map_or(Outcome::Refused, |at| {
            self.machine.unblock_unplug(self.blockers.swap_remove(at).1);
            Outcome::Done
        })
    }

    fn reach(&self, id: DevId, kind: Kind) -> Result<Handle, MachineError> {
        fn of<D: Common>(machine: &Machine, id: DevId) -> Result<Handle, MachineError> {
            reach::<D>(machine, id)
        }
        let reach = match kind {
            Kind::Plain => of::<Plain>,
            Kind::Whole => of::<Whole>,
            Kind::Store => of::<Store>,
            Kind::Card => of::<Card>,
            Kind::Host => of::<Host>,
        };
        reach(&self.machine, id)
    }

    fn keep(&mut self, id: DevId, kind: Kind) -> Outcome {
        let handle = self.reach(id, kind);
        outcome(handle.map(|handle| self.kept.push(handle)))
    }

    /// Everything that can be seen is as the model says.
    pub(crate) fn check(&mut self, model: &Model) {
        for (device, expected) in model.devices.iter().enumerate() {
            self.check_one(device, expected);
        }
        assert_eq!(
            effects(),
            usize::from(EFFECTS) * model.realized(),
            "effects that are not undone"
        );
        assert_eq!(self.counts.devices(), model.alive(), "devices");
        assert_eq!(self.counts.ports(), model.realized() + model.remembered(), "ports");
        let mut deleted: Vec<DevId> =
            model.deleted.iter().map(|device| self.ids[*device]).collect();
        deleted.sort_unstable();
        assert_eq!(self.deleted(), deleted, "devices that are deleted");
        assert_eq!(self.values(), model.values().collect::<BTreeMap<_, _>>(), "saved state");
        self.check_memory(model);
    }

    fn check_one(&self, device: usize, expected: &Device) {
        let state = match expected.life {
            Life::Created => Some(State::Created),
            Life::Realized => Some(State::Realized),
            Life::Gone => None,
        };
        assert_eq!(self.machine.state(self.ids[device]).ok(), state, "device {device}");
        let level = self.levels[device].load(Ordering::SeqCst);
        assert_eq!(level, expected.level, "the line of device {device}");
    }

    fn deleted(&mut self) -> Vec<DevId> {
        let events = std::iter::from_fn(|| self.machine.next_event());
        let ids = events.filter_map(|event| match event {
            Event::DeviceDeleted { id, name } if !name.contains('/') => Some(id),
            _ => None,
        });
        let mut ids: Vec<DevId> = ids.collect();
        ids.sort_unstable();
        ids
    }

    fn values(&self) -> BTreeMap<usize, u32> {
        let saved = self.machine.save().expect("nobody is in a handler");
        let devices = saved.0.iter().filter_map(|(name, state)| {
            let id = name.strip_prefix('d')?.parse().ok()?;
            Some((id, u32::try_from(state.fields["value"].as_u64()?).ok()?))
        });
        devices.collect()
    }

    /// Ends the machine, and whatever refers to its devices.
    pub(crate) fn end(self) {
        let Self { machine, counts, kept, .. } = self;
        #[cfg(feature = "memory")]
        let space = machine.address_space();
        drop(machine);
        assert_eq!((counts.devices(), effects()), (0, 0), "after the machine");
        assert!(kept.iter().all(|run| run(Task::Look) == Err(AccessError::Revoked)));
        drop(kept);
        assert_eq!(counts.ports(), 0, "after the machine");
        #[cfg(feature = "memory")]
        assert_eq!(space.ranges(), [], "after the machine");
    }
}
