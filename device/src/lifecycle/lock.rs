//! The lock of a device.

use super::thread::Thread;
use crate::access::AccessError;
use crate::sync::{Mutex, RwLock, lock};
use std::sync::{PoisonError, TryLockError, TryLockResult};

/// How accesses to a device from several threads are kept apart: [`Exclusive`] or [`Shared`].
#[diagnostic::on_unimplemented(
    message = "`{D}` can't be a device with this lock",
    label = "with `lock = \"shared\"` handlers run side by side on `&{D}`: the struct must be `Sync`"
)]
pub trait Locking<D>: Sized + 'static {
    #[doc(hidden)]
    type Body: Send + Sync;
    /// What a handler is given: `&mut D` or `&D`.
    type Ref<'a>
    where
        D: 'a;

    #[doc(hidden)]
    fn body(device: D) -> Self::Body;

    /// The same again, for one of several calls.
    #[doc(hidden)]
    fn again<'a>(device: &'a mut Self::Ref<'_>) -> Self::Ref<'a>;

    #[doc(hidden)]
    fn enter<R>(
        body: &Self::Body,
        thread: &Thread,
        run: impl FnOnce(Self::Ref<'_>) -> Result<R, AccessError>,
    ) -> Result<R, AccessError>;

    #[doc(hidden)]
    fn try_alone(body: &Self::Body, run: &mut dyn FnMut(&mut D)) -> bool;

    #[doc(hidden)]
    fn get_mut(body: &mut Self::Body) -> &mut D;
}

/// One handler at a time, on `&mut D` (`lock = "exclusive"`, the default).
#[derive(Debug)]
pub enum Exclusive {}

/// Handlers side by side, on `&D` (`lock = "shared"`). The device must be [`Sync`]. The hooks of the
/// lifecycle still run alone, on `&mut D`.
#[derive(Debug)]
pub enum Shared {}

impl<D: Send + 'static> Locking<D> for Exclusive {
    type Body = Mutex<D>;
    type Ref<'a> = &'a mut D;

    fn body(device: D) -> Self::Body {
        Mutex::new(device)
    }

    fn again<'a>(device: &'a mut &mut D) -> &'a mut D {
        device
    }

    #[inline]
    fn enter<R>(
        body: &Self::Body,
        thread: &Thread,
        run: impl FnOnce(&mut D) -> Result<R, AccessError>,
    ) -> Result<R, AccessError> {
        let mut device = match unless_taken(body.try_lock()) {
            Some(device) => device,
            None => thread.wait(|| lock(body))?,
        };
        run(&mut device)
    }

    fn try_alone(body: &Self::Body, run: &mut dyn FnMut(&mut D)) -> bool {
        unless_taken(body.try_lock()).map(|mut device| run(&mut device)).is_some()
    }

    fn get_mut(body: &mut Self::Body) -> &mut D {
        body.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<D: Send + Sync + 'static> Locking<D> for Shared {
    type Body = RwLock<D>;
    type Ref<'a> = &'a D;

    fn body(device: D) -> Self::Body {
        RwLock::new(device)
    }

    fn again<'a>(device: &'a mut &D) -> &'a D {
        device
    }

    #[inline]
    fn enter<R>(
        body: &Self::Body,
        thread: &Thread,
        run: impl FnOnce(&D) -> Result<R, AccessError>,
    ) -> Result<R, AccessError> {
        let device = match unless_taken(body.try_read()) {
            Some(device) => device,
            None => thread.wait(|| body.read().unwrap_or_else(PoisonError::into_inner))?,
        };
        run(&device)
    }

    fn try_alone(body: &Self::Body, run: &mut dyn FnMut(&mut D)) -> bool {
        unless_taken(body.try_write()).map(|mut device| run(&mut device)).is_some()
    }

    fn get_mut(body: &mut Self::Body) -> &mut D {
        body.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a panic may have left behind is the business of the device that panicked.
#[inline]
fn unless_taken<G>(tried: TryLockResult<G>) -> Option<G> {
    match tried {
        Ok(device) => Some(device),
        Err(TryLockError::Poisoned(error)) => Some(error.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}
