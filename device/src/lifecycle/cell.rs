//! One device: its state behind its lock, and what the runtime knows about it.

use super::bag::{Bag, Effects, Undo, quietly};
use super::counts::Live;
use super::error::{MachineError, RealizeError, UnplugError};
use super::inbox::Request;
use super::lock::Locking;
use super::port::Port;
use super::regions::{BusMaster, Regions};
use super::services::Services;
use super::{DevId, outbox, regions, thread};
use crate::access::{AccessError, Attrs};
use crate::bus::{AnyBus, BusEvent};
use crate::cx::{Cx, RealizeCx};
use crate::device::{Device, ResetPhase};
use crate::handle::ChildCell;
use crate::io::{IoTarget, RegionKey};
use crate::irq::IrqOut;
use crate::memory::NodeId;
use crate::meta::{IrqDirection, Meta};
use crate::property::Value;
use crate::state::{StateError, StateReader, StateWriter};
use crate::sync::atomic::{AtomicBool, Ordering};
use crate::sync::{self, Mutex, lock};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

/// A device of a type that the caller does not know.
pub(crate) trait AnyCell: Any + Send + Sync {
    fn core(&self) -> &CellCore;
    fn meta(&self) -> &'static Meta;
    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync>;

    fn set_property(&self, property: usize, value: &Value) -> Result<(), AccessError>;
    fn property(&self, property: usize) -> Result<Value, AccessError>;
    fn adopt(&self, field: usize, element: u16, child: &ChildCell) -> Result<(), AccessError>;
    fn link(&self, field: usize, target: Option<&ChildCell>) -> Result<bool, AccessError>;
    fn buses(&self) -> Result<Vec<Arc<dyn AnyBus>>, AccessError>;
    fn lines(&self, field: usize) -> Result<Vec<IrqOut>, AccessError>;

    /// Makes the regions, in a new incarnation that is still closed.
    fn build(self: Arc<Self>, effects: &mut Effects) -> Result<(), RealizeError>;
    /// Runs the device's own realize.
    fn realize_hook(&self, effects: &mut Effects) -> Result<(), RealizeError>;
    fn open(&self);
    /// Forgets the incarnation: nothing of it is left.
    fn end(&self);
    /// Closes the device and whatever depends on it, and collects the regions to be removed.
    fn close(&self, regions: &mut Vec<NodeId>);
    /// Runs the unrealize hook, unless somebody is in the device: then false.
    fn try_unrealize_hook(&self) -> bool;
    fn reset(&self, phase: ResetPhase) -> Result<(), AccessError>;
    fn irq_in(&self, field: usize, pin: u16, level: bool);
    fn bus_event(&self, field: usize, event: BusEvent);
    fn save(&self, writer: &mut StateWriter) -> Result<(), StateError>;
    fn load(&self, reader: &mut StateReader<'_>) -> Result<(), StateError>;
    fn regions(&self) -> Option<Arc<Regions>>;
    fn dma(&self) -> BusMaster;
    fn set_dma(&self, space: BusMaster);

    /// Finalizes the device, unless somebody still refers to it.
    fn finish(self: Arc<Self>) -> Result<(), Arc<dyn AnyCell>>;
}

/// The same for every type. What every access looks at comes first: it shares a cache line with a small
/// device's state.
#[repr(C)]
pub(crate) struct CellCore {
    poisoned: AtomicBool,
    hook_due: AtomicBool,
    /// Whether it belongs to another device.
    is_part: bool,
    pub(crate) id: DevId,
    pub(crate) name: Arc<str>,
    pub(crate) services: Arc<Services>,
    rare: OnceLock<Box<Rare>>,
    _live: Live,
}

/// What most devices never need. By itself, so that a device that does without is small: what many devices
/// together take decides how many of them are near.
#[derive(Default)]
struct Rare {
    panic: Mutex<Option<String>>,
    /// The devices that can't be used without this one: its children, and those on its buses.
    dependents: Mutex<Vec<Weak<dyn AnyCell>>>,
    /// The lines that lead to this device.
    inbound: Mutex<Vec<IrqOut>>,
    blockers: Mutex<Vec<(u64, String)>>,
    /// What was left to undo when the machine went.
    leftover: Mutex<Bag>,
}

/// A device with its state. The order is that of accesses: the lock, the state, whether it is sound.
#[repr(C)]
pub(crate) struct DeviceCell<D: Device> {
    pub(crate) body: <D::Lock as Locking<D>>::Body,
    pub(crate) inner: Inner<D>,
}

/// All of a device but its state.
#[repr(C)]
pub(crate) struct Inner<D: Device> {
    pub(crate) core: CellCore,
    incarnation: Mutex<Option<Incarnation<D>>>,
}

/// What exists from one realize to the next unrealize.
struct Incarnation<D: Device> {
    port: Arc<Port<D>>,
    regions: Arc<Regions>,
    dma: BusMaster,
}

/// What a device is made from.
pub(crate) struct Seed<'a> {
    pub(crate) id: DevId,
    pub(crate) name: &'a str,
    pub(crate) is_part: bool,
    pub(crate) services: &'a Arc<Services>,
}

