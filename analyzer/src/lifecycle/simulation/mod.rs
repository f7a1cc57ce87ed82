//! The simulation: the events of a device along one lifecycle path, under an ownership model.
//!
//! It knows no rule. It keeps which regions are children of whom, in which containers they are, and
//! which address spaces exist; it notes what goes wrong on the way and who is still held at the end.

mod comparison;
mod deletion;
mod hold;
mod outcome;
mod path;
mod replay;
mod state;
#[cfg(test)]
mod tests;

pub(crate) use comparison::{Comparison, Difference};
pub use hold::StrongReference;
pub use outcome::Kind;
pub(crate) use outcome::{Outcome, Seen};
pub(crate) use path::{Step, Way, steps, ways};
pub(crate) use replay::{Replay, replay};
pub(super) use state::excluded;

use super::{Glue, LifecyclePath, OwnershipModel, Phase, RegionKind};
use crate::trace::{Event, Place, Trace, Value};
use crate::vocabulary::Op;
use deletion::Deletion;
use state::{Child, Containment, Node, Reach, Region, Space, may_not_have, reach};

/// The rules of the game.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Semantics {
    /// Which strong references there are.
    pub(crate) model: OwnershipModel,
    /// What the core does by itself; of objects that are no devices it does nothing.
    pub(crate) glue: Glue,
}

impl Semantics {
    /// The rules for one type: the core cleans up after devices only.
    pub(crate) fn applied(self, is_device: bool) -> Self {
        if is_device { self } else { self.without_glue() }
    }

    /// The same references in a core that does nothing by itself.
    pub(crate) fn without_glue(self) -> Self {
        Self { glue: Glue::default(), ..self }
    }
}
const OTHER_MEMORY: &str = "the pointer to it may point to other memory by then";

/// A way being walked.
struct Simulation<'t> {
    trace: &'t Trace,
    semantics: Semantics,
    way: Way,
    regions: Vec<Region<'t>>,
    spaces: Vec<Space<'t>>,
    children: Vec<Child<'t>>,
    /// Whether the children of the device have been released.
    released: bool,
    outcome: Outcome,
}

/// Walks one way; events in `without` do not happen.
pub(crate) fn simulate(
    trace: &Trace,
    semantics: Semantics,
    way: Way,
    without: &[usize],
) -> Outcome {
    let mut simulation = Simulation::new(trace, semantics, way);
    for step in steps(trace, way) {
        simulation.step(step, without);
    }
    simulation.doubt_what_failed();
    simulation.outcome
}

impl<'t> Simulation<'t> {
    fn new(trace: &'t Trace, semantics: Semantics, way: Way) -> Self {
        Self {
            trace,
            semantics,
            way,
            regions: Vec::new(),
            spaces: Vec::new(),
            children: Vec::new(),
            released: false,
            outcome: Outcome::default(),
        }
    }

    fn step(&mut self, step: Step, without: &[usize]) {
        match step {
            Step::Event(at) if without.contains(&at) => {}
            Step::Event(at) => self.event(at),
            Step::Unrealized | Step::RealizeFailed => self.glue(),
            Step::Dropped => self.drop_device(without),
        }
    }

    /// What a call has done that has failed, it may have undone, or not have done at all.
    fn doubt_what_failed(&mut self) {
        let Some(failure) = self.way.failure.map(|at| &self.trace.failures[at]) else { return };
        for seen in self.outcome.seen.iter_mut().filter(|seen| seen.doubt.is_none()) {
            if seen.events.iter().any(|at| failure.unsure.contains(at)) {
                seen.doubt = Some("the call that fails may not have done it");
            }
        }
    }

