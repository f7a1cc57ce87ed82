//! What the derive asks of the types of fields, and of the constants in attributes.
//!
//! The traits exist for their messages: a field of the wrong type is reported at the field, with the
//! type that belongs there. The functions are evaluated at compile time, on [`Meta`].

use crate::bus::{AnyBus, Bus, BusType};
use crate::cx::Cx;
use crate::device::{Device, Entered, Ops};
use crate::handle::{Child, ChildCell, Link};
use crate::io::RegionKey;
use crate::irq::{IrqIn, IrqOut};
use crate::meta::{Inside, Meta, RegionKind, RegionMeta, Size};
use crate::property::{DefaultValue, ValueKind};
use crate::region::{Kind, Region};
use crate::state::{StateError, StateField, StateReader, StateWriter};
use std::array::from_fn;
use std::sync::Arc;

/// A field with `#[region(..)]`.
#[diagnostic::on_unimplemented(
    message = "a region of this kind has the type `Region<{K}>`, not `{Self}`",
    label = "this must be `Region<{K}>`, or an array of them"
)]
pub trait RegionField<K: Kind> {
    /// How many regions.
    const COUNT: u16;
    /// The field, where it is number `field` among the regions.
    fn new(field: u16) -> Self;
}

impl<K: Kind> RegionField<K> for Region<K> {
    const COUNT: u16 = 1;

    fn new(field: u16) -> Self {
        Self::__new(RegionKey { field, element: 0 })
    }
}

impl<K: Kind, const N: usize> RegionField<K> for [Region<K>; N] {
    const COUNT: u16 = count(N);

    fn new(field: u16) -> Self {
        from_fn(|element| Region::__new(RegionKey { field, element: element as u16 }))
    }
}

/// A field with `#[irq(out)]`.
#[diagnostic::on_unimplemented(
    message = "a line that the device drives has the type `IrqOut`, not `{Self}`",
    label = "this must be `IrqOut`, or an array of them"
)]
pub trait IrqOutField {
    /// How many lines.
    const COUNT: u16;
    /// New lines, all low.
    fn new() -> Self;
    /// The lines.
    fn lines(&self) -> &[IrqOut];
}

impl IrqOutField for IrqOut {
    const COUNT: u16 = 1;

    fn new() -> Self {
        Self::default()
    }

    fn lines(&self) -> &[IrqOut] {
        std::slice::from_ref(self)
    }
}

impl<const N: usize> IrqOutField for [IrqOut; N] {
    const COUNT: u16 = count(N);

    fn new() -> Self {
        from_fn(|_| IrqOut::default())
    }

    fn lines(&self) -> &[IrqOut] {
        self
    }
}

/// A field with `#[irq(in, ..)]`.
#[diagnostic::on_unimplemented(
    message = "a line that the device follows has the type `IrqIn`, not `{Self}`",
    label = "this must be `IrqIn`, or an array of them"
)]
pub trait IrqInField {
    /// How many lines.
    const COUNT: u16;
    /// The lines.
    fn new() -> Self;
}

impl IrqInField for IrqIn {
    const COUNT: u16 = 1;

    fn new() -> Self {
        Self::default()
    }
}

impl<const N: usize> IrqInField for [IrqIn; N] {
    const COUNT: u16 = count(N);

    fn new() -> Self {
        from_fn(|_| IrqIn::default())
    }
}

/// A field with `#[child]`.
#[diagnostic::on_unimplemented(
    message = "a part of a device has the type `Child<..>`, not `{Self}`",
    label = "this must be `Child<..>`, or an array of them"
)]
pub trait ChildField {
    /// The type of the children.
    type Device: Device;
    /// How many children.
    const COUNT: u16;
    /// The field without its children.
    fn new() -> Self;
    /// Takes a child in.
    fn adopt(&mut self, element: u16, child: &ChildCell);
}

impl<T: Device> ChildField for Child<T> {
    type Device = T;
    const COUNT: u16 = 1;

    fn new() -> Self {
        Self::default()
    }

    fn adopt(&mut self, _: u16, child: &ChildCell) {
        self.__adopt(child);
    }
}

impl<T: Device, const N: usize> ChildField for [Child<T>; N] {
    type Device = T;
    const COUNT: u16 = count(N);

    fn new() -> Self {
        from_fn(|_| Child::default())
    }

    fn adopt(&mut self, element: u16, child: &ChildCell) {
        self[usize::from(element)].__adopt(child);
    }
}

/// A field with `#[linked]`.
#[diagnostic::on_unimplemented(
    message = "a reference to another device has the type `Link<..>`, not `{Self}`",
    label = "this must be `Link<..>`"
)]
pub trait LinkField {
    /// The type of the device that it refers to.
    type Device: Device;
    /// A reference to nothing.
    fn new() -> Self;
    /// Sets it; false if the device is of another type.
    fn set(&mut self, target: Option<&ChildCell>) -> bool;
}

impl<T: Device> LinkField for Link<T> {
    type Device = T;

    fn new() -> Self {
        Self::default()
    }

    fn set(&mut self, target: Option<&ChildCell>) -> bool {
        self.__set(target)
    }
}

