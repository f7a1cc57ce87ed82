//! What goes wrong in the lives of all types, gathered by the place in the source that shows it.

use super::inits::FieldTable;
use super::models::Subject;
use super::simulation::{Kind, Seen, Semantics, Way, simulate, ways};
use super::{Cure, Evidence, LifecyclePath, Owner, Phase, RegionKind, Storage};
use crate::Executor;
use crate::model::{Location, Name};
use crate::objects::Objects;
use crate::trace::{Event, Guard, Place, Root, Trace, Value};
use crate::tree::{Tree, per_item};
use crate::vocabulary::Op;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Something that goes wrong in the life of a device.
#[derive(Clone, Debug)]
pub struct Observation {
    /// What.
    pub kind: Kind,
    /// The call that shows it.
    pub location: Location,
    /// The function that contains the call.
    pub function: Name,
    /// The types of which this holds, sorted.
    pub types: Vec<Name>,
    /// The phase in which the call is made.
    pub phase: Phase,
    /// The lifecycle paths on which it is seen, sorted.
    pub paths: Vec<LifecyclePath>,
    /// The region, child or address space, as `Struct.field[*].field`.
    pub region: String,
    /// What the region is; `None` if it is no region or was initialised out of sight.
    pub region_kind: Option<RegionKind>,
    /// Where its memory is.
    pub storage: Storage,
    /// Who owns it.
    pub owner: Owner,
    /// The container, or the root of the address space; empty if none is involved.
    pub container: String,
    /// Who owns the container.
    pub container_owner: Owner,
    /// Whether a device of one of the types may come and go while the machine runs, as far as its
    /// class says.
    pub pluggable: bool,
    /// The conditions under which the call is made, outermost first.
    pub guards: Vec<String>,
    /// Type table, calls, and the events that show it, in order.
    pub evidence: Vec<Evidence>,
    /// What was taken for granted, if anything: then it is only possible.
    pub doubt: Option<&'static str>,
    /// The life that the evidence is from; none if it is no path that shows it.
    pub witness: Option<Witness>,
    /// What would set it right, if it can be written.
    pub cure: Option<Cure>,
}

/// One life in which something goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// The type.
    pub ty: Name,
    /// The path.
    pub path: LifecyclePath,
}

/// What makes two observations of one type one: the same fault, at the same call, on the same region
/// in the same container.
type Key = (Location, Kind, String, String);

/// What makes observations of several types one: they are also seen on the same paths.
type SharedKey = (Key, Vec<LifecyclePath>, bool);

impl Observation {
    /// The same is seen of other types.
    fn add_types(&mut self, other: Self) {
        self.pluggable |= other.pluggable;
        self.types.extend(other.types);
        self.types.sort_unstable();
        self.types.dedup();
    }

    /// The same is seen on another path. What is sure on one path says nothing about another on
    /// which it is only possible: such paths are left out.
    fn add_path(&mut self, other: Self) {
        match (self.doubt, other.doubt) {
            (Some(_), None) => *self = other,
            (None, Some(_)) => {}
            _ => {
                self.paths.extend(other.paths);
                self.paths.sort_unstable();
                self.paths.dedup();
            }
        }
    }
}

/// What is needed to tell what goes wrong.
pub(crate) struct Observer<'o, 'a> {
    pub(crate) tree: &'o Tree<'a>,
    pub(crate) objects: &'o Objects<'o, 'a>,
    pub(crate) fields: &'o FieldTable<'o, 'a>,
}

impl Observer<'_, '_> {
    /// Gathers what goes wrong in the lives of all subjects, ordered by place.
    pub(crate) fn observe(
        &self,
        subjects: &[Subject],
        semantics: Semantics,
        executor: &dyn Executor,
    ) -> Vec<Observation> {
        let found = per_item(executor, "simulate", subjects.len(), &|at| {
            self.of_type(&subjects[at], semantics)
        });
        let mut gathered: BTreeMap<SharedKey, Observation> = BTreeMap::new();
        for (key, seen) in found.into_iter().flatten() {
            let key = (key, seen.paths.clone(), seen.doubt.is_some());
            match gathered.entry(key) {
                Entry::Vacant(entry) => {
                    entry.insert(seen);
                }
                Entry::Occupied(mut entry) => entry.get_mut().add_types(seen),
            }
        }
        gathered.into_values().collect()
    }

    fn of_type(&self, subject: &Subject, semantics: Semantics) -> BTreeMap<Key, Observation> {
        let mut found: BTreeMap<Key, Observation> = BTreeMap::new();
        if subject.is_uncertain {
            return found;
        }
        let semantics = semantics.applied(subject.is_device);
        for way in ways(&subject.trace, subject.is_device) {
            for seen in simulate(&subject.trace, semantics, way, &[]).seen {
                let Some((key, seen)) = self.observation(subject, way, &seen) else { continue };
                match found.entry(key) {
                    Entry::Vacant(entry) => {
                        entry.insert(seen);
                    }
                    Entry::Occupied(mut entry) => entry.get_mut().add_path(seen),
                }
            }
        }
        found
    }

