//! Deciding about one call in one type: what would be different without it.

use super::elsewhere::Elsewhere;
use super::frees::Frees;
use super::inits::{Field, FieldInit, FieldTable};
use super::observe::{owner_named, storage_of};
use super::simulation::{Comparison, Difference, Kind};
use super::{Glue, ModelFacts, Owner, OwnershipModel, Phase, RegionKind, Storage, Verdict};
use crate::contexts::ContextTable;
use crate::model::Location;
use crate::objects::{Objects, TypeId, field_type};
use crate::trace::{Event, Followed, OpaqueCall, Place, Root, Step, Trace, Value};
use crate::tree::Tree;
use crate::vocabulary::Op;

/// What one type's trace says about a call.
#[derive(Clone, Debug)]
pub(crate) struct Decision {
    pub(crate) verdict: Verdict,
    pub(crate) reason: String,
    pub(crate) owner: Owner,
    pub(crate) container_owner: Owner,
    pub(crate) storage: Storage,
    /// The call's own events, as indices into the trace.
    pub(crate) own: Vec<usize>,
    /// The region's initialisation and its kind.
    pub(crate) init: Option<(Location, Option<RegionKind>)>,
    /// Where the initialisation names the owner.
    pub(crate) owner_location: Option<Location>,
    /// Calls that add the region.
    pub(crate) adds: Vec<Location>,
    /// Whether the calls that add it are not on the walk.
    adds_elsewhere: bool,
    /// Whether realize initialises the region, so that it does so again when realized again.
    init_in_realize: bool,
}

/// One type, its trace, and the call's events in it.
pub(crate) struct Case<'d, 'a> {
    pub(crate) tree: &'d Tree<'a>,
    pub(crate) objects: &'d Objects<'d, 'a>,
    pub(crate) facts: &'d ModelFacts,
    pub(crate) fields: &'d FieldTable<'d, 'a>,
    pub(crate) contexts: &'d ContextTable<'d, 'a>,
    pub(crate) elsewhere: &'d Elsewhere<'d, 'a>,
    pub(crate) ty: TypeId,
    pub(crate) trace: &'d Trace,
}

impl Case<'_, '_> {
    /// Decides about the call whose events are `own`.
    pub(crate) fn decide(&self, own: Vec<usize>) -> Decision {
        let mut decision = Decision {
            verdict: Verdict::Unknown,
            reason: String::new(),
            owner: Owner::Unknown,
            container_owner: Owner::Unknown,
            storage: Storage::Unknown,
            own,
            init: None,
            owner_location: None,
            adds: Vec::new(),
            adds_elsewhere: false,
            init_in_realize: false,
        };
        let (verdict, reason) = self.judge(&mut decision);
        Decision { verdict, reason, ..decision }
    }

    /// An unparent that is redundant by its reasons must be so in every life of the device; deletions
    /// are judged by their lives in the first place.
    fn proven(&self, decision: &Decision, verdict: Verdict, reason: String) -> (Verdict, String) {
        if verdict != Verdict::Redundant || decision.adds_elsewhere {
            return (verdict, reason);
        }
        match self.without(&decision.own).difference(self.facts.semantics()) {
            Some(difference) => (Verdict::RequiredByModel, difference.to_string()),
            None => (verdict, reason),
        }
    }

    fn event(&self, at: usize) -> &Event {
        &self.trace.events[at]
    }

