//! What a device type is to the runtime, and what its author writes.

use crate::bus::{AnyBus, BusEvent, BusType};
use crate::cx::{Cx, RealizeCx};
use crate::handle::ChildCell;
use crate::io::RegionKey;
use crate::irq::IrqOut;
use crate::lifecycle::{Locking, RealizeError};
use crate::meta::Meta;
use crate::property::Value;
use crate::state::{StateError, StateReader, StateWriter};
use std::sync::Arc;

/// A type of device. Implemented by `#[derive(Device)]`, and by that alone: its hidden methods are
/// the derive's business and change without notice.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a device",
    label = "derive it: `#[derive(devmodel::Device)]`"
)]
pub trait Device: Send + Sized + 'static {
    /// What is known of the type without an instance: introspection creates nothing.
    const META: &'static Meta;

    /// `META.name`, by itself: devices that refer to each other have no order in which their `META`s
    /// could be computed.
    #[doc(hidden)]
    const NAME: &'static str = Self::META.name;

    /// How many levels of children there are below, plus one. Only there to make a device that
    /// contains itself a compile error.
    #[doc(hidden)]
    const DEPTH: usize = 1;

    /// How accesses from several threads are kept apart: [`Exclusive`](crate::Exclusive) or
    /// [`Shared`](crate::Shared).
    type Lock: Locking<Self>;

    /// The bus that the device sits on; [`NoBus`](crate::bus::NoBus) if none.
    type Parent: BusType;

    #[doc(hidden)]
    fn __init() -> Self;

    #[doc(hidden)]
    fn __set_property(&mut self, property: usize, value: &Value) {
        let _ = (property, value);
    }

    #[doc(hidden)]
    fn __property(&self, property: usize) -> Value {
        let _ = property;
        Value::Bool(false)
    }

    /// The size of a region with [`Size::Computed`](crate::Size::Computed).
    #[doc(hidden)]
    fn __region_size(&self, field: u16) -> u64 {
        let _ = field;
        0
    }

    #[doc(hidden)]
    fn __read(
        device: Entered<'_, Self>,
        cx: &mut Cx<'_, Self>,
        region: RegionKey,
        offset: u64,
        size: u8,
    ) -> u64 {
        let _ = (device, cx, region, offset, size);
        0
    }

    #[doc(hidden)]
    fn __write(
        device: Entered<'_, Self>,
        cx: &mut Cx<'_, Self>,
        region: RegionKey,
        offset: u64,
        size: u8,
        value: u64,
    ) {
        let _ = (device, cx, region, offset, size, value);
    }

    /// A line of the field `irqs[field]`, which is an input, has changed.
    #[doc(hidden)]
    fn __irq_in(
        device: Entered<'_, Self>,
        cx: &mut Cx<'_, Self>,
        field: usize,
        pin: u16,
        level: bool,
    ) {
        let _ = (device, cx, field, pin, level);
    }

    /// The lines of the field `irqs[field]`, if it is an output.
    #[doc(hidden)]
    fn __irq_out(&self, field: usize) -> &[IrqOut] {
        let _ = field;
        &[]
    }

    #[doc(hidden)]
    fn __adopt(&mut self, field: usize, element: u16, child: &ChildCell) {
        let _ = (field, element, child);
    }

    #[doc(hidden)]
    fn __link(&mut self, field: usize, target: Option<&ChildCell>) -> bool {
        let _ = (field, target);
        false
    }

    #[doc(hidden)]
    fn __bus(&self, field: usize) -> Option<Arc<dyn AnyBus>> {
        let _ = field;
        None
    }

    #[doc(hidden)]
    fn __bus_event(
        device: Entered<'_, Self>,
        cx: &mut Cx<'_, Self>,
        field: usize,
        event: BusEvent,
    ) {
        let _ = (device, cx, field, event);
    }

    #[doc(hidden)]
    fn __realize(&mut self, cx: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {
        let _ = cx;
        Ok(())
    }

    #[doc(hidden)]
    fn __unrealize(&mut self, cx: &mut Cx<'_, Self>) {
        let _ = cx;
    }

    #[doc(hidden)]
    fn __finalize(&mut self) {}

    #[doc(hidden)]
    fn __reset(&mut self, cx: &mut Cx<'_, Self>, phase: ResetPhase) {
        let _ = (cx, phase);
    }

    #[doc(hidden)]
    fn __save(&self, writer: &mut StateWriter) -> Result<(), StateError> {
        let _ = writer;
        Ok(())
    }

    #[doc(hidden)]
    fn __load(
        &mut self,
        cx: &mut Cx<'_, Self>,
        reader: &mut StateReader<'_>,
    ) -> Result<(), StateError> {
        let _ = (cx, reader);
        Ok(())
    }
}

/// A device as its handlers see it: `&mut D` under the lock [`Exclusive`](crate::Exclusive), `&D`
/// under [`Shared`](crate::Shared).
pub type Entered<'a, D> = <<D as Device>::Lock as Locking<D>>::Ref<'a>;

/// The handler of a region of registers. Named by `#[region(io, ops = ..)]`; without `ops` the device
/// implements it for itself.
///
/// `offset` is in bytes from the start of the region; `size` is 1, 2, 4 or 8 bytes, as
/// `#[region(implemented(..))]` says. Several elements of an array of regions share one handler:
/// [`Cx::element`] tells them apart. A handler that panics poisons its device, and that device alone.
pub trait Ops {
    /// The device whose registers these are.
    type Device: Device;

    /// The guest reads. Bits beyond `size` are ignored.
    fn read(
        device: Entered<'_, Self::Device>,
        cx: &mut Cx<'_, Self::Device>,
        offset: u64,
        size: u8,
    ) -> u64;

    /// The guest writes. Bits beyond `size` are 0.
    fn write(
        device: Entered<'_, Self::Device>,
        cx: &mut Cx<'_, Self::Device>,
        offset: u64,
        size: u8,
        value: u64,
    );
}

/// The phases of a reset, in order. In each phase children come before their parents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ResetPhase {
    /// The device's own state goes to its reset values; nothing outside is touched.
    Enter,
    /// Effects on others: interrupt lines go to their reset level.
    Hold,
    /// The reset is over: what must start by itself starts.
    Exit,
}