/// A field with `#[bus(B)]`.
#[diagnostic::on_unimplemented(
    message = "a bus of this type has the type `Bus<{B}>`, not `{Self}`",
    label = "this must be `Bus<{B}>`"
)]
pub trait BusField<B: BusType> {
    /// The bus, whatever its type.
    fn any(&self) -> Arc<dyn AnyBus>;
}

impl<B: BusType> BusField<B> for Bus<B> {
    fn any(&self) -> Arc<dyn AnyBus> {
        self.__any()
    }
}

/// A field that nobody says the start of.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no default to start as",
    label = "say `#[init(..)]`, or implement `Default` for the type"
)]
pub trait Initial {
    /// What the field starts as.
    fn initial() -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Default> Initial for T {
    fn initial() -> Self {
        Self::default()
    }
}

/// A field with `#[state]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be saved",
    label = "a `#[state]` field is `serde::Serialize` and `serde::Deserialize`"
)]
pub trait Saved {
    /// Writes the field.
    fn save(
        &self,
        name: &'static str,
        since: u32,
        writer: &mut StateWriter,
    ) -> Result<(), StateError>;
    /// Reads the field.
    fn load(
        &mut self,
        name: &'static str,
        since: u32,
        reader: &mut StateReader<'_>,
    ) -> Result<(), StateError>;
}

#[diagnostic::do_not_recommend]
impl<T: StateField> Saved for T {
    fn save(
        &self,
        name: &'static str,
        since: u32,
        writer: &mut StateWriter,
    ) -> Result<(), StateError> {
        writer.field(name, since, self)
    }

    fn load(
        &mut self,
        name: &'static str,
        since: u32,
        reader: &mut StateReader<'_>,
    ) -> Result<(), StateError> {
        reader.field(name, since, self)
    }
}

/// Whoever answers for a region of `D`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not answer for the registers of `{D}`",
    label = "this must implement `Ops` with `type Device = {D}`",
    note = "`ops = ..` names a type that implements `Ops`; without it the device does so itself"
)]
pub trait OpsFor<D: Device> {
    /// The guest reads.
    fn read(device: Entered<'_, D>, cx: &mut Cx<'_, D>, offset: u64, size: u8) -> u64;
    /// The guest writes.
    fn write(device: Entered<'_, D>, cx: &mut Cx<'_, D>, offset: u64, size: u8, value: u64);
}

#[diagnostic::do_not_recommend]
impl<D: Device, T: Ops<Device = D>> OpsFor<D> for T {
    fn read(device: Entered<'_, D>, cx: &mut Cx<'_, D>, offset: u64, size: u8) -> u64 {
        <T as Ops>::read(device, cx, offset, size)
    }

    fn write(device: Entered<'_, D>, cx: &mut Cx<'_, D>, offset: u64, size: u8, value: u64) {
        <T as Ops>::write(device, cx, offset, size, value);
    }
}

/// A property as the size of a region sees it.
#[diagnostic::on_unimplemented(
    message = "a size can't be computed from a `{Self}`",
    label = "a size is computed from properties that are integers or `bool`"
)]
pub trait SizeInput {
    /// What stands for the property.
    type Input;
    /// The value of the property.
    fn input(&self) -> Self::Input;
}

macro_rules! size_input {
    ($($number:ty)*) => {$(
        impl SizeInput for $number {
            type Input = u64;

            fn input(&self) -> u64 {
                *self as u64
            }
        }
    )*};
}

size_input! { u8 u16 u32 u64 usize i8 i16 i32 i64 isize }

impl SizeInput for bool {
    type Input = Self;

    fn input(&self) -> Self {
        *self
    }
}

/// A type that a device can have inside.
#[diagnostic::on_unimplemented(
    message = "a device can't have a `{Self}` inside",
    label = "what is in a device is `Send`: its handlers run on several threads"
)]
pub trait Inner {}

#[diagnostic::do_not_recommend]
impl<T: Send> Inner for T {}

/// Does nothing; says that `T` is in a device.
pub const fn has_inside<T: Inner>() {}

/// What a property starts as.
pub fn start<T>(default: Option<T>) -> T {
    default.expect("a default has the type of its field: checked where the device is declared")
}

/// The depth of a device with a child of depth `child`, and others below of `rest`.
pub const fn deeper(child: usize, rest: usize) -> usize {
    if child < rest { rest } else { child + 1 }
}

/// Whether the range of a property has a value in it.
pub const fn has_range(meta: &Meta, property: usize) -> bool {
    let property = &meta.properties[property];
    property.min <= property.max
}

/// Whether the default of a property is of its type and in its range.
pub const fn has_default(meta: &Meta, property: usize) -> bool {
    let property = &meta.properties[property];
    match (property.default, property.kind) {
        (DefaultValue::Bool(_), ValueKind::Bool) | (DefaultValue::Text(_), ValueKind::Text) => true,
        (DefaultValue::Number(number), ValueKind::Number) => {
            property.min <= number && number <= property.max
        }
        _ => false,
    }
}

