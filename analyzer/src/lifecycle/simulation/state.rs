//! What exists while a way is walked: regions, address spaces, children, and who they belong to.

use crate::lifecycle::RegionKind;
use crate::trace::{Event, Guard, Place, Question, Root, Value};

/// Who owns or holds something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Node<'t> {
    /// The device whose way is walked.
    Device,
    /// Another object, by its place.
    Object(&'t Place),
    /// Nobody: the machine.
    Nobody,
    /// Somebody else, who is not known but is not the device.
    Stranger,
    /// Not known.
    Unknown,
}

impl<'t> Node<'t> {
    /// The object that an owner argument names.
    pub(super) fn named(value: &'t Value) -> Self {
        match value {
            Value::Null => Self::Nobody,
            Value::Address(place) if place.is_object() => Self::Device,
            Value::Address(place) => match place.root {
                Root::Object | Root::Heap(_) => Self::Object(place),
                Root::Unowned(_) => Self::Nobody,
                _ => Self::Unknown,
            },
            _ => Self::Unknown,
        }
    }
}

/// Where a region is contained.
#[derive(Clone, Debug)]
pub(super) struct Containment<'t> {
    /// The container, as the addition names it.
    pub(super) container: &'t Value,
    /// The event that added it.
    pub(super) added: usize,
    /// Whether a deletion that may or may not have run would have taken it out.
    pub(super) perhaps_not: bool,
}

/// A region.
#[derive(Clone, Debug)]
pub(super) struct Region<'t> {
    pub(super) place: &'t Place,
    pub(super) owner: Node<'t>,
    pub(super) kind: Option<RegionKind>,
    /// The event that initialised it; a region that was never initialised in sight has none.
    pub(super) init: Option<usize>,
    /// Whether it is a child of its owner.
    pub(super) is_child: bool,
    pub(super) contained: Vec<Containment<'t>>,
    /// Whether it was finalized.
    pub(super) finalized: bool,
}

/// An address space.
#[derive(Clone, Debug)]
pub(super) struct Space<'t> {
    pub(super) place: &'t Place,
    pub(super) root: &'t Value,
    pub(super) made: usize,
    /// Whether an event that may or may not have run would have ended it.
    pub(super) perhaps_not: bool,
}

/// A child object.
#[derive(Clone, Debug)]
pub(super) struct Child<'t> {
    pub(super) place: &'t Place,
    pub(super) parent: Node<'t>,
}

/// How surely one thing undoes another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// It concerns something else.
    None,
    /// It may.
    Perhaps,
    /// It does.
    Surely,
}

/// Whether what happens at `later` happens on every way on which `earlier` did, and to the same
/// place.
pub(super) fn reach(later: (&Event, &Place), earlier: (&Event, &Place)) -> Reach {
    let (event, place) = later;
    let (made, region) = earlier;
    if !place.may_be(region) || excluded(event, made) {
        return Reach::None;
    }
    let same = place == region || place.is_one_of_many();
    if same && event.guards.iter().all(|guard| implied(guard, &made.guards, region)) {
        Reach::Surely
    } else {
        Reach::Perhaps
    }
}

/// Whether the two can't happen in one life. Whether there is a region, or what holds it, may be
/// answered this way before the region is made and that way afterwards.
pub(in crate::lifecycle) fn excluded(one: &Event, other: &Event) -> bool {
    let of_itself = |guard: &Guard, event: &Event| match &guard.asks {
        Question::Pointer(to) => event.region.places().iter().any(|region| region.is_within(to)),
        _ => false,
    };
    one.guards.iter().any(|guard| {
        let opposite = other.guards.iter().any(|known| guard.excludes(known));
        opposite && !of_itself(guard, one) && !of_itself(guard, other)
    })
}

/// Whether two sets of conditions can't hold in one life.
pub(super) fn exclude(one: &[Guard], other: &[Guard]) -> bool {
    one.iter().any(|guard| other.iter().any(|known| guard.excludes(known)))
}

/// Whether `event` does not tell by its conditions that `made` happened: then `made` may not have,
/// unless the region's very existence, or whoever makes the device, decides about it.
pub(super) fn may_not_have(made: &Event, event: &Event, init: Option<&Event>) -> bool {
    let told = |guard: &Guard| {
        guard.is_choice
            || event.guards.contains(guard)
            || init.is_some_and(|init| init.guards.contains(guard))
    };
    !made.guards.iter().all(told)
}

/// Whether a condition of a deletion holds wherever the region was added: it is a condition of the
/// addition too, it asks whether there is something to delete, or it asks for the way there.
fn implied(guard: &Guard, known: &[Guard], region: &Place) -> bool {
    known.contains(guard)
        || match &guard.asks {
            Question::Contained(place) => guard.holds && place.may_be(region),
            Question::Pointer(place) => guard.holds && region.is_within(place),
            // What it asks is asked by the guards beside it.
            Question::Whole => true,
            Question::Open => false,
        }
}
