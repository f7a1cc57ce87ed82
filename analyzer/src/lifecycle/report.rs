//! One row for every call: contexts, traces and verdicts put together.

use super::elsewhere::Elsewhere;
use super::evidence::Chain;
use super::inits::{Field, FieldFacts, FieldTable, field_of};
use super::sites::Site;
use super::undo::{makes_itself, undoes_itself};
use super::verdict::{Case, Decision};
use super::{
    EntryPoint, Evidence, LifecyclePath, ModelFacts, Owner, Phase, RegionCall, Removal, Storage,
    Verdict,
};
use crate::contexts::{ContextTable, Contexts, Entry, Hook};
use crate::model::{Expr, ExprKind, Location, Name};
use crate::objects::{Objects, Scope, TypeId};
use crate::trace::{Trace, Traces};
use crate::tree::{ItemId, Tree};
use std::collections::BTreeMap;
use std::sync::Arc;

const TEARDOWN: [Phase; 3] = [Phase::Unrealize, Phase::Unparent, Phase::Finalize];
pub(super) const RUNNING: [Phase; 3] = [Phase::Runtime, Phase::Reset, Phase::Migration];
const BUILDING: [Phase; 2] = [Phase::Init, Phase::Realize];

/// What all rows are made from.
pub(crate) struct Reporter<'r, 'a> {
    pub(crate) tree: &'r Tree<'a>,
    pub(crate) objects: &'r Objects<'r, 'a>,
    pub(crate) contexts: &'r ContextTable<'r, 'a>,
    pub(crate) facts: &'r ModelFacts,
    pub(crate) fields: &'r FieldTable<'r, 'a>,
    pub(crate) elsewhere: &'r Elsewhere<'r, 'a>,
    /// Look up region and owner of every call, also of those no rule reports.
    pub(crate) every_call: bool,
    pub(crate) traces: &'r Traces<'r, 'a>,
}

/// The decision for one type.
struct TypeDecision {
    ty: TypeId,
    trace: Arc<Trace>,
    decision: Decision,
}

impl Reporter<'_, '_> {
    /// The types whose traces the row of a call needs.
    pub(crate) fn types(&self, site: &Site<'_>) -> Vec<TypeId> {
        let contexts = self.contexts.of(site.function);
        match self.by_context(&contexts) {
            Some(_) => Vec::new(),
            None => self.types_to_judge(&contexts),
        }
    }

    /// The row of one call.
    pub(crate) fn row(&self, site: &Site<'_>) -> RegionCall {
        let contexts = self.contexts.of(site.function);
        let mut row = self.blank(site, &contexts);
        if !self.tree.function(site.function).is_whole() {
            row.reason = "the function that contains it did not parse whole".to_owned();
            return row;
        }
        self.fill_statically(site, &mut row);
        match self.by_construction(site, &contexts).or_else(|| self.by_context(&contexts)) {
            Some((mut verdict, mut reason)) => {
                let runs = verdict == Verdict::Runtime && self.every_call;
                if runs && self.is_also_torn_down(site, &contexts) {
                    verdict = Verdict::Mixed;
                    "it is reached while the device runs, and through a table from teardown"
                        .clone_into(&mut reason);
                }
                row.verdict = verdict;
                row.reason = reason;
                row.evidence = self.context_evidence(&contexts);
            }
            None => self.by_trace(site, &contexts, &mut row),
        }
        if row.verdict == Verdict::Redundant && self.is_partly_seen(&row) {
            row.verdict = Verdict::Unknown;
            "conditional compilation hides some of what initialises the region"
                .clone_into(&mut row.reason);
        }
        row
    }

    /// Whether a function that tells the life of the region has branches that were left out.
    fn is_partly_seen(&self, row: &RegionCall) -> bool {
        let told = row.evidence.iter().map(|evidence| evidence.location);
        let mut told = told.chain(row.init).chain(row.adds.iter().copied());
        told.any(|at| {
            let function = self.tree.function_at(at).map(|id| self.tree.function(id));
            function.is_some_and(|function| {
                let cut = function.directives.iter().any(|line| at.span.contains(*line));
                cut || function.partial
            })
        })
    }