/// How to make a device, for those who do not know its type.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct NewCell(fn(Seed<'_>) -> Arc<dyn AnyCell>);

/// How to make a device of type `D`.
#[doc(hidden)]
pub const fn cell_of<D: Device>() -> NewCell {
    NewCell(|seed| Arc::new(DeviceCell::<D>::new(seed)))
}

/// The device as one of type `D`, if it is.
pub(crate) fn as_cell_of<D: Device>(cell: Arc<dyn AnyCell>) -> Option<Arc<DeviceCell<D>>> {
    cell.into_any().downcast().ok()
}

impl NewCell {
    pub(crate) fn make(self, seed: Seed<'_>) -> Arc<dyn AnyCell> {
        (self.0)(seed)
    }
}

impl std::fmt::Debug for NewCell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewCell")
    }
}

impl CellCore {
    fn new(seed: Seed<'_>) -> Self {
        let Seed { id, name, is_part, services } = seed;
        Self {
            poisoned: AtomicBool::new(false),
            hook_due: AtomicBool::new(false),
            is_part,
            id,
            name: name.into(),
            services: services.clone(),
            rare: OnceLock::new(),
            _live: services.counts.device(),
        }
    }

    /// # Errors
    ///
    /// [`AccessError::Poisoned`] after a panic.
    pub(crate) fn sound(&self) -> Result<(), AccessError> {
        if self.poisoned.load(Ordering::Relaxed) { Err(AccessError::Poisoned) } else { Ok(()) }
    }

    /// What the device's panic said, if it panicked.
    pub(crate) fn panic_message(&self) -> Option<String> {
        lock(&self.rare.get()?.panic).clone()
    }

    /// Notes that the device panicked.
    pub(crate) fn poison(&self, panic: &(dyn Any + Send)) -> AccessError {
        *lock(&self.rare().panic) = Some(message(panic));
        self.poisoned.store(true, Ordering::SeqCst);
        AccessError::Poisoned
    }

    pub(crate) fn depend(&self, on_this: &Arc<dyn AnyCell>) {
        let mut dependents = lock(&self.rare().dependents);
        dependents.retain(|cell| cell.strong_count() > 0);
        dependents.push(Arc::downgrade(on_this));
    }

    /// Takes one [`depend`](Self::depend) back.
    pub(crate) fn no_longer_depend(&self, on_this: &dyn AnyCell) {
        let mut dependents = lock(&self.rare().dependents);
        let is_it = |cell: &Weak<dyn AnyCell>| std::ptr::addr_eq(cell.as_ptr(), on_this);
        if let Some(at) = dependents.iter().rposition(is_it) {
            dependents.remove(at);
        }
    }

    pub(crate) fn add_inbound(&self, line: IrqOut) {
        lock(&self.rare().inbound).push(line);
    }

    /// Tells the device, which is new, which of its lines are high.
    pub(crate) fn repeat_inbound(&self) {
        let lines = self.rare.get().map(|rare| lock(&rare.inbound).clone());
        lines.iter().flatten().for_each(IrqOut::repeat);
    }

