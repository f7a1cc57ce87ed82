//! The paths that need no memory.

use super::bench::nothing_lives;
use super::{Check, Run, ensure};
use crate::access::AccessError;
use crate::device::Device;
use crate::lifecycle::{Event, Machine, RealizeError, Unplugged};
use std::sync::mpsc;
use std::time::Duration;

/// Longer than anything here takes.
const LONG: Duration = Duration::from_secs(60);

impl<D: Device> Check<D> {
    pub(super) fn lifecycle(&self, run: &mut Run) {
        run.path::<D>("introspect", |_| self.introspect());
        run.path::<D>("failed realize", |report| self.failed_realize(report));
        run.path::<D>("replug", |_| self.replug());
        run.path::<D>("reset", |_| self.reset());
        run.path::<D>("unplug", |_| self.unplug());
        run.path::<D>("unplug from its own handler", |_| self.eject());
        run.path::<D>("busy unplug", |_| self.busy_unplug());
        run.path::<D>("machine dropped first", |_| self.orphan());
    }

    fn introspect(&self) -> Result<(), String> {
        let bench = self.bench()?;
        bench.is_forgotten()?;
        bench.end()
    }

    /// Every effect of realize fails once by an error and once by a panic.
    fn failed_realize(&self, report: &mut super::Report) -> Result<(), String> {
        let mut bench = self.bench()?;
        bench.machine.set_fault(None, false);
        bench.realize()?;
        let effects = bench.machine.fault_steps();
        bench.end()?;
        report.effects = effects;
        for step in 0..effects {
            self.fail_by_error(step)?;
            self.fail_by_panic(step)?;
        }
        Ok(())
    }

    fn fail_by_error(&self, step: usize) -> Result<(), String> {
        let mut bench = self.bench()?;
        bench.machine.set_fault(Some(step), false);
        let failed = bench.try_realize();
        ensure(matches!(failed, Err(RealizeError::Injected(_))), || {
            format!("an error at effect {step} became {failed:?}")
        })?;
        bench.is_forgotten().map_err(|what| format!("after an error at effect {step}: {what}"))?;
        bench.machine.set_fault(None, false);
        bench.realize()?;
        bench.unrealize()?;
        bench.is_forgotten()?;
        bench.end()
    }

    fn fail_by_panic(&self, step: usize) -> Result<(), String> {
        let mut bench = self.bench()?;
        bench.machine.set_fault(Some(step), true);
        let failed = bench.try_realize();
        ensure(matches!(failed, Err(RealizeError::Panicked(_))), || {
            format!("a panic at effect {step} became {failed:?}")
        })?;
        bench.is_forgotten().map_err(|what| format!("after a panic at effect {step}: {what}"))?;
        bench.end()
    }

    fn replug(&self) -> Result<(), String> {
        let mut bench = self.bench()?;
        for _ in 0..3 {
            bench.realize()?;
            bench.unrealize()?;
            bench.is_forgotten()?;
        }
        bench.end()
    }

    fn reset(&self) -> Result<(), String> {
        let mut bench = self.bench()?;
        bench.realize()?;
        bench.machine.reset(bench.id).map_err(|error| error.to_string())?;
        bench.machine.start();
        let poison = bench.machine.poison(bench.id).map_err(|error| error.to_string())?;
        ensure(poison.is_none(), || format!("reset panicked: {poison:?}"))?;
        bench.end()
    }

    fn unplug(&self) -> Result<(), String> {
        let mut bench = self.bench()?;
        for _ in 0..3 {
            bench.realize()?;
            let id = bench.id;
            let gone = bench.machine.destroy(id).map_err(|error| error.to_string())?;
            ensure(gone == Unplugged::Gone, || format!("unplug came to {gone:?} only"))?;
            is_told(&mut bench.machine, id)?;
            let twice = bench.machine.destroy(id);
            ensure(twice.is_err(), || "it was unplugged twice".to_owned())?;
            bench.again()?;
            bench.is_forgotten()?;
        }
        bench.end()
    }

    /// A handler asks for the end of its own device.
    fn eject(&self) -> Result<(), String> {
        let mut bench = self.bench()?;
        bench.realize()?;
        let id = bench.id;
        let weak = bench.machine.weak::<D>(id).map_err(|error| error.to_string())?;
        let asked = weak.with(|_, cx| cx.eject()).map_err(|error| error.to_string())?;
        asked.map_err(|error| error.to_string())?;
        ensure(weak.is_gone(), || "it can be entered after it ejected itself".to_owned())?;
        let left = bench.machine.reclaim();
        ensure(left == 0, || format!("{left} devices are left after it ejected itself"))?;
        is_told(&mut bench.machine, id)?;
        drop(weak);
        bench.again()?;
        bench.is_forgotten()?;
        bench.end()
    }

    /// Somebody is in a handler while the device is unplugged: unplug does not wait, and the device goes
    /// when the handler is left.
    fn busy_unplug(&self) -> Result<(), String> {
        let mut bench = self.bench()?;
        bench.realize()?;
        let (machine, id) = (&mut bench.machine, bench.id);
        let weak = machine.weak::<D>(id).map_err(|error| error.to_string())?;
        let ((inside, is_inside), (go, may_go)) = (mpsc::channel(), mpsc::channel::<()>());
        std::thread::scope(|scope| {
            let weak = &weak;
            scope.spawn(move || {
                weak.with(|_, _| {
                    let _ = inside.send(());
                    let _ = may_go.recv_timeout(LONG);
                })
            });
            let _ = is_inside.recv_timeout(LONG);
            let first = machine.destroy(id);
            ensure(first == Ok(Unplugged::Draining), || format!("busy unplug came to {first:?}"))?;
            ensure(machine.reclaim() > 0, || "it was finalized with a handler in it".to_owned())?;
            let late = weak.with(|_, _| ());
            ensure(late == Err(AccessError::Revoked), || format!("a late access got {late:?}"))?;
            drop(go);
            Ok::<_, String>(())
        })?;
        let left = machine.reclaim();
        ensure(left == 0, || format!("{left} devices are left after the handler"))?;
        is_told(machine, id)?;
        drop(weak);
        bench.again()?;
        bench.is_forgotten()?;
        bench.end()
    }

    fn orphan(&self) -> Result<(), String> {
        let mut bench = self.bench()?;
        bench.realize()?;
        let weak = bench.machine.weak::<D>(bench.id).map_err(|error| error.to_string())?;
        let counts = bench.counts.clone();
        drop(bench.machine);
        let late = weak.with(|_, _| ());
        ensure(late == Err(AccessError::Revoked), || format!("an access got {late:?}"))?;
        drop(weak);
        nothing_lives(&counts)
    }
}

fn is_told(machine: &mut Machine, gone: crate::lifecycle::DevId) -> Result<(), String> {
    let events = std::iter::from_fn(|| machine.next_event());
    let deleted = events.filter_map(|event| match event {
        Event::DeviceDeleted { id, .. } => Some(id),
        _ => None,
    });
    let ids: Vec<_> = deleted.collect();
    ensure(ids.first() == Some(&gone), || {
        format!("the device was to be deleted first and then its parts; deleted: {ids:?}")
    })
}