    fn blank(&self, site: &Site<'_>, contexts: &Contexts) -> RegionCall {
        let mut phases: Vec<Phase> = contexts.entries.iter().map(|entry| entry.phase).collect();
        phases.sort_unstable();
        phases.dedup();
        let mut types: Vec<Name> = contexts
            .entries
            .iter()
            .flat_map(|entry| &entry.types)
            .filter(|&&id| !self.objects.get(id).is_abstract)
            .map(|&id| self.objects.get(id).name.clone())
            .collect();
        types.sort_unstable();
        types.dedup();
        let mut entry_points: Vec<EntryPoint> = contexts
            .entries
            .iter()
            .map(|entry| EntryPoint {
                phase: entry.phase,
                function: self.tree.name(entry.function),
                ty: self.holder(entry),
            })
            .collect();
        entry_points.sort_unstable();
        entry_points.dedup();
        RegionCall {
            callee: site.callee.clone(),
            op: site.call.op,
            location: site.location,
            function: self.tree.name(site.function),
            types,
            paths: paths(&phases),
            phases,
            region: String::new(),
            storage: Storage::Unknown,
            owner: Owner::Unknown,
            kind: None,
            container: String::new(),
            container_owner: Owner::Unknown,
            init: None,
            adds: Vec::new(),
            entry_points,
            verdict: Verdict::Unknown,
            reason: String::new(),
            hotpluggable: None,
            evidence: Vec::new(),
            removal: Removal::None,
            cure: None,
        }
    }

    fn holder(&self, entry: &Entry) -> Name {
        match entry.types[..] {
            [] => entry.holder.clone(),
            [first, ..] => self.objects.get(first).name.clone(),
        }
    }

    /// What the function alone tells about region, container and owner.
    fn fill_statically(&self, site: &Site<'_>, row: &mut RegionCall) {
        let scope = Scope::new(self.tree, &self.objects.casts, self.tree.function(site.function));
        let region = site.arg(Some(site.call.region));
        let container = site.arg(site.call.container);
        let field = |expr: Option<&Expr>| Some(field_of(&scope, self.objects, expr?)?.0);
        let (region_field, container_field) = (field(region), field(container));
        row.region = self.written(site, region, region_field.as_ref());
        row.container = self.written(site, container, container_field.as_ref());
        if self.every_call {
            if let Some(field) = region_field {
                self.fill_init(&field, row);
            }
            row.container_owner = self.container_owner(container, container_field);
        }
    }

    fn written(&self, site: &Site<'_>, expr: Option<&Expr>, field: Option<&Field>) -> String {
        match (expr, field) {
            (_, Some(field)) => format!("{}.{}", field.record, field.name),
            (Some(expr), None) => {
                let text = self.tree.source(Location::new(site.location.file, expr.span));
                text.split_whitespace().collect::<Vec<_>>().join(" ")
            }
            (None, None) => String::new(),
        }
    }

    fn fill_init(&self, field: &Field, row: &mut RegionCall) {
        let facts = self.fields.of(field);
        let FieldFacts { inits, adds } = &*facts;
        row.adds.clone_from(adds);
        row.owner = facts.owner();
        row.init = inits.first().map(|init| init.location);
        row.kind = inits.first().and_then(|init| init.kind);
        let ty = crate::objects::field_type(self.tree, &field.record, &field.name);
        row.storage = match ty {
            Some(ty) if ty.pointers > 0 => Storage::Heap,
            Some(_) => Storage::Embedded,
            None => Storage::Unknown,
        };
    }

    fn container_owner(&self, container: Option<&Expr>, field: Option<Field>) -> Owner {
        if let Some(ExprKind::Call { callee, .. }) = container.map(|expr| &expr.kind)
            && let ExprKind::Name(name) = &callee.kind
            && self.tree.words.is_unowned(name)
        {
            return Owner::Null;
        }
        field.map_or(Owner::Unknown, |field| self.fields.of(&field).owner())
    }

    /// A function that undoes what it did itself is part of what failed, whoever called it.
    fn by_construction(&self, site: &Site<'_>, contexts: &Contexts) -> Option<(Verdict, String)> {
        let undoes = contexts.has(&BUILDING) && undoes_itself(self.tree, self.objects, site);
        undoes.then(|| {
            let reason = "it only undoes what the function itself did before it failed";
            (Verdict::ErrorPath, reason.to_owned())
        })
    }