    fn event(&mut self, at: usize) {
        let trace = self.trace;
        let event = &trace.events[at];
        match (event.op, event.region.place()) {
            (Op::Init, Some(place)) => self.init(at, event, place),
            (Op::Add, Some(place)) => self.add(at, event, place),
            (Op::Delete, Some(place)) => self.delete(at, event, place),
            (Op::Add, None) => self.add_one_of(at, event),
            (Op::Delete, None) => self.delete_one_of(event),
            (Op::Unparent, Some(place)) => self.unparent(at, event, place),
            (Op::Free, Some(place)) => self.free(at, event, place),
            (Op::Query, Some(place)) => self.query(at, place),
            (Op::Child, Some(place)) => {
                let parent = Node::named(&event.owner);
                self.children.push(Child { place, parent });
            }
            (Op::SpaceInit, Some(place)) => {
                let root = &event.target;
                self.spaces.push(Space { place, root, made: at, perhaps_not: false });
            }
            (Op::SpaceDestroy, Some(place)) => self.end_space(event, place),
            _ => {}
        }
    }

    /// The region that a value points to.
    fn region_of(&self, value: &Value) -> Option<(usize, &Region<'t>)> {
        let place = value.place()?;
        let exact = self.regions.iter().position(|region| region.place == place);
        let at = exact.or_else(|| self.regions.iter().position(|one| one.place.may_be(place)))?;
        Some((at, &self.regions[at]))
    }