    pub(crate) fn block(&self, key: u64, reason: String) {
        lock(&self.rare().blockers).push((key, reason));
    }

    pub(crate) fn unblock(&self, key: u64) {
        lock(&self.rare().blockers).retain(|(blocker, _)| *blocker != key);
    }

    /// # Errors
    ///
    /// [`UnplugError`] for what forbids unplugging a device of this type now.
    pub(crate) fn may_unplug(&self, meta: &Meta) -> Result<(), UnplugError> {
        if self.is_part {
            return Err(UnplugError::PartOfAnother);
        }
        let reasons = self.rare.get().map_or_else(Vec::new, |rare| {
            lock(&rare.blockers).iter().map(|(_, reason)| reason.clone()).collect()
        });
        let phase = &self.services.phase;
        if !reasons.is_empty() {
            return Err(UnplugError::UnplugBlocked(reasons));
        }
        if phase.is_running() && !meta.hotpluggable {
            return Err(UnplugError::NotHotpluggable(meta.name));
        }
        if phase.is_migrating() { Err(UnplugError::Migrating) } else { Ok(()) }
    }

    pub(crate) fn leave_behind(&self, bag: Bag) {
        *lock(&self.rare().leftover) = bag;
    }

    fn rare(&self) -> &Rare {
        self.rare.get_or_init(Box::default)
    }

    fn close_dependents(&self, regions: &mut Vec<NodeId>) {
        let dependents =
            self.rare.get().map_or_else(Vec::new, |rare| lock(&rare.dependents).clone());
        for cell in dependents.iter().filter_map(Weak::upgrade) {
            cell.close(regions);
        }
    }
}

impl dyn AnyCell {
    /// Closes the device at once, from a handler's thread, and asks the machine for the rest.
    ///
    /// # Errors
    ///
    /// [`UnplugError`] if it must not be unplugged now.
    pub(crate) fn eject(&self) -> Result<(), UnplugError> {
        let core = self.core();
        core.may_unplug(self.meta())?;
        let mut regions = Vec::new();
        self.close(&mut regions);
        regions::remove(&core.services.memory, &regions);
        core.services.inbox.post(Request::Unplug(core.id));
        Ok(())
    }
}

impl<D: Device> DeviceCell<D> {
    fn new(seed: Seed<'_>) -> Self {
        Self {
            body: D::Lock::body(D::__init()),
            inner: Inner { core: CellCore::new(seed), incarnation: Mutex::new(None) },
        }
    }

