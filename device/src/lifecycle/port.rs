//! The one way into a realized device. A port is made by realize, closed by unrealize, and never
//! opened again: whoever still knows it then, finds it closed, whatever became of the device.

use super::cell::{AnyCell, DeviceCell};
use super::counts::Live;
use super::inbox::Inbox;
use super::lock::Locking;
use super::thread::{self, Thread};
use super::{outbox, pause};
use crate::access::{AccessError, Attrs};
use crate::cx::Cx;
use crate::device::{Device, Entered, Ops};
use crate::io::{IoSpec, IoTarget, RegionKey};
use crate::sync::atomic::{AtomicBool, Ordering};
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Weak};

/// A port holds its device by nothing: a view that is out of date pins the port, not the device.
///
/// What every access looks at comes first, in one cache line.
#[repr(C)]
pub(crate) struct Port<D: Device> {
    open: AtomicBool,
    device: Weak<DeviceCell<D>>,
    me: Weak<Self>,
    inbox: Arc<Inbox>,
    _live: Live,
}

impl<D: Device> Port<D> {
    /// A port that is still closed.
    pub(crate) fn new(device: &Arc<DeviceCell<D>>) -> Arc<Self> {
        Arc::new_cyclic(|me| Self {
            open: AtomicBool::new(false),
            device: Arc::downgrade(device),
            me: me.clone(),
            inbox: device.inner.core.services.inbox.clone(),
            _live: device.inner.core.services.counts.port(),
        })
    }

    /// From now on handlers run.
    pub(crate) fn open(&self) {
        self.open.store(true, Ordering::SeqCst);
    }

    /// From now on nobody comes in. Who is inside stays until done.
    pub(crate) fn close(&self) {
        self.open.store(false, Ordering::SeqCst);
    }

    pub(crate) fn is_open(&self) -> bool {
        self.open.load(Ordering::SeqCst)
    }

    /// The port itself, to be kept.
    pub(crate) fn to_arc(&self) -> Option<Arc<Self>> {
        self.me.upgrade()
    }

    /// The device, whatever its type, unless it is being dropped.
    pub(crate) fn device(&self) -> Option<Arc<dyn AnyCell>> {
        self.device.upgrade().map(|cell| cell as Arc<dyn AnyCell>)
    }

    /// Runs a handler, in its turn, if the device is still there by then.
    ///
    /// The second look at `open` decides: unrealize closes the port and then takes the lock, so a
    /// handler that has the lock and finds the port open is one that unrealize waits for, and one
    /// that comes later finds it closed.
    ///
    /// # Errors
    ///
    /// [`AccessError`] of every kind but `Decode`.
    #[inline]
    pub(crate) fn enter<R>(
        &self,
        region: RegionKey,
        attrs: Attrs,
        handler: impl FnOnce(Entered<'_, D>, &mut Cx<'_, D>) -> R,
    ) -> Result<R, AccessError> {
        if !self.is_open() {
            return Err(AccessError::Revoked);
        }
        let cell = self.device.upgrade().ok_or(AccessError::Revoked)?;
        pause::here();
        let thread = thread::me();
        let result = self.enter_cell(&cell, thread, region, attrs, handler);
        outbox::flush(thread);
        drop(cell);
        // Only now: whoever has closed the port meanwhile, and found the device in use, looks again.
        if !self.is_open() {
            self.inbox.wake();
        }
        result
    }

    #[inline]
    fn enter_cell<R>(
        &self,
        cell: &DeviceCell<D>,
        thread: &Thread,
        region: RegionKey,
        attrs: Attrs,
        handler: impl FnOnce(Entered<'_, D>, &mut Cx<'_, D>) -> R,
    ) -> Result<R, AccessError> {
        let _inside = thread.enter(cell.address())?;
        D::Lock::enter(&cell.body, thread, |device| {
            if !self.is_open() {
                return Err(AccessError::Revoked);
            }
            cell.inner.core.sound()?;
            let mut cx = Cx::new(&cell.inner, self, region, attrs);
            let done = catch_unwind(AssertUnwindSafe(|| handler(device, &mut cx)));
            let value = done.map_err(|panic| cell.inner.core.poison(&*panic))?;
            cx.failure().map_or(Ok(value), Err)
        })
    }
}

#[cfg(not(feature = "memory"))]
impl<D: Device> IoTarget for Port<D> {}

#[cfg(feature = "memory")]
impl<D: Device> IoTarget for Port<D> {
    #[inline]
    fn spec(&self, region: RegionKey) -> &IoSpec {
        D::META
            .regions
            .get(usize::from(region.field))
            .map_or(&IoSpec::DEFAULT, |region| &region.spec)
    }

    fn read(
        &self,
        region: RegionKey,
        offset: u64,
        size: u8,
        attrs: Attrs,
    ) -> Result<u64, AccessError> {
        let spec = self.spec(region);
        self.enter(region, attrs, |device, cx| cx.split_read(device, spec, offset, size))
    }

    fn write(
        &self,
        region: RegionKey,
        offset: u64,
        size: u8,
        value: u64,
        attrs: Attrs,
    ) -> Result<(), AccessError> {
        let spec = self.spec(region);
        self.enter(region, attrs, |device, cx| cx.split_write(device, spec, offset, size, value))
    }
}

/// The same way in, for a region that the device has made itself: `O` answers, and what it takes is said
/// at run time.
pub(crate) struct HandPort<O: Ops> {
    #[cfg_attr(not(feature = "memory"), expect(dead_code, reason = "nobody comes"))]
    port: Arc<Port<O::Device>>,
    #[cfg_attr(not(feature = "memory"), expect(dead_code, reason = "nobody comes"))]
    spec: IoSpec,
    ops: PhantomData<fn() -> O>,
}

impl<O: Ops> HandPort<O> {
    pub(crate) fn new(port: Arc<Port<O::Device>>, spec: IoSpec) -> Arc<Self> {
        Arc::new(Self { port, spec, ops: PhantomData })
    }
}

#[cfg(not(feature = "memory"))]
impl<O: Ops> IoTarget for HandPort<O> {}

#[cfg(feature = "memory")]
impl<O: Ops> IoTarget for HandPort<O> {
    fn spec(&self, _: RegionKey) -> &IoSpec {
        &self.spec
    }

    fn read(
        &self,
        region: RegionKey,
        offset: u64,
        size: u8,
        attrs: Attrs,
    ) -> Result<u64, AccessError> {
        let spec = &self.spec;
        self.port
            .enter(region, attrs, |device, cx| cx.split_read_by::<O>(device, spec, offset, size))
    }

    fn write(
        &self,
        region: RegionKey,
        offset: u64,
        size: u8,
        value: u64,
        attrs: Attrs,
    ) -> Result<(), AccessError> {
        let spec = &self.spec;
        let write = |device: Entered<'_, O::Device>, cx: &mut Cx<'_, O::Device>| {
            cx.split_write_by::<O>(device, spec, offset, size, value);
        };
        self.port.enter(region, attrs, write)
    }
}