    fn exact(&mut self, place: &Place) -> Option<&mut Region<'t>> {
        self.regions.iter_mut().find(|region| region.place == place)
    }

    fn see(&mut self, kind: Kind, place: &Place, events: Vec<usize>, doubt: Option<&'static str>) {
        self.outcome.seen.push(Seen { kind, place: place.clone(), events, doubt });
    }

    fn init(&mut self, at: usize, event: &'t Event, place: &'t Place) {
        let known = self.exact(place).filter(|region| region.is_child);
        let contained = match known.and_then(|region| region.init) {
            Some(before) if self.is_another(event, before, place) => {
                self.exact(place).map(|region| std::mem::take(&mut region.contained))
            }
            Some(before) => {
                // Where it was contained is lost with what it was.
                self.forget_contents(place);
                let elsewhere = place.is_behind_pointer() || !place.is_known();
                let doubt = elsewhere.then_some(OTHER_MEMORY);
                self.see(Kind::DoubleInit, place, vec![before, at], doubt);
                None
            }
            None => {
                self.end_contents(at, place);
                None
            }
        };
        self.regions.retain(|region| region.place != place);
        self.regions.push(Region {
            place,
            owner: Node::named(&event.owner),
            kind: event.kind,
            init: Some(at),
            is_child: true,
            contained: contained.unwrap_or_default(),
            finalized: false,
        });
    }

    /// Whether an initialisation is that of another region than the one that event `before` made:
    /// the two exclude each other, or they are elements of an array that are not told apart.
    fn is_another(&self, event: &Event, before: usize, place: &Place) -> bool {
        let first = &self.trace.events[before];
        let same_call = event.location == first.location && event.stack == first.stack;
        excluded(event, first) || (place.is_one_of_many() && !same_call)
    }

    fn forget_contents(&mut self, place: &Place) {
        for region in &mut self.regions {
            let inside = region.place == place;
            region.contained.retain(|one| !inside && one.container.place() != Some(place));
        }
    }

    /// The region at a place, or one that was initialised out of sight.
    fn region_or_stranger(&mut self, place: &'t Place) -> &mut Region<'t> {
        let at = self.regions.iter().position(|region| region.place == place);
        let at = at.unwrap_or_else(|| {
            let like = self.regions.iter().find(|region| region.place.may_be(place));
            let owner = like.map_or(Node::Unknown, |region| region.owner);
            self.regions.push(Region {
                place,
                owner,
                kind: None,
                init: like.and_then(|region| region.init),
                is_child: false,
                contained: Vec::new(),
                finalized: false,
            });
            self.regions.len() - 1
        });
        &mut self.regions[at]
    }

    fn add(&mut self, at: usize, event: &'t Event, place: &'t Place) {
        let trace = self.trace;
        let region = self.region_or_stranger(place);
        let contained = region.contained.iter();
        let twice = contained.clone().find(|one| {
            let first = &trace.events[one.added];
            !one.perhaps_not && is_one_thing(place) && !excluded(event, first)
        });
        let twice = twice.map(|one| one.added);
        region.contained.retain(|one| one.added != at);
        let (container, perhaps_not) = (&event.container, false);
        region.contained.push(Containment { container, added: at, perhaps_not });
        if let Some(first) = twice {
            let doubt = may_not_have(&trace.events[first], event, None).then_some(CONDITIONAL);
            self.see(Kind::EndedInContainer, place, vec![first, at], doubt);
        }
    }

    fn delete(&mut self, at: usize, event: &'t Event, place: &'t Place) {
        if self.released && self.regions.iter().any(|one| one.place == place && one.finalized) {
            self.see(Kind::UseAfterFinalize, place, vec![at], None);
            return;
        }
        let mut found = false;
        for region in &mut self.regions {
            let trace = self.trace;
            let of = region.place;
            region.contained.retain_mut(|one| {
                let made = &trace.events[one.added];
                if !may_be_same(&event.container, one.container) {
                    return true;
                }
                let reach = reach((event, place), (made, of));
                found |= reach != Reach::None;
                one.perhaps_not |= reach == Reach::Perhaps;
                reach != Reach::Surely
            });
        }
        match Deletion::new(self.trace, event, place) {
            Some(deletion) if !found && self.is_loose(place) => {
                let mut events: Vec<usize> = deletion.adds.into_iter().take(1).collect();
                events.push(at);
                self.see(Kind::UnmatchedDelete, place, events, None);
            }
            Some(Deletion { unguarded: Some(add), .. }) if found => {
                self.see(Kind::UnmatchedDelete, place, vec![add, at], None);
            }
            _ => {}
        }
    }

    /// Whether the region is in sight and in no container at all: one that it is in under a name
    /// that is not told from another may be the one meant.
    fn is_loose(&self, place: &Place) -> bool {
        let mut same = self.regions.iter().filter(|region| region.place.may_be(place));
        self.exact_init(place) && same.all(|region| region.contained.is_empty())
    }

    fn exact_init(&self, place: &Place) -> bool {
        self.regions.iter().any(|region| region.place == place && region.init.is_some())
    }

    /// One of several regions is added.
    fn add_one_of(&mut self, at: usize, event: &'t Event) {
        for place in event.region.places() {
            let container = &event.container;
            let region = self.region_or_stranger(place);
            region.contained.retain(|one| one.added != at);
            region.contained.push(Containment { container, added: at, perhaps_not: true });
        }
    }

    /// One of several regions is deleted, or one that could not be followed, which may be any.
    fn delete_one_of(&mut self, event: &Event) {
        let places = event.region.places();
        let may_be =
            |place: &Place| places.is_empty() || places.iter().any(|one| one.may_be(place));
        for region in self.regions.iter_mut().filter(|region| may_be(region.place)) {
            let same = |one: &&mut Containment<'_>| may_be_same(&event.container, one.container);
            region.contained.iter_mut().filter(same).for_each(|one| one.perhaps_not = true);
        }
    }

    fn unparent(&mut self, at: usize, event: &Event, place: &'t Place) {
        if self.released && self.regions.iter().any(|one| one.place == place && one.finalized) {
            self.see(Kind::UseAfterFinalize, place, vec![at], None);
            return;
        }
        self.children.retain(|child| child.place != place);
        for region in &mut self.regions {
            if region.owner == Node::Object(place) {
                region.is_child = false;
                region.contained.clear();
            }
        }
        if self.semantics.model != OwnershipModel::RegionRefs {
            self.end_contents(at, place);
        }
        let trace = self.trace;
        let Some(region) = self.exact(place) else { return };
        let init = region.init.map(|init| &trace.events[init]);
        if init.is_some_and(|init| excluded(event, init)) {
            return;
        }
        region.is_child = false;
    }

    /// A region ends at `at`, or its memory is used for another: what it is in, or contains, shows.
    fn end_contents(&mut self, at: usize, place: &Place) {
        let detaches = self.semantics.model == OwnershipModel::SameOwnerUnreferenced;
        let trace = self.trace;
        let event = &trace.events[at];
        let renews = event.op == Op::Init;
        if renews && !is_one_thing(place) {
            return;
        }
        let mut faults = Vec::new();
        for region in &mut self.regions {
            let inside = region.place == place;
            let init = region.init.map(|init| &trace.events[init]);
            region.contained.retain(|one| {
                let contains = one.container.place() == Some(place);
                let made = &trace.events[one.added];
                if !(inside || contains) || excluded(event, made) {
                    return true;
                }
                // A finalized container lets go of what it contains.
                let harmless = !renews && (detaches || !inside);
                if !harmless && !one.perhaps_not {
                    faults.push((one.added, may_not_have(made, event, init)));
                }
                false
            });
        }
        for (added, perhaps) in faults {
            let doubt = perhaps.then_some(CONDITIONAL);
            self.see(Kind::EndedInContainer, place, vec![added, at], doubt);
        }
    }

    fn free(&mut self, at: usize, event: &Event, memory: &Place) {
        if memory.is_object() {
            return;
        }
        let mut seen = Vec::new();
        for at_region in 0..self.regions.len() {
            let region = &self.regions[at_region];
            let init = region.init.map(|init| &self.trace.events[init]);
            if !region.place.is_within(memory) || init.is_some_and(|init| excluded(event, init)) {
                continue;
            }
            let doubt = self.may_be_other_memory(region.place);
            let events: Vec<usize> = region.init.into_iter().chain([at]).collect();
            seen.extend(self.freed_in_container(at, region, doubt));
            if region.is_child && !self.released {
                seen.push((Kind::FreedWhileChild, region.place, events, doubt));
            } else if event.phase == Phase::Unrealize && self.is_live(region) {
                seen.push((Kind::FreedWhileLive, region.place, events, doubt));
            }
            self.regions[at_region].contained.clear();
        }
        for (kind, place, events, doubt) in seen {
            self.see(kind, place, events, doubt);
        }
    }

    fn freed_in_container(
        &self,
        at: usize,
        region: &Region<'t>,
        doubt: Option<&'static str>,
    ) -> Option<(Kind, &'t Place, Vec<usize>, Option<&'static str>)> {
        let events = &self.trace.events;
        let one = region.contained.iter().find(|one| !one.perhaps_not)?;
        let init = region.init.map(|init| &events[init]);
        let perhaps = may_not_have(&events[one.added], &events[at], init).then_some(CONDITIONAL);
        Some((Kind::EndedInContainer, region.place, vec![one.added, at], perhaps.or(doubt)))
    }

    /// Whether accesses may still be under way: only to a region that was once mapped.
    fn is_live(&self, region: &Region<'_>) -> bool {
        let accessed =
            !matches!(region.kind, None | Some(RegionKind::Alias | RegionKind::Container));
        let same = |place: &Place| place.may_be(region.place);
        let added = |event: &Event| event.op == Op::Add && event.region.places().iter().any(same);
        accessed
            && self.way.path == LifecyclePath::LateFinalize
            && self.trace.events.iter().any(added)
    }

    /// Whether a pointer leads to one region now and to another then: regions are made behind it in
    /// more than one place.
    fn may_be_other_memory(&self, place: &Place) -> Option<&'static str> {
        let is_init = |event: &&Event| event.op == Op::Init && event.region.place() == Some(place);
        let mut inits = self.trace.events.iter().filter(is_init);
        let first = inits.next();
        let other = place.is_behind_pointer()
            && first.is_some_and(|first| inits.any(|init| !excluded(first, init)));
        other.then_some("the pointer may lead to another region by then")
    }

    fn query(&mut self, at: usize, place: &Place) {
        let mut regions = self.regions.iter().filter(|region| region.place.may_be(place));
        let contained = regions.any(|region| !region.contained.is_empty());
        self.outcome.answers.push((at, contained));
    }

    fn end_space(&mut self, event: &Event, place: &Place) {
        let trace = self.trace;
        self.spaces.retain_mut(|space| {
            let reach = reach((event, place), (&trace.events[space.made], space.place));
            space.perhaps_not |= reach == Reach::Perhaps;
            reach != Reach::Surely
        });
    }

    /// What the core does after unrealize, and after a realize that failed.
    fn glue(&mut self) {
        let Glue { auto_delete, auto_unparent } = self.semantics.glue;
        let detaches = self.semantics.model == OwnershipModel::SameOwnerUnreferenced;
        for region in self.regions.iter_mut().filter(|region| region.owner == Node::Device) {
            // A region that is unparented ends, and where it can, it detaches itself.
            if auto_delete || (auto_unparent && detaches) {
                region.contained.clear();
            }
            region.is_child &= !auto_unparent;
        }
    }

    /// The last reference from outside goes.
    fn drop_device(&mut self, without: &[usize]) {
        let held = if self.semantics.model == OwnershipModel::Framework {
            Vec::new()
        } else {
            self.held()
        };
        self.outcome.seen.extend(held);
        if self.outcome.dies() {
            self.finalize(without);
        }
    }

    fn finalize(&mut self, without: &[usize]) {
        self.release_children();
        let trace = self.trace;
        for (at, event) in trace.events.iter().enumerate() {
            if event.phase == Phase::Finalize && !without.contains(&at) {
                self.event(at);
            }
        }
        self.left_over();
    }

    fn release_children(&mut self) {
        self.released = true;
        let children: Vec<&Place> = self.children.iter().map(|child| child.place).collect();
        for region in &mut self.regions {
            let owned = match region.owner {
                Node::Device => true,
                Node::Object(owner) => children.contains(&owner),
                _ => false,
            };
            if owned && region.is_child {
                region.finalized = true;
                region.contained.clear();
            }
        }
    }

    /// What is left when the device's memory is gone.
    fn left_over(&mut self) {
        let mut seen = Vec::new();
        for space in self.spaces.iter().filter(|space| is_embedded(space.place)) {
            seen.push((Kind::SpaceLeft, space.place, space.made, space.perhaps_not));
        }
        for region in self.regions.iter().filter(|region| is_embedded(region.place)) {
            if let (Node::Nobody, true, Some(init)) = (region.owner, region.is_child, region.init) {
                seen.push((Kind::NullOwner, region.place, init, false));
            }
        }
        for (kind, place, event, perhaps_not) in seen {
            let doubt = perhaps_not.then_some("a call under another condition may end it");
            self.see(kind, place, vec![event], doubt);
        }
    }
}

const CONDITIONAL: &str = "whether it was added depends on a condition";

/// Whether the place is the same memory whenever it is named.
fn is_one_thing(place: &Place) -> bool {
    place.is_known() && !place.is_behind_pointer() && !place.is_one_of_many()
}

/// Whether the memory is part of the device's own.
fn is_embedded(place: &Place) -> bool {
    place.root == crate::trace::Root::Object && !place.is_behind_pointer()
}

/// Whether two values may point to one container.
fn may_be_same(one: &Value, other: &Value) -> bool {
    let (one, other) = (one.places(), other.places());
    let same =
        |one: &Place, other: &Place| one.may_be(other) || !one.is_known() || !other.is_known();
    one.is_empty()
        || other.is_empty()
        || one.iter().any(|one| other.iter().any(|other| same(one, other)))
}