    /// Tells devices apart while they are alive.
    pub(crate) fn address(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    pub(crate) fn port(&self) -> Option<Arc<Port<D>>> {
        self.inner.port()
    }

    /// Runs `run` with the device to itself, as soon as nobody is in it.
    pub(crate) fn alone<R>(&self, run: impl FnOnce(&mut D) -> R) -> Result<R, AccessError> {
        let (mut run, mut done) = (Some(run), None);
        while !self.try_alone(&mut |device| done = run.take().map(|run| run(device)))? {
            sync::rest(Duration::from_micros(20));
        }
        // It has run, or the loop would go on.
        done.ok_or(AccessError::Revoked)
    }

    /// Runs `run` with the device to itself, unless somebody is in it: then false.
    fn try_alone(&self, run: &mut dyn FnMut(&mut D)) -> Result<bool, AccessError> {
        let thread = thread::me();
        let inside = thread.enter(self.address())?;
        let has_run = D::Lock::try_alone(&self.body, run);
        drop(inside);
        outbox::flush(thread);
        Ok(has_run)
    }

    /// Runs a hook with the device to itself; a panic poisons it.
    fn hook<R>(&self, run: impl FnOnce(&mut D, &mut Cx<'_, D>) -> R) -> Result<R, AccessError> {
        let port = self.port().ok_or(AccessError::Revoked)?;
        self.alone(|device| self.inner.run(device, &port, run))?
    }
}

impl<D: Device> Inner<D> {
    pub(crate) fn port(&self) -> Option<Arc<Port<D>>> {
        Some(lock(&self.incarnation).as_ref()?.port.clone())
    }

    pub(crate) fn regions(&self) -> Option<Arc<Regions>> {
        Some(lock(&self.incarnation).as_ref()?.regions.clone())
    }

    /// Removes one of the device's regions.
    pub(crate) fn remove(&self, region: NodeId) {
        regions::remove(&self.core.services.memory, &[region]);
    }

    pub(crate) fn dma(&self) -> BusMaster {
        lock(&self.incarnation).as_ref().map(|now| now.dma.clone()).unwrap_or_default()
    }

    fn run<R>(
        &self,
        device: &mut D,
        port: &Port<D>,
        run: impl FnOnce(&mut D, &mut Cx<'_, D>) -> R,
    ) -> Result<R, AccessError> {
        let mut cx = Cx::new(self, port, RegionKey::default(), Attrs::default());
        catch_unwind(AssertUnwindSafe(|| run(device, &mut cx)))
            .map_err(|panic| self.core.poison(&*panic))
    }

    /// The unrealize hook, if it has not run since realize. A panic in it stops nothing.
    fn unrealize_hook(&self, device: &mut D) {
        if !self.core.hook_due.swap(false, Ordering::SeqCst) {
            return;
        }
        if let Some(port) = self.port() {
            let _ = self.run(device, &port, D::__unrealize);
        }
    }
}

impl<D: Device> AnyCell for DeviceCell<D> {
    fn core(&self) -> &CellCore {
        &self.inner.core
    }

    fn meta(&self) -> &'static Meta {
        D::META
    }

    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync> {
        self
    }

    fn set_property(&self, property: usize, value: &Value) -> Result<(), AccessError> {
        self.alone(|device| device.__set_property(property, value))
    }

    fn property(&self, property: usize) -> Result<Value, AccessError> {
        self.alone(|device| device.__property(property))
    }

    fn adopt(&self, field: usize, element: u16, child: &ChildCell) -> Result<(), AccessError> {
        self.core().depend(&child.0);
        self.alone(|device| device.__adopt(field, element, child))
    }

    fn link(&self, field: usize, target: Option<&ChildCell>) -> Result<bool, AccessError> {
        self.alone(|device| device.__link(field, target))
    }

    fn buses(&self) -> Result<Vec<Arc<dyn AnyBus>>, AccessError> {
        let fields = 0..D::META.buses.len();
        self.alone(|device| fields.filter_map(|field| device.__bus(field)).collect())
    }

    fn lines(&self, field: usize) -> Result<Vec<IrqOut>, AccessError> {
        self.alone(|device| device.__irq_out(field).to_vec())
    }

    fn build(self: Arc<Self>, effects: &mut Effects) -> Result<(), RealizeError> {
        let port = Port::new(&self);
        let size = |field| self.alone(|device| device.__region_size(field));
        let target: Arc<dyn IoTarget> = port.clone();
        let memory = &self.core().services.memory;
        let regions = Regions::build(D::META, &target, memory, effects, &size)?;
        *lock(&self.inner.incarnation) =
            Some(Incarnation { port, regions: Arc::new(regions), dma: BusMaster::default() });
        Ok(())
    }

    fn realize_hook(&self, effects: &mut Effects) -> Result<(), RealizeError> {
        let port = self.port().ok_or(RealizeError::Machine(MachineError::Poisoned))?;
        effects.fault.step("realize hook")?;
        effects.bag.push(Undo::Lines);
        let inner = &self.inner;
        let realize = |device: &mut D| {
            let mut cx = RealizeCx::new(inner, &port, effects);
            catch_unwind(AssertUnwindSafe(|| device.__realize(&mut cx)))
        };
        let done = self.alone(realize).map_err(|_| MachineError::Poisoned)?;
        done.map_err(|panic| {
            self.core().poison(&*panic);
            RealizeError::Panicked(message(&*panic))
        })??;
        self.core().hook_due.store(true, Ordering::SeqCst);
        effects.bag.push(Undo::Hook);
        Ok(())
    }

    fn open(&self) {
        if let Some(port) = self.port() {
            port.open();
        }
    }

    fn end(&self) {
        *lock(&self.inner.incarnation) = None;
    }

    fn close(&self, regions: &mut Vec<NodeId>) {
        if let Some(now) = &*lock(&self.inner.incarnation) {
            now.port.close();
            regions.extend(now.regions.nodes());
        }
        self.core().close_dependents(regions);
    }

    fn try_unrealize_hook(&self) -> bool {
        if !self.core().hook_due.load(Ordering::SeqCst) {
            return true;
        }
        // A thread that is in the device itself is somebody, too.
        self.try_alone(&mut |device| self.inner.unrealize_hook(device)).unwrap_or(false)
    }

    fn reset(&self, phase: ResetPhase) -> Result<(), AccessError> {
        self.core().sound()?;
        self.hook(|device, cx| device.__reset(cx, phase))
    }

    fn irq_in(&self, field: usize, pin: u16, level: bool) {
        let follow = |device: crate::Entered<'_, D>, cx: &mut Cx<'_, D>| {
            D::__irq_in(device, cx, field, pin, level);
        };
        if let Some(port) = self.port() {
            // A device that is gone, or that has panicked, follows no line.
            let _ = port.enter(RegionKey::default(), Attrs::default(), follow);
        }
    }

    fn bus_event(&self, field: usize, event: BusEvent) {
        let tell = |device: crate::Entered<'_, D>, cx: &mut Cx<'_, D>| {
            D::__bus_event(device, cx, field, event);
        };
        if let Some(port) = self.port() {
            let _ = port.enter(RegionKey::default(), Attrs::default(), tell);
        }
    }

    fn save(&self, writer: &mut StateWriter) -> Result<(), StateError> {
        self.alone(|device| device.__save(writer))?
    }

    fn load(&self, reader: &mut StateReader<'_>) -> Result<(), StateError> {
        self.core().sound()?;
        self.hook(|device, cx| device.__load(cx, reader))?
    }

    fn regions(&self) -> Option<Arc<Regions>> {
        self.inner.regions()
    }

    fn dma(&self) -> BusMaster {
        self.inner.dma()
    }

    fn set_dma(&self, space: BusMaster) {
        if let Some(now) = &mut *lock(&self.inner.incarnation) {
            now.dma = space;
        }
    }

    fn finish(self: Arc<Self>) -> Result<(), Arc<dyn AnyCell>> {
        let cell = Arc::try_unwrap(self).map_err(|cell| cell as Arc<dyn AnyCell>)?;
        quietly(|| drop(cell));
        Ok(())
    }
}

/// Whatever way a device goes, its hooks have run by the end, in their order.
impl<D: Device> Drop for DeviceCell<D> {
    fn drop(&mut self) {
        let device = D::Lock::get_mut(&mut self.body);
        self.inner.unrealize_hook(device);
        if let Some(rare) = self.inner.core.rare.get() {
            lock(&rare.leftover).abandon();
        }
        quietly(|| device.__finalize());
    }
}

impl From<AccessError> for StateError {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::Poisoned => Self::Poisoned,
            AccessError::Revoked => Self::NotRealized,
            _ => Self::Busy,
        }
    }
}

/// The number of lines that the device follows in the field of this name.
pub(crate) fn input(meta: &Meta, name: &str) -> Option<(usize, u16)> {
    field(meta, name, IrqDirection::In)
}

/// The number of lines that the device drives in the field of this name.
pub(crate) fn output(meta: &Meta, name: &str) -> Option<(usize, u16)> {
    field(meta, name, IrqDirection::Out)
}

fn field(meta: &Meta, name: &str, direction: IrqDirection) -> Option<(usize, u16)> {
    let is_it = |irq: &crate::meta::IrqMeta| irq.name == name && irq.direction == direction;
    let at = meta.irqs.iter().position(is_it)?;
    Some((at, meta.irqs[at].count))
}

/// What a panic said.
pub(crate) fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "a panic without a message".to_owned())
}