/// Whether a field of state is no newer than the device.
pub const fn is_known(meta: &Meta, state: usize) -> bool {
    meta.states[state].since <= meta.version
}

/// Whether a field of lines has this many.
pub const fn has_lines(meta: &Meta, irq: usize, count: u16) -> bool {
    meta.irqs[irq].count == count
}

/// Whether a region has a size.
pub const fn has_size(meta: &Meta, region: usize) -> bool {
    !matches!(meta.regions[region].size, Size::Fixed(0))
}

/// Whether the elements of an array of regions leave each other alone.
pub const fn has_stride(meta: &Meta, region: usize) -> bool {
    Spot::of_region(meta, region).has_stride()
}

/// Whether the elements of an array of children leave each other alone.
pub const fn has_child_stride(meta: &Meta, child: usize) -> bool {
    Spot::of_child(meta, child).has_stride()
}

/// Whether a window shows nothing but its target.
pub const fn is_window(meta: &Meta, region: usize) -> bool {
    let seen = &meta.regions[region];
    match seen.kind {
        RegionKind::Alias { of, offset } => {
            let target = size(&meta.regions[of as usize]);
            target == 0 || offset as u128 + size(seen) <= target
        }
        _ => true,
    }
}

/// Whether a region lies within its container.
pub const fn is_inside(meta: &Meta, region: usize) -> bool {
    Spot::of_region(meta, region).is_inside(meta)
}

/// Whether a child lies within its container.
pub const fn is_child_inside(meta: &Meta, child: usize) -> bool {
    Spot::of_child(meta, child).is_inside(meta)
}

/// Whether a child has an export 0 to be mapped.
pub const fn has_export(meta: &Meta, child: usize) -> bool {
    export(meta.children[child].device).is_some()
}

/// Whether two things in one container don't overlap, or a priority says which one is on top.
/// Each is a child or a region, by number.
pub const fn is_clear(
    meta: &Meta,
    one_is_child: bool,
    one: usize,
    other_is_child: bool,
    other: usize,
) -> bool {
    let (one, other) = (Spot::of(meta, one_is_child, one), Spot::of(meta, other_is_child, other));
    if one.priority != other.priority || one.size == 0 || other.size == 0 {
        return true;
    }
    one.is_apart_from(other)
}

/// Where the elements of something are.
#[derive(Clone, Copy)]
struct Spot {
    container: usize,
    at: u128,
    stride: u128,
    count: u128,
    /// 0 if that is computed at realize.
    size: u128,
    priority: i32,
}

impl Spot {
    const fn of(meta: &Meta, is_child: bool, number: usize) -> Self {
        if is_child { Self::of_child(meta, number) } else { Self::of_region(meta, number) }
    }

    const fn of_region(meta: &Meta, region: usize) -> Self {
        let region = &meta.regions[region];
        Self::new(region.inside, region.count, size(region))
    }

    const fn of_child(meta: &Meta, child: usize) -> Self {
        let child = &meta.children[child];
        let size = match export(child.device) {
            Some(export) => size(export),
            None => 0,
        };
        Self::new(child.inside, child.count, size)
    }

    const fn new(inside: Option<Inside>, count: u16, size: u128) -> Self {
        let (container, at, stride, priority) = match inside {
            Some(inside) => (inside.field, inside.at, inside.stride, inside.priority),
            None => (0, 0, u64::MAX, 0),
        };
        Self {
            container: container as usize,
            at: at as u128,
            stride: stride as u128,
            count: count as u128,
            size,
            priority,
        }
    }

    const fn start(self, element: u128) -> u128 {
        self.at + element * self.stride
    }

    const fn end(self, element: u128) -> u128 {
        self.start(element) + self.size
    }

    const fn has_stride(self) -> bool {
        self.count == 1 || (self.stride != 0 && self.size <= self.stride)
    }

    const fn is_inside(self, meta: &Meta) -> bool {
        let container = size(&meta.regions[self.container]);
        container == 0 || self.end(self.count - 1) <= container
    }

    /// Goes along both, as in a merge: elements are in ascending order.
    const fn is_apart_from(self, other: Self) -> bool {
        let (mut mine, mut its) = (0, 0);
        while mine < self.count && its < other.count {
            if self.end(mine) <= other.start(its) {
                mine += 1;
            } else if other.end(its) <= self.start(mine) {
                its += 1;
            } else {
                return false;
            }
        }
        true
    }
}

const fn count(elements: usize) -> u16 {
    assert!(elements > 0 && elements <= u16::MAX as usize, "an array has 1 to 65,535 elements");
    elements as u16
}

/// The size of a region; 0 if that is computed at realize.
const fn size(region: &RegionMeta) -> u128 {
    match region.size {
        Size::Fixed(size) => size as u128,
        Size::Computed => 0,
    }
}

/// The region with export 0.
const fn export(meta: &'static Meta) -> Option<&'static RegionMeta> {
    let mut at = 0;
    while at < meta.regions.len() {
        if matches!(meta.regions[at].export, Some(0)) {
            return Some(&meta.regions[at]);
        }
        at += 1;
    }
    None
}