    fn judge(&self, decision: &mut Decision) -> (Verdict, String) {
        let Some(&first) = decision.own.first() else {
            return unknown("the walk through the type's callbacks does not reach this call");
        };
        if self.objects.is_uncertain(self.ty, &[Phase::Init, Phase::Realize, Phase::Unrealize]) {
            return unknown("which callback the type has depends on a condition");
        }
        if self.trace.truncated {
            return unknown("the type's callbacks are too large to be walked to their end");
        }
        let Some(region) = self.one_region(&decision.own) else {
            return self.one_of_several(&decision.own);
        };
        if matches!(region.root, Root::Global(_)) {
            return unknown("the region is static, and all objects share it");
        }
        decision.storage = storage_of(region);
        self.find_region(region, decision);
        decision.container_owner = match &self.event(first).container {
            Value::Address(container) | Value::Maybe(container) => self.owner(container),
            _ => Owner::Unknown,
        };
        let phases: Vec<Phase> = decision.own.iter().map(|&at| self.event(at).phase).collect();
        if decision.owner == Owner::Unknown {
            return self.foreign_by_structure(region);
        }
        if phases.iter().all(|phase| *phase == Phase::Finalize) {
            return self.in_finalize(decision);
        }
        if phases.contains(&Phase::Unparent) {
            return unknown(
                "it runs when the device is unparented, which need not follow an unrealize",
            );
        }
        if phases.contains(&Phase::Finalize) {
            return (Verdict::Mixed, "it runs in teardown and again in the finalizer".to_owned());
        }
        if decision.owner != Owner::SelfObject {
            return (Verdict::ForeignOwner, foreign_reason(&decision.owner));
        }
        if let Some(verdict) = self.outside_teardown(decision) {
            return verdict;
        }
        match self.event(first).op {
            Op::Delete => self.delete(decision, region),
            _ => {
                let (verdict, reason) = self.unparent(decision, region);
                self.proven(decision, verdict, reason)
            }
        }
    }

    /// Fills in what the trace knows of the region.
    fn find_region(&self, region: &Place, decision: &mut Decision) {
        decision.owner = self.owner(region);
        decision.adds = self.find(Op::Add, region).map(|at| self.event(at).location).collect();
        if self.find(Op::Init, region).next().is_none() {
            self.find_by_field(region, decision);
        }
        if let Some(init) = self.find(Op::Init, region).next().map(|at| self.event(at)) {
            decision.init = Some((init.location, init.kind));
            decision.owner_location = Some(init.owner_location);
            decision.init_in_realize = init.phase == Phase::Realize;
        }
    }

    /// A region that is a field of the object itself, and that another object makes it initialise: what
    /// the whole tree says about the field holds for it.
    fn find_by_field(&self, region: &Place, decision: &mut Decision) {
        let (Root::Object, [Step::Field(record, name)]) = (&region.root, &region.path[..]) else {
            return;
        };
        let embedded = field_type(self.tree, record, name).is_some_and(|ty| ty.pointers == 0);
        if !embedded || !self.objects.instances(self.ty).contains(record) {
            return;
        }
        let facts = self.fields.of(&Field { record: record.clone(), name: name.clone() });
        if facts.owner() != Owner::SelfObject {
            return;
        }
        decision.owner = Owner::SelfObject;
        decision.init = facts.inits.first().map(|init| (init.location, init.kind));
        if decision.adds.is_empty() {
            decision.adds.clone_from(&facts.adds);
            decision.adds_elsewhere = true;
        }
    }

    /// The region of all events, if it is the same place in all.
    fn one_region(&self, own: &[usize]) -> Option<&Place> {
        let mut places = own.iter().map(|&at| self.event(at).region.place());
        let first = places.next()??;
        places.all(|place| place == Some(first)).then_some(first)
    }

    /// If one of the regions that it may be belongs to somebody else, the call must stay for that one.
    fn one_of_several(&self, own: &[usize]) -> (Verdict, String) {
        let several = own.iter().filter_map(|&at| match &self.event(at).region {
            Value::OneOf(places) => Some(places.iter()),
            _ => None,
        });
        let foreign = several.flatten().find_map(|place| match self.owner(place) {
            Owner::SelfObject => None,
            Owner::Unknown => match self.foreign_by_structure(place) {
                (Verdict::ForeignOwner, reason) => Some((place, reason)),
                _ => None,
            },
            owner => Some((place, foreign_reason(&owner))),
        });
        match foreign {
            Some((place, reason)) => {
                (Verdict::ForeignOwner, format!("it may be `{place}`, and then {reason}"))
            }
            None => unknown("the region is not one place"),
        }
    }