    fn observation(&self, subject: &Subject, way: Way, seen: &Seen) -> Option<(Key, Observation)> {
        let trace = &*subject.trace;
        let event = &trace.events[*seen.events.last()?];
        let region = seen.place.to_string();
        let init = init_of(trace, &seen.place);
        let container = container_of(event);
        let observation = Observation {
            kind: seen.kind,
            location: event.location,
            function: self.function_at(event.location),
            types: vec![self.objects.get(subject.ty).name.clone()],
            phase: event.phase,
            paths: vec![way.path],
            region: region.clone(),
            region_kind: init.and_then(|init| init.kind),
            storage: storage_of(&seen.place),
            owner: init.map_or(Owner::Unknown, owner_named),
            container: container.map(ToString::to_string).unwrap_or_default(),
            container_owner: container.map_or(Owner::Unknown, |at| owner_of(trace, at)),
            pluggable: subject.is_device && self.objects.is_pluggable(subject.ty),
            guards: told(&event.guards),
            evidence: self.evidence(subject, way, seen),
            doubt: seen.doubt.or_else(|| self.doubt(trace, seen)),
            witness: Some(Witness {
                ty: self.objects.get(subject.ty).name.clone(),
                path: way.path,
            }),
            cure: None,
        };
        let key = (event.location, seen.kind, region, observation.container.clone());
        Some((key, observation))
    }

    /// Whether something that no callback leads to may have done what was not seen to be done.
    fn doubt(&self, trace: &Trace, seen: &Seen) -> Option<&'static str> {
        if seen.kind != Kind::UnmatchedDelete {
            return None;
        }
        let Some(field) = self.fields.innermost(&seen.place) else {
            return Some("who else adds the region is not known");
        };
        let traced = |at: &Location| {
            trace.events.iter().any(|event| event.op == Op::Add && event.location == *at)
        };
        let all = self.fields.of(&field).adds.iter().all(traced);
        (!all).then_some("the region is also added elsewhere")
    }

    fn function_at(&self, location: Location) -> Name {
        let mut items = self.tree.items_in(location.file);
        let inside = items.find(|&id| self.tree.item(id).span.contains(location.span));
        inside.map(|id| self.tree.name(id)).unwrap_or_default()
    }

    /// The type table, the way to the call, and the events in order.
    fn evidence(&self, subject: &Subject, way: Way, seen: &Seen) -> Vec<Evidence> {
        let trace = &*subject.trace;
        let ty = self.objects.get(subject.ty);
        let mut evidence = Vec::new();
        let mut push = |location, message: String| {
            let new = Evidence { location, message };
            if !evidence.contains(&new) {
                evidence.push(new);
            }
        };
        if let Some(location) = ty.location {
            push(location, format!("type `{}` is declared here", ty.name));
        }
        for &at in &seen.events {
            let event = &trace.events[at];
            for &call in &event.stack {
                push(call, "which leads here".to_owned());
            }
            push(event.location, happens(event));
        }
        if let Some(failure) = way.failure {
            push(trace.failures[failure].location, "realize fails here".to_owned());
        }
        evidence
    }
}

fn told(guards: &[Guard]) -> Vec<String> {
    guards.iter().filter(|guard| guard.is_telling()).map(ToString::to_string).collect()
}

/// What an event does, in words.
fn happens(event: &Event) -> String {
    let phase = event.phase.as_str();
    let region = &event.region;
    match event.op {
        Op::Init => {
            let owner = match owner_named(event) {
                Owner::SelfObject => "the device itself".to_owned(),
                Owner::Null => "nobody".to_owned(),
                Owner::Unknown => "somebody who is not known".to_owned(),
                Owner::Other(name) => format!("`{name}`"),
            };
            format!("{phase}: `{region}` is initialised, owned by {owner}")
        }
        Op::Add => format!("{phase}: `{region}` is added to `{}`", event.container),
        Op::Delete => format!("{phase}: `{region}` is deleted from `{}`", event.container),
        Op::Unparent => format!("{phase}: `{region}` is unparented"),
        Op::Free => format!("{phase}: `{region}` is freed"),
        Op::SpaceInit => {
            format!("{phase}: `{region}` becomes an address space of `{}`", event.target)
        }
        _ => format!("{phase}: `{region}`"),
    }
}

fn container_of(event: &Event) -> Option<&Value> {
    match event.op {
        Op::Add | Op::Delete => Some(&event.container),
        Op::SpaceInit => Some(&event.target),
        _ => None,
    }
}

fn init_of<'t>(trace: &'t Trace, place: &Place) -> Option<&'t Event> {
    let is_init = |event: &&Event| {
        event.op == Op::Init && event.region.place().is_some_and(|region| region.may_be(place))
    };
    trace.events.iter().find(is_init)
}

fn owner_of(trace: &Trace, container: &Value) -> Owner {
    let Some(place) = container.place() else { return Owner::Unknown };
    if matches!(place.root, Root::Unowned(_)) {
        return Owner::Null;
    }
    init_of(trace, place).map_or(Owner::Unknown, owner_named)
}

/// The owner that an initialisation names.
pub(super) fn owner_named(init: &Event) -> Owner {
    match &init.owner {
        Value::Null => Owner::Null,
        Value::Address(place) if place.is_object() => Owner::SelfObject,
        Value::Address(place) => match place.root {
            Root::Object | Root::Heap(_) => Owner::Other(place.to_string().into()),
            _ => Owner::Unknown,
        },
        _ => Owner::Unknown,
    }
}

/// Where the memory of a region is.
pub(super) fn storage_of(region: &Place) -> Storage {
    match region.root {
        Root::Object if region.is_behind_pointer() => Storage::Heap,
        Root::Object => Storage::Embedded,
        Root::Heap(_) => Storage::Heap,
        _ => Storage::Unknown,
    }
}