    /// Whether the teardown of an object that may own the region reaches the call through a table.
    fn is_also_torn_down(&self, site: &Site<'_>, contexts: &Contexts) -> bool {
        let teardown = contexts.remote.iter().filter(|entry| TEARDOWN.contains(&entry.phase));
        let types: Vec<TypeId> = teardown.flat_map(|entry| entry.types.iter().copied()).collect();
        if types.is_empty() || makes_itself(self.tree, self.objects, site) {
            return false;
        }
        let Some(holder) = self.holder_of(site) else { return true };
        types.into_iter().any(|ty| self.objects.instances(ty).contains(&holder))
    }

    /// The structure of the object that owns the region, as far as the tree as a whole tells.
    fn holder_of(&self, site: &Site<'_>) -> Option<Name> {
        let scope = Scope::new(self.tree, &self.objects.casts, self.tree.function(site.function));
        let region = site.arg(Some(site.call.region))?;
        let field = field_of(&scope, self.objects, region)?.0;
        match self.fields.of(&field).owner() {
            Owner::SelfObject => Some(field.record),
            Owner::Other(record) => Some(record),
            Owner::Null | Owner::Unknown => None,
        }
    }

    /// A verdict for which it does not matter whose region it is.
    fn by_context(&self, contexts: &Contexts) -> Option<(Verdict, String)> {
        let running = contexts.has(&RUNNING);
        let teardown = contexts.has(&TEARDOWN);
        let reason = |what: &str| what.to_owned();
        match (running, teardown) {
            (true, true) => Some((
                Verdict::Mixed,
                reason("it is reached from teardown and while the device runs"),
            )),
            (true, false) => {
                Some((Verdict::Runtime, reason("it is reached while the device runs")))
            }
            (false, true) if contexts.has(&[Phase::Hotplug, Phase::Machine, Phase::ClassInit]) => {
                Some((
                    Verdict::Mixed,
                    reason("it is reached from teardown and from outside the device's life"),
                ))
            }
            (false, true) if contexts.has(&[Phase::Unknown]) => Some((
                Verdict::Unknown,
                reason("not all callers are in sight, so it may run outside teardown"),
            )),
            (false, true) if contexts.entries.iter().any(|entry| entry.types.is_empty()) => Some((
                Verdict::Unknown,
                reason("a callback leads to it whose type is not in sight"),
            )),
            (false, true) => None,
            (false, false) if contexts.has(&BUILDING) => {
                contexts.has(&[Phase::Machine, Phase::ClassInit]).then(|| {
                    (Verdict::Runtime, reason("it is reached while machine and devices are built"))
                })
            }
            (false, false) if contexts.has(&[Phase::Hotplug]) => Some((
                Verdict::Unknown,
                reason("a hotplug handler calls it, for a device whose region is not in sight"),
            )),
            (false, false) if contexts.has(&[Phase::Machine]) => {
                Some((Verdict::Runtime, reason("it is reached while the machine is built")))
            }
            (false, false) => Some((Verdict::Unknown, reason("no caller is in sight"))),
        }
    }

    fn by_trace(&self, site: &Site<'_>, contexts: &Contexts, row: &mut RegionCall) {
        let types = self.types_to_judge(contexts);
        if types.is_empty() {
            row.reason = "no type is in sight whose callbacks reach it".to_owned();
            return;
        }
        let mut decisions: Vec<TypeDecision> =
            types.into_iter().map(|ty| self.decide(site, ty)).collect();
        if decisions.iter().any(|one| !one.decision.own.is_empty()) {
            decisions
                .retain(|one| !one.decision.own.is_empty() || !self.overrides(contexts, one.ty));
        }
        self.join(&decisions, row);
        if decisions.iter().all(|one| one.decision.own.is_empty()) {
            self.judge_by_holder(site, &decisions, row);
        }
        if row.verdict == Verdict::Redundant {
            self.doubt_by_slots(contexts, row);
        }
        let shown = decisions.iter().find(|one| one.decision.verdict == row.verdict);
        let Some(shown) = shown.or_else(|| decisions.first()) else { return };
        self.describe(shown, row);
        row.hotpluggable = self.hotpluggable(&decisions);
        row.evidence = self.evidence(contexts, row, shown);
    }