    fn find<'s>(&'s self, op: Op, region: &'s Place) -> impl Iterator<Item = usize> + 's {
        self.trace
            .events
            .iter()
            .enumerate()
            .filter(move |(_, event)| {
                event.op == op && event.region.place().is_some_and(|place| place.may_be(region))
            })
            .map(|(at, _)| at)
    }

    /// The owner that every initialisation of the region names.
    fn owner(&self, region: &Place) -> Owner {
        if matches!(region.root, Root::Unowned(_)) && region.path.is_empty() {
            return Owner::Null;
        }
        let mut owners = self.find(Op::Init, region).map(|at| owner_named(self.event(at)));
        let Some(first) = owners.next() else { return Owner::Unknown };
        if owners.all(|owner| owner == first) { first } else { Owner::Unknown }
    }

    /// A region without a known initialisation still belongs to somebody else if it lies in a
    /// structure that is no part of this object.
    fn foreign_by_structure(&self, region: &Place) -> (Verdict, String) {
        let mut owners: Vec<Owner> =
            self.find(Op::Init, region).map(|at| owner_named(self.event(at))).collect();
        owners.dedup();
        match owners[..] {
            [] => {}
            [_] => return unknown("the owner that its initialisation names could not be followed"),
            _ => return unknown("the region is initialised for different owners"),
        }
        let record = match (&region.root, region.path.first()) {
            (Root::Object, _) => None,
            (_, Some(Step::Field(record, _))) => Some(record),
            _ => None,
        };
        let Some(record) = record.filter(|record| !record.is_empty()) else {
            return unknown(
                "no initialisation of the region is in sight, so its owner is not known",
            );
        };
        if !self.objects.is_instance(record) || self.objects.instances(self.ty).contains(record) {
            return unknown(
                "no initialisation of the region is in sight, so its owner is not known",
            );
        }
        let ty = &self.objects.get(self.ty).name;
        (Verdict::ForeignOwner, format!("the region lies in a `{record}`, which is not a `{ty}`"))
    }

    fn in_finalize(&self, decision: &Decision) -> (Verdict, String) {
        match decision.owner {
            Owner::SelfObject => (
                Verdict::AfterFinalize,
                "children are released before `instance_finalize` runs, so the region is already \
                 finalized"
                    .to_owned(),
            ),
            _ => (Verdict::ForeignOwner, foreign_reason(&decision.owner)),
        }
    }

    /// Calls that construction makes, be it to undo itself.
    fn outside_teardown(&self, decision: &Decision) -> Option<(Verdict, String)> {
        let building = |at: &&usize| matches!(self.event(**at).phase, Phase::Init | Phase::Realize);
        let construction: Vec<_> = decision.own.iter().filter(building).collect();
        let rollback = construction.iter().all(|at| self.event(**at).rollback);
        let teardown = decision.own.len() > construction.len();
        match (construction.is_empty(), rollback, teardown) {
            (true, ..) | (false, true, true) => None,
            (false, true, false) => {
                Some((Verdict::ErrorPath, "it only undoes a realize that failed".to_owned()))
            }
            (false, false, true) if construction.iter().all(|at| self.event(**at).leaving) => {
                Some(unknown(
                    "it runs in teardown, and on a way out of realize that nothing shows to be a \
                     failure",
                ))
            }
            (false, false, true) => Some((
                Verdict::Mixed,
                "it runs in teardown and while the device is being built".to_owned(),
            )),
            (false, false, false) => Some((
                Verdict::Runtime,
                "it runs while the device is being built, and not in teardown".to_owned(),
            )),
        }
    }

    fn delete(&self, decision: &Decision, region: &Place) -> (Verdict, String) {
        if decision.adds.is_empty() {
            return unknown("no call that adds the region to a container is in sight");
        }
        let mut by_model = self.facts.model == OwnershipModel::Framework;
        if decision.adds_elsewhere {
            if let Some(verdict) = self.added_elsewhere() {
                return verdict;
            }
        } else {
            match self.simulated(decision) {
                Ok(model) => by_model = model,
                Err(verdict) => return verdict,
            }
        }
        let visible =
            (!self.facts.glue.auto_delete).then(|| self.still_visible(decision)).flatten();
        let objection =
            self.doubt(decision, region).or_else(|| self.needed_later(decision, region));
        let objection = visible.or(objection);
        objection.unwrap_or_else(|| (Verdict::Redundant, self.cleaned_by(by_model)))
    }

