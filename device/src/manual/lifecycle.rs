//! A device without the derive.

use crate::bus::BusType;
use crate::cx::{Cx, RealizeCx};
use crate::device::Device;
use crate::lifecycle::{Exclusive, RealizeError};
use crate::meta::Meta;

/// A device that is written without `#[derive(Device)]`: its regions are [`MemoryRegion`](super::MemoryRegion)s, and
/// it has no properties, lines, parts, buses or saved state, which are the attributes' business. One handler
/// runs at a time, on `&mut self`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a device",
    label = "derive it: `#[derive(devmodel::Device)]`"
)]
pub trait Lifecycle: Send + Sized + 'static {
    /// The name of the device type, one word.
    const NAME: &'static str;

    /// Whether it may come and go while the machine runs.
    const HOTPLUGGABLE: bool = false;

    /// The bus that the device sits on; [`NoBus`](crate::NoBus) if none.
    type Parent: BusType;

    /// The device before anything of the machine can be reached: QEMU's `instance_init`.
    fn init() -> Self;

    /// Makes the device's regions. Whatever was made before an error is removed.
    ///
    /// # Errors
    ///
    /// [`RealizeError`]: why the device can't be realized.
    fn realize(&mut self, cx: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError>;

    /// The device is unrealized: its regions are out of every view already, and go afterwards.
    fn unrealize(&mut self, cx: &mut Cx<'_, Self>) {
        let _ = cx;
    }

    /// The last that the device hears, realized or not.
    fn finalize(&mut self) {}
}

impl<T: Lifecycle> Device for T {
    const META: &'static Meta = &Meta {
        bus: if T::Parent::IS_THERE { Some(<T::Parent as BusType>::NAME) } else { None },
        hotpluggable: T::HOTPLUGGABLE,
        ..Meta::named(<T as Lifecycle>::NAME)
    };
    const NAME: &'static str = <T as Lifecycle>::NAME;

    type Lock = Exclusive;
    type Parent = <T as Lifecycle>::Parent;

    fn __init() -> Self {
        Self::init()
    }

    fn __realize(&mut self, cx: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {
        self.realize(cx)
    }

    fn __unrealize(&mut self, cx: &mut Cx<'_, Self>) {
        self.unrealize(cx);
    }

    fn __finalize(&mut self) {
        self.finalize();
    }
}