    /// What a class slot holds may be called by others than those whose phase it is.
    fn doubt_by_slots(&self, contexts: &Contexts, row: &mut RegionCall) {
        let torn_down = contexts.entries.iter().filter(|entry| TEARDOWN.contains(&entry.phase));
        let own = torn_down.filter_map(|entry| entry.slot.as_ref());
        let hooks = contexts.entries.iter().flat_map(|entry| contexts.hooks(entry));
        let mut slots: Vec<_> = own.chain(hooks.map(|hook| &hook.slot)).collect();
        slots.sort_unstable();
        slots.dedup();
        let runs = |slot: &&(Name, Name)| Some(((*slot).clone(), self.elsewhere.runs_slot(slot)?));
        if let Some(((record, field), function)) = slots.iter().find_map(runs) {
            row.verdict = Verdict::Unknown;
            row.reason = format!("`{function}` may call what `{record}.{field}` holds at any time");
        }
    }

    /// Whether every way from the type's callbacks to the call leads through a class slot in which
    /// this type has another function.
    fn overrides(&self, contexts: &Contexts, ty: TypeId) -> bool {
        let other = |hook: &&Hook| {
            let (record, field) = &hook.slot;
            let held = self.objects.slot(ty, record, field);
            // A slot that nobody fills is empty, if the whole hierarchy is in sight.
            held.map_or(self.objects.lineage(ty).1, |slot| {
                let same = slot.function.as_ref() == Some(&self.tree.name(hook.function));
                !slot.uncertain && !same
            })
        };
        let mut entries = contexts.entries.iter().filter(|entry| entry.types.contains(&ty));
        entries.all(|entry| contexts.hooks(entry).iter().any(other))
    }

    /// No walk reaches the call: it is made through another object. If the region's owner is of
    /// none of the types that are torn down, it is that other object's.
    fn judge_by_holder(&self, site: &Site<'_>, decisions: &[TypeDecision], row: &mut RegionCall) {
        let Some(holder) = self.holder_of(site).filter(|_| self.every_call) else { return };
        let torn_down = |one: &TypeDecision| self.objects.instances(one.ty).contains(&holder);
        if self.objects.is_instance(&holder) && !decisions.iter().any(torn_down) {
            row.verdict = Verdict::ForeignOwner;
            row.reason = format!("the region belongs to a `{holder}`, which is not torn down here");
        }
    }

    /// The concrete types whose teardown or construction reaches the call.
    fn types_to_judge(&self, contexts: &Contexts) -> Vec<TypeId> {
        let mut types: Vec<TypeId> =
            contexts.entries.iter().flat_map(|entry| entry.types.iter().copied()).collect();
        types.sort_unstable();
        types.dedup();
        let concrete = |id: &TypeId| !self.objects.get(*id).is_abstract;
        if types.iter().any(concrete) {
            types.retain(concrete);
        }
        types
    }

    fn decide(&self, site: &Site<'_>, ty: TypeId) -> TypeDecision {
        let trace = self.traces.of(ty);
        let own = trace
            .events
            .iter()
            .enumerate()
            .filter(|(_, event)| event.location == site.location)
            .map(|(at, _)| at)
            .collect();
        let case = Case {
            tree: self.tree,
            objects: self.objects,
            facts: self.facts,
            fields: self.fields,
            contexts: self.contexts,
            elsewhere: self.elsewhere,
            ty,
            trace: &trace,
        };
        let decision = case.decide(own);
        TypeDecision { ty, trace, decision }
    }

    /// One verdict for all types: unanimous, or mixed. Over an unknown one nothing is concluded but that
    /// the call must stay, if it must for another type.
    fn join(&self, decisions: &[TypeDecision], row: &mut RegionCall) {
        let verdicts = decisions.iter().map(|one| one.decision.verdict);
        let mut distinct: Vec<Verdict> = verdicts.collect();
        distinct.sort_unstable();
        distinct.dedup();
        let with = |verdict| decisions.iter().find(|one| one.decision.verdict == verdict);
        let told = |one: &TypeDecision| {
            format!("for `{}`: {}", self.objects.get(one.ty).name, one.decision.reason)
        };
        let (unknown, foreign) = (with(Verdict::Unknown), with(Verdict::ForeignOwner));
        (row.verdict, row.reason) = match (&distinct[..], unknown, foreign) {
            ([one], ..) => (*one, decisions[0].decision.reason.clone()),
            (_, Some(_), Some(foreign)) => (Verdict::Mixed, told(foreign)),
            (_, Some(unknown), None) => (Verdict::Unknown, told(unknown)),
            _ => (Verdict::Mixed, "the types that share it differ".to_owned()),
        };
    }