    /// The simulation does not see where a region is added that no callback of the type adds: only
    /// what cleans up after every region of a device may be relied on.
    fn added_elsewhere(&self) -> Option<(Verdict, String)> {
        let model = self.facts.model;
        let cleans = self.facts.glue.auto_delete && self.objects.is_device(self.ty) == Some(true);
        match model {
            OwnershipModel::Framework => None,
            _ if cleans => None,
            OwnershipModel::SameOwnerUnreferenced => {
                Some(unknown("which container the region is added to is not known"))
            }
            _ => Some((Verdict::RequiredByModel, kept_reason(model, false))),
        }
    }

    /// Whether the model alone makes the lives with and without the call the same, or else the glue;
    /// if they differ, what needs the call.
    fn simulated(&self, decision: &Decision) -> Result<bool, (Verdict, String)> {
        let what = self.without(&decision.own);
        if let Some(difference) = what.difference(self.facts.semantics()) {
            return Err((Verdict::RequiredByModel, self.needed_because(&difference, decision)));
        }
        let by_model = what.difference(self.facts.semantics().without_glue()).is_none();
        if !by_model && self.objects.is_device(self.ty).is_none() {
            return Err(unknown(
                "whether the type is a device is not known: its parent is not in this tree",
            ));
        }
        Ok(by_model)
    }

    /// The lives of the device with these events and without them.
    fn without<'s>(&'s self, own: &'s [usize]) -> Comparison<'s> {
        let is_device = self.objects.is_device(self.ty) != Some(false);
        Comparison { trace: self.trace, is_device, own }
    }

    fn needed_because(&self, difference: &Difference, decision: &Decision) -> String {
        let model = self.facts.model;
        match difference.kind {
            Some(Kind::HeldByCycle | Kind::HeldBySpace) => kept_reason(model, true),
            Some(Kind::EndedInContainer) => match difference.event.map(|at| self.event(at).op) {
                Some(Op::Add) => "the region is added again afterwards".to_owned(),
                Some(Op::Init) => {
                    "the region or its container is initialised again afterwards".to_owned()
                }
                Some(Op::Unparent) => "the region is unparented afterwards, and finalizing it \
                                       inside a container aborts"
                    .to_owned(),
                _ => "what holds the region or its container ends afterwards".to_owned(),
            },
            Some(_) => kept_reason(model, self.is_contained_by_own(decision)),
            None => "whether the region is contained is asked afterwards".to_owned(),
        }
    }

    /// Who takes the region out of its container if the call does not.
    fn cleaned_by(&self, by_model: bool) -> String {
        let why = match (self.facts.model, by_model) {
            (OwnershipModel::Framework, _) => "the framework removes a device's regions itself",
            (_, true) => {
                "container and region have one owner, and a finalized region detaches itself"
            }
            (_, false) => Glue::AUTO_DELETE,
        };
        why.to_owned()
    }

    /// Whether the region may not be what its initialisation made it.
    fn doubt(&self, decision: &Decision, region: &Place) -> Option<(Verdict, String)> {
        let builds =
            |event: &&Event| matches!(event.phase, Phase::Init | Phase::Realize) && !event.rollback;
        let unparented = |event: &Event| {
            event.op == Op::Unparent && event.region.place().is_some_and(|at| at.may_be(region))
        };
        if self.trace.events.iter().filter(builds).any(unparented) {
            return Some(unknown("the region leaves its owner before the device is torn down"));
        }
        let handed = |call: &&OpaqueCall| {
            let whole = |place: &Place| call.is_macro && region.is_within(place);
            !call.tears_down && call.handed.iter().any(|at| at.may_be(region) || whole(at))
        };
        if let Some(redefined) = self.redefined(decision) {
            return Some(redefined);
        }
        if let Some(overwritten) = self.overwritten(decision, region) {
            return Some(overwritten);
        }
        if let Some(redirected) = self.redirected(decision, region) {
            return Some(redirected);
        }
        if let Some(elsewhere) = self.initialised_elsewhere(region) {
            return Some(elsewhere);
        }
        let call = self.trace.opaque.iter().find(handed)?;
        let name = &call.callee;
        Some(unknown(&format!("`{name}` is handed the region, and is not followed")))
    }

