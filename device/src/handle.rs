//! References to devices. None of them keeps a device alive.

use crate::access::{AccessError, Attrs};
use crate::cx::Cx;
use crate::device::{Device, Entered};
use crate::io::RegionKey;
use crate::lifecycle::{AnyCell, DevId, DeviceCell, Port, as_cell_of};
use std::sync::{Arc, Weak};

/// A realized device, from outside: for threads, timers and completions of requests.
///
/// It refers to the device as it was realized: once the device has been unrealized it is no use any
/// more, also if the device is realized again.
pub struct WeakDev<D: Device> {
    id: DevId,
    port: Arc<Port<D>>,
}

impl<D: Device> WeakDev<D> {
    pub(crate) fn new(id: DevId, port: Arc<Port<D>>) -> Self {
        Self { id, port }
    }

    /// The id of the device.
    pub fn id(&self) -> DevId {
        self.id
    }

    /// Runs `f` on the device, in its turn, as if it were one of its handlers.
    ///
    /// # Errors
    ///
    /// [`AccessError::Revoked`] if the device is not realized any more, and the other errors of an
    /// access to it.
    pub fn with<R>(
        &self,
        f: impl FnOnce(Entered<'_, D>, &mut Cx<'_, D>) -> R,
    ) -> Result<R, AccessError> {
        self.port.enter(RegionKey::default(), Attrs::default(), f)
    }

    /// Whether the device has been unrealized since.
    pub fn is_gone(&self) -> bool {
        !self.port.is_open()
    }
}

impl<D: Device> Clone for WeakDev<D> {
    fn clone(&self) -> Self {
        Self { id: self.id, port: self.port.clone() }
    }
}

impl<D: Device> std::fmt::Debug for WeakDev<D> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("WeakDev").field(&self.id).finish()
    }
}

/// A device that is part of this one; a field with `#[child]`. It is made with the device, realized
/// before the device's own `realize` hook and unrealized after its `unrealize` hook.
pub struct Child<T: Device>(Option<Weak<DeviceCell<T>>>);

/// A reference to another device; a field with `#[linked]`. Set with
/// [`Machine::link`](crate::Machine::link) before realize.
pub struct Link<T: Device>(Option<Weak<DeviceCell<T>>>);

/// A device whose type is not known at compile time.
#[doc(hidden)]
pub struct ChildCell(pub(crate) Arc<dyn AnyCell>);

impl ChildCell {
    fn typed<T: Device>(&self) -> Option<Weak<DeviceCell<T>>> {
        as_cell_of::<T>(self.0.clone()).map(|cell| Arc::downgrade(&cell))
    }
}

impl<T: Device> Child<T> {
    #[doc(hidden)]
    pub fn __adopt(&mut self, child: &ChildCell) {
        self.0 = child.typed();
    }

    /// Runs `f` on the child, in its turn.
    ///
    /// # Errors
    ///
    /// [`AccessError::Revoked`] if the child is not realized, and the other errors of an access to it.
    pub fn with<R>(
        &self,
        f: impl FnOnce(Entered<'_, T>, &mut Cx<'_, T>) -> R,
    ) -> Result<R, AccessError> {
        enter(self.0.as_ref(), f)
    }
}

impl<T: Device> Link<T> {
    /// Sets what the link refers to; false if that is a device of another type.
    #[doc(hidden)]
    pub fn __set(&mut self, target: Option<&ChildCell>) -> bool {
        self.0 = target.and_then(ChildCell::typed);
        target.is_none() || self.0.is_some()
    }

    /// Runs `f` on the device that the link refers to, in its turn.
    ///
    /// # Errors
    ///
    /// [`AccessError::Revoked`] if it refers to none, or to one that is not realized, and the other
    /// errors of an access to it.
    pub fn with<R>(
        &self,
        f: impl FnOnce(Entered<'_, T>, &mut Cx<'_, T>) -> R,
    ) -> Result<R, AccessError> {
        enter(self.0.as_ref(), f)
    }

    /// Whether there is a realized device at the other end.
    pub fn is_connected(&self) -> bool {
        port(self.0.as_ref()).is_some_and(|port| port.is_open())
    }
}

fn port<T: Device>(cell: Option<&Weak<DeviceCell<T>>>) -> Option<Arc<Port<T>>> {
    cell?.upgrade()?.port()
}

fn enter<T: Device, R>(
    cell: Option<&Weak<DeviceCell<T>>>,
    f: impl FnOnce(Entered<'_, T>, &mut Cx<'_, T>) -> R,
) -> Result<R, AccessError> {
    let port = port(cell).ok_or(AccessError::Revoked)?;
    port.enter(RegionKey::default(), Attrs::default(), f)
}

impl<T: Device> Default for Child<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Device> Default for Link<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Device> std::fmt::Debug for Child<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Child").field(&T::META.name).finish()
    }
}

impl<T: Device> std::fmt::Debug for Link<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Link").field(&T::META.name).finish()
    }
}