    fn describe(&self, shown: &TypeDecision, row: &mut RegionCall) {
        let decision = &shown.decision;
        let event = |at: usize| &shown.trace.events[at];
        let Some(own) = decision.own.first().map(|&at| event(at)) else { return };
        if let Some(place) = own.region.place() {
            row.region = place.to_string();
        }
        if let Some(place) = own.container.place() {
            row.container = place.to_string();
        }
        if decision.owner != Owner::Unknown {
            row.owner = decision.owner.clone();
        }
        if decision.container_owner != Owner::Unknown {
            row.container_owner = decision.container_owner.clone();
        }
        if decision.storage != Storage::Unknown {
            row.storage = decision.storage;
        }
        if let Some((init, kind)) = decision.init {
            row.init = Some(init);
            row.kind = kind;
        }
        if !decision.adds.is_empty() {
            row.adds.clone_from(&decision.adds);
            row.adds.sort_unstable();
            row.adds.dedup();
        }
    }

    fn hotpluggable(&self, decisions: &[TypeDecision]) -> Option<bool> {
        let (record, _) = &self.tree.words.core.device_slot;
        let never = |one: &TypeDecision| {
            let slot = self.objects.slot(one.ty, record, "hotpluggable");
            slot.is_some_and(|slot| slot.value == "false")
        };
        Some(!decisions.iter().all(never))
    }

    /// The chain behind a verdict that no trace was needed for.
    fn context_evidence(&self, contexts: &Contexts) -> Vec<Evidence> {
        let mut chain = Chain::new(self.tree, self.objects);
        let running = |entry: &&Entry| RUNNING.contains(&entry.phase);
        let entry = contexts.entries.iter().find(running).or_else(|| contexts.entries.first());
        if let Some(entry) = entry {
            chain.entry(entry, None);
            chain.functions(contexts, entry);
        }
        chain.evidence
    }

    /// The chain behind the verdict for one type; of several ways to the call, the one through
    /// teardown.
    fn evidence(
        &self,
        contexts: &Contexts,
        row: &RegionCall,
        shown: &TypeDecision,
    ) -> Vec<Evidence> {
        let mut chain = Chain::new(self.tree, self.objects);
        let of_type = |entry: &&Entry| entry.types.contains(&shown.ty);
        let latest = contexts.entries.iter().filter(of_type).max_by_key(|entry| entry.phase);
        if let Some(entry) = latest {
            chain.entry(entry, Some(shown.ty));
        }
        let event = |at: &usize| &shown.trace.events[*at];
        if let Some(last) = shown.decision.own.iter().map(event).max_by_key(|event| event.phase) {
            chain.stack(last);
        }
        chain.region(row, shown.decision.owner_location);
        chain.evidence
    }
}

/// The lifecycle paths that go through any of these phases.
pub(super) fn paths(phases: &[Phase]) -> Vec<LifecyclePath> {
    let mut paths = Vec::new();
    for phase in phases {
        paths.extend_from_slice(match phase {
            Phase::Finalize => &[
                LifecyclePath::Introspect,
                LifecyclePath::FailedRealize,
                LifecyclePath::Unplug,
            ][..],
            Phase::Init => &[LifecyclePath::Introspect],
            Phase::Realize => &[LifecyclePath::FailedRealize],
            Phase::Unrealize | Phase::Unparent => &[LifecyclePath::Unplug],
            _ => &[],
        });
    }
    paths.sort_unstable();
    paths.dedup();
    paths
}

/// The rows whose calls may be deleted, by the function that contains them.
pub(crate) fn removable(rows: &[RegionCall], sites: &[Site<'_>]) -> Vec<(ItemId, Vec<usize>)> {
    let mut groups: BTreeMap<ItemId, Vec<usize>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        if matches!(row.verdict, Verdict::Redundant | Verdict::AfterFinalize) {
            groups.entry(sites[at].function).or_default().push(at);
        }
    }
    groups.into_iter().collect()
}