    /// Whether the memory of the region or its container is written over once it is initialised: what
    /// contains what is then no longer to be seen, and the lists of the others still lead there.
    fn overwritten(&self, decision: &Decision, region: &Place) -> Option<(Verdict, String)> {
        let first = self.find(Op::Init, region).next()?;
        let container = decision.own.first().and_then(|&at| self.event(at).container.place());
        let mut later = self.trace.events[first..].iter();
        let lost = later.any(|event| {
            let place = event.region.place().filter(|_| event.op == Op::Overwrite);
            place.is_some_and(|place| {
                region.is_within(place) || container.is_some_and(|at| at.is_within(place))
            })
        });
        lost.then(|| unknown("the memory of the region or its container is written over"))
    }

    /// Whether the container is still mapped when the device is unrealized: what cleans up by the model
    /// alone does so in the finalizer, and until then the guest would reach the region.
    fn still_visible(&self, decision: &Decision) -> Option<(Verdict, String)> {
        let mut outer = vec![self.event(*decision.own.first()?).container.place()?];
        let mut at = 0;
        while let Some(&container) = outer.get(at) {
            at += 1;
            for event in
                self.trace.events.iter().filter(|one| one.region.place() == Some(container))
            {
                let mapped = match (event.op, event.container.place()) {
                    (Op::Publish, _) => true,
                    (Op::Add, Some(next)) if self.owner(next) == Owner::SelfObject => {
                        if !outer.contains(&next) {
                            outer.push(next);
                        }
                        false
                    }
                    (Op::Add, _) => !self.is_taken_out(container),
                    _ => false,
                };
                if mapped {
                    return Some(unknown("its container is still mapped after unrealize"));
                }
            }
        }
        None
    }

    fn is_taken_out(&self, region: &Place) -> bool {
        let out = |at: usize| self.event(at).phase == Phase::Unrealize;
        self.find(Op::Delete, region).any(out)
    }

    /// Whether a macro makes another call of one of those that the verdict is about.
    fn redefined(&self, decision: &Decision) -> Option<(Verdict, String)> {
        let files = self.trace.events.iter().filter(|event| {
            let own = decision.own.iter().any(|&at| self.event(at).location == event.location);
            let init = decision.init.is_some_and(|(at, _)| at == event.location);
            own || init || decision.adds.contains(&event.location)
        });
        let words = self.tree.words;
        let calls =
            || [Op::Init, Op::Add, Op::Delete].into_iter().flat_map(|op| words.calls_of(op));
        let mut files = files.map(|event| event.location.file);
        let name = files.find_map(|file| self.tree.redefined(file, calls()))?;
        Some(unknown(&format!("a macro gives `{name}` another meaning")))
    }

    /// Whether a pointer on the way to the region or its container may be pointed elsewhere by what is
    /// not on the walk.
    fn redirected(&self, decision: &Decision, region: &Place) -> Option<(Verdict, String)> {
        let container = decision.own.first().and_then(|&at| self.event(at).container.place());
        let places: Vec<&Place> = std::iter::once(region).chain(container).collect();
        let leads = |value: &Value| {
            let mut targets = value.places().iter();
            targets.any(|at| places.iter().any(|place| place.is_within(at)))
        };
        let near = |one: &Followed| decision.own.iter().any(|&at| one.is_near(self.event(at)));
        let followed = self.trace.followed.iter().filter(|one| leads(&one.value) && near(one));
        let mut fields: Vec<Field> =
            followed.filter_map(|one| self.fields.innermost(&one.pointer)).collect();
        let frees = Frees { tree: self.tree, objects: self.objects, contexts: self.contexts };
        let pointers = places.iter().filter_map(|place| frees.pointers(place)).flatten();
        fields.extend(pointers.map(|one| Field { record: one.record, name: one.field }));
        fields.iter().find_map(|Field { record, name }| {
            let setter = self.elsewhere.redirects(self.ty, record, name)?;
            Some(unknown(&format!("`{setter}` may point `{record}.{name}` to another region")))
        })
    }

