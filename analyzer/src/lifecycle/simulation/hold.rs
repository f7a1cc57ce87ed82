//! Who keeps whom alive when the last reference from outside is gone.

use super::Simulation;
use super::outcome::{Kind, Seen};
use super::state::{Node, Region};
use crate::lifecycle::OwnershipModel;
use crate::trace::{Place, Root, Value};

/// A strong reference that takes part in keeping a device, or a child of it, alive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StrongReference {
    /// Who holds it: `self`, a place, or who else there is.
    pub from: String,
    /// Whom it keeps alive.
    pub to: String,
    /// The region, child or address space through which it is held.
    pub place: String,
    /// The events that made it, as indices; none for that of a parent to its child.
    pub events: Vec<usize>,
    /// What was taken for granted, if anything: then it may not be there.
    pub doubt: Option<&'static str>,
}

/// A strong reference, and the events that made it.
struct Reference<'t> {
    from: Holder<'t>,
    to: Holder<'t>,
    /// The region or address space that shows it.
    place: &'t Place,
    events: Vec<usize>,
    doubt: Option<&'static str>,
}

/// What takes part in strong references.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holder<'t> {
    Object(Node<'t>),
    /// A region, by its number: only where regions are references of their own.
    Region(usize),
    /// An address space, which nobody holds and which is there until it is destroyed.
    Space,
}

const DEVICE: Holder<'static> = Holder::Object(Node::Device);
const PERHAPS: &str = "a call under another condition may undo it";

impl<'t> Simulation<'t> {
    /// What keeps the device, or a child of it, alive now.
    pub(super) fn held(&self) -> Vec<Seen> {
        let references = self.references();
        let mut seen = Vec::new();
        for reference in references.iter().filter(|one| !one.events.is_empty()) {
            let Some(kind) = judge(reference, &references) else { continue };
            seen.push(Seen {
                kind,
                place: reference.place.clone(),
                events: reference.events.clone(),
                doubt: reference.doubt,
            });
        }
        seen
    }

    /// The strong references by which the device, or a child of it, is kept alive now.
    pub(super) fn strong_references(&self) -> Vec<StrongReference> {
        if self.semantics.model == OwnershipModel::Framework {
            return Vec::new();
        }
        let references = self.references();
        let holding = references.iter().filter(|one| judge(one, &references).is_some());
        let mut told: Vec<StrongReference> = Vec::new();
        for reference in holding {
            let new = StrongReference {
                from: self.told(reference.from),
                to: self.told(reference.to),
                place: reference.place.to_string(),
                events: reference.events.clone(),
                doubt: reference.doubt,
            };
            if !told.contains(&new) {
                told.push(new);
            }
        }
        told
    }

    /// Who this is, in words.
    fn told(&self, holder: Holder<'_>) -> String {
        match holder {
            Holder::Object(Node::Device) => "self".to_owned(),
            Holder::Object(Node::Object(place)) => place.to_string(),
            Holder::Object(Node::Nobody) => "machine".to_owned(),
            Holder::Object(Node::Stranger) => "another object".to_owned(),
            Holder::Object(Node::Unknown) => "unknown".to_owned(),
            Holder::Region(at) => self.regions[at].place.to_string(),
            Holder::Space => "address space".to_owned(),
        }
    }

    fn references(&self) -> Vec<Reference<'t>> {
        let mut references: Vec<Reference<'t>> = self
            .children
            .iter()
            .map(|child| Reference {
                from: Holder::Object(child.parent),
                to: Holder::Object(Node::Object(child.place)),
                place: child.place,
                events: Vec::new(),
                doubt: None,
            })
            .collect();
        for (at, region) in self.regions.iter().enumerate() {
            self.own(at, region, &mut references);
            self.contain(at, region, &mut references);
        }
        for space in &self.spaces {
            let Some((at, root)) = self.region_of(space.root) else { continue };
            references.push(Reference {
                from: Holder::Space,
                to: self.referenced(at, root),
                place: space.place,
                events: root.init.into_iter().chain([space.made]).collect(),
                doubt: space.perhaps_not.then_some(PERHAPS),
            });
        }
        references
    }

    /// A region and its owner: where regions are references of their own, they hold each other.
    fn own(&self, at: usize, region: &Region<'t>, references: &mut Vec<Reference<'t>>) {
        if self.semantics.model != OwnershipModel::RegionRefs || !region.is_child {
            return;
        }
        let owner = Holder::Object(region.owner);
        let init: Vec<usize> = region.init.into_iter().collect();
        for (from, to, events) in
            [(owner, Holder::Region(at), Vec::new()), (Holder::Region(at), owner, init)]
        {
            references.push(Reference { from, to, place: region.place, events, doubt: None });
        }
    }

    fn contain(&self, at: usize, region: &Region<'t>, references: &mut Vec<Reference<'t>>) {
        for containment in &region.contained {
            let container = self.region_of(containment.container);
            let holder = match container {
                Some((number, container)) => self.referenced(number, container),
                None => Holder::Object(outside(containment.container)),
            };
            let model = self.semantics.model;
            let same = container.is_some_and(|(_, container)| container.owner == region.owner);
            if model == OwnershipModel::SameOwnerUnreferenced && same {
                continue;
            }
            let inits = container.and_then(|(_, container)| container.init);
            references.push(Reference {
                from: holder,
                to: self.referenced(at, region),
                place: region.place,
                events: inits.into_iter().chain(region.init).chain([containment.added]).collect(),
                doubt: containment.perhaps_not.then_some(PERHAPS),
            });
        }
    }

    /// Whom a reference to a region keeps alive, and by whom the region is kept.
    fn referenced(&self, at: usize, region: &Region<'t>) -> Holder<'t> {
        match self.semantics.model {
            OwnershipModel::RegionRefs => Holder::Region(at),
            _ => Holder::Object(region.owner),
        }
    }
}

/// The owner of a container that was not initialised in sight.
fn outside(container: &Value) -> Node<'_> {
    match container.place().map(|place| &place.root) {
        Some(Root::Unowned(_)) => Node::Nobody,
        Some(Root::Parameter(_) | Root::Result(..) | Root::Global(_)) => Node::Stranger,
        _ => Node::Unknown,
    }
}

/// What a reference means for the device.
fn judge(reference: &Reference<'_>, all: &[Reference<'_>]) -> Option<Kind> {
    let from = reference.from;
    let device = is_or_reaches(reference.to, DEVICE, all);
    match from {
        Holder::Space if device => Some(Kind::HeldBySpace),
        Holder::Space => None,
        Holder::Object(Node::Nobody | Node::Stranger) => device.then_some(Kind::StaleMapping),
        Holder::Object(Node::Unknown) => None,
        _ if device && is_or_reaches(DEVICE, from, all) => Some(Kind::HeldByCycle),
        _ if is_child(from, all) && is_or_reaches(reference.to, from, all) => Some(Kind::ChildHeld),
        _ => None,
    }
}

fn is_child(holder: Holder<'_>, all: &[Reference<'_>]) -> bool {
    is_or_reaches(DEVICE, holder, all)
}

fn is_or_reaches(from: Holder<'_>, to: Holder<'_>, all: &[Reference<'_>]) -> bool {
    let mut reached = vec![from];
    let mut at = 0;
    while let Some(&holder) = reached.get(at) {
        if holder == to {
            return true;
        }
        at += 1;
        if holder == Holder::Object(Node::Unknown) {
            continue;
        }
        for reference in all.iter().filter(|one| one.from == holder) {
            if !reached.contains(&reference.to) {
                reached.push(reference.to);
            }
        }
    }
    false
}