    /// Whether something outside the walk may initialise the region, for another owner.
    fn initialised_elsewhere(&self, region: &Place) -> Option<(Verdict, String)> {
        let field = self.fields.innermost(region)?;
        let facts = self.fields.of(&field);
        let traced = |location: Location| {
            let inits = self.find(Op::Init, region);
            inits.into_iter().any(|at| self.event(at).location == location)
        };
        let mut others = facts
            .inits
            .iter()
            .filter(|init| init.owner != Owner::SelfObject && !traced(init.location));
        let reaches = |init: &FieldInit| {
            let contexts = self.contexts.of(init.function);
            let own = contexts.entries.iter().any(|entry| entry.types.contains(&self.ty));
            own || self.elsewhere.is_foreign(self.ty, &field.record, &contexts)
        };
        others.any(reaches).then(|| {
            unknown("the region is also initialised elsewhere, for an owner that is not the object")
        })
    }

    /// Whether something after the call relies on the region being out of its container.
    fn needed_later(&self, decision: &Decision, region: &Place) -> Option<(Verdict, String)> {
        let containers: Vec<&Place> =
            decision.own.iter().filter_map(|&at| self.event(at).container.place()).collect();
        for (at, event) in self.trace.events.iter().enumerate() {
            // What a success does after a rollback that it did not need is another story.
            let builds = matches!(event.phase, Phase::Init | Phase::Realize) && !event.rollback;
            if builds || !self.follows(decision, at, event.phase) {
                continue;
            }
            if event.op == Op::Observe {
                return Some(unknown(
                    "what is mapped may be seen afterwards, before the core cleans up",
                ));
            }
            let lost = matches!(event.op, Op::Add | Op::Unparent)
                && !event.region.place().is_some_and(Place::is_known);
            if lost {
                return Some(unknown(
                    "a region that could not be followed is added or unparented afterwards",
                ));
            }
            let Some(place) = event.region.place() else { continue };
            if event.op == Op::Free && self.may_be_behind(region, &containers, place) {
                return Some(unknown("memory of the region's kind is freed by another pointer"));
            }
            let touches = place.may_be(region) || containers.iter().any(|one| one.may_be(place));
            let ends = !place.is_object()
                && (region.is_within(place) || containers.iter().any(|one| one.is_within(place)));
            let reason = match event.op {
                Op::Add if place.may_be(region) => "the region is added again afterwards",
                Op::Init if touches => {
                    "the region or its container is initialised again afterwards"
                }
                Op::Query if touches => "whether the region is contained is asked afterwards",
                Op::Unparent if place.may_be(region) => {
                    "the region is unparented afterwards, and finalizing it inside a container \
                     aborts"
                }
                Op::Unparent | Op::Free if ends => {
                    "what holds the region or its container ends afterwards"
                }
                _ => continue,
            };
            return Some((Verdict::RequiredByModel, reason.to_owned()));
        }
        self.opaque_later(decision, region)
    }

    /// Whether a pointer that is freed, and to which the walk has given no memory of its own, may lead
    /// to the memory on the heap in which the region or its container lies.
    fn may_be_behind(&self, region: &Place, containers: &[&Place], freed: &Place) -> bool {
        let frees = Frees { tree: self.tree, objects: self.objects, contexts: self.contexts };
        if self.trace.homes.binary_search(freed).is_ok() {
            return false;
        }
        let Some(pointer) = frees.pointers(freed).and_then(|mut all| all.pop()) else {
            return false;
        };
        containers.iter().chain([&region]).any(|place| {
            let pointers = frees.pointers(place).unwrap_or_default();
            pointers.iter().any(|one| one.target == pointer.target && one.field != pointer.field)
        })
    }

    /// Whether what happens at `at` comes after the call in that phase.
    fn follows(&self, decision: &Decision, at: usize, phase: Phase) -> bool {
        let own = decision.own.iter().filter(|&&own| self.event(own).phase == phase);
        // Of several ways through realize each has a rollback of its own; in teardown one branch
        // may end the region's life where another goes on.
        let from = if phase == Phase::Realize { own.max() } else { own.min() };
        from.is_some_and(|&from| at > from && !decision.own.contains(&at))
    }

    /// A call that is not followed and is handed the region's surroundings, after this call and in
    /// the same phase.
    fn opaque_later(&self, decision: &Decision, region: &Place) -> Option<(Verdict, String)> {
        // Whoever has the object may free what it points to, but not what is part of it.
        let first = decision.own.first().map(|&at| self.event(at).container.place());
        let loose = [Some(region), first.flatten()];
        let loose = loose.into_iter().flatten().any(Place::is_behind_pointer);
        let follows =
            |call: &&OpaqueCall| call.tears_down && self.follows(decision, call.after, call.phase);
        let mut opaque = self.trace.opaque.iter().filter(follows);
        let frees = Frees { tree: self.tree, objects: self.objects, contexts: self.contexts };
        let container = first.flatten();
        let touches = |call: &OpaqueCall, place: &Place| {
            let held = region.is_within(place) || container.is_some_and(|at| at.is_within(place));
            let places = [Some(region), container];
            let frees = |at: &Place| at.is_behind_pointer() && frees.may_free(&call.callee, at);
            let ends = || loose && places.into_iter().flatten().any(frees);
            held && (call.is_macro || !place.is_object() || ends())
        };
        let call = opaque.find(|call| call.handed.iter().any(|place| touches(call, place)))?;
        let name = &call.callee;
        Some(unknown(&format!(
            "`{name}` is called afterwards, is handed what contains the region, and \
                               is not followed"
        )))
    }

    /// Whether the object owns every container that the region is added to.
    fn is_contained_by_own(&self, decision: &Decision) -> bool {
        let add = |event: &&Event| event.op == Op::Add && decision.adds.contains(&event.location);
        let own = |container: &Value| match container {
            Value::Address(container) => self.owner(container) == Owner::SelfObject,
            _ => false,
        };
        decision.container_owner == Owner::SelfObject
            && self.trace.events.iter().filter(add).all(|event| own(&event.container))
    }

    fn unparent(&self, decision: &Decision, region: &Place) -> (Verdict, String) {
        let Glue { auto_unparent, .. } = self.facts.glue;
        let last = decision.own.iter().max().copied().unwrap_or_default();
        let freed = self.trace.events[last + 1..].iter().any(|event| {
            event.op == Op::Free
                && event.phase == Phase::Unrealize
                && event.region.place().is_some_and(|place| region.is_within(place))
        });
        if freed {
            let reason = "the region's memory is freed afterwards, while it would still be a child";
            return (Verdict::RequiredByModel, reason.to_owned());
        }
        match (decision.init_in_realize, auto_unparent) {
            (true, false) => (
                Verdict::RequiredByModel,
                "a second realize would initialise the region while it is still a child".to_owned(),
            ),
            (true, true) if self.objects.is_device(self.ty) == Some(true) => {
                (Verdict::Redundant, Glue::AUTO_UNPARENT.to_owned())
            }
            _ => {
                unknown("the region is not initialised by realize, but ended before the finalizer")
            }
        }
    }
}

fn unknown(reason: &str) -> (Verdict, String) {
    (Verdict::Unknown, reason.to_owned())
}

fn foreign_reason(owner: &Owner) -> String {
    match owner {
        Owner::Null => "nobody owns the region, so it outlives the device".to_owned(),
        other => format!("the region belongs to `{}`", other.as_str()),
    }
}

fn kept_reason(model: OwnershipModel, same_owner: bool) -> String {
    let word = model.as_str();
    if same_owner {
        return format!(
            "under `{word}` a container keeps the owner of its subregion alive, here the \
                        device itself: without this call it would leak"
        );
    }
    format!(
        "under `{word}` nothing else takes the region out of its container: without this call the \
             mapping would stay and keep the device alive"
    )
}
