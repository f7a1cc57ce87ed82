//! What else than deleting a call brings the life of a device in order: deletions that are missing, or
//! that stand where it is too late, are written into unrealize; one that is not under the condition of
//! its addition is put under it.
//!
//! What is written is tried first: the lives of all types that would run it are walked with it, and
//! must lack what it is to cure and show nothing that was not there before.

mod counted;
mod guarding;
mod spelling;
mod target;
mod trial;
mod trust;
mod writing;

use super::observe::Observation;
use super::simulation::{Kind, Semantics};
use super::{Cure, LifecyclePath, Phase, RegionCall, Removal, Verdict};
use crate::contexts::ContextTable;
use crate::model::Location;
use crate::objects::{Objects, TypeId};
use crate::sources::Language;
use crate::trace::{Event, Guard, Traces, Value};
use crate::tree::{ItemId, Tree};
use crate::vocabulary::Op;
use counted::{Counted, Loops};
use devmodel_edit::Edit;
use std::collections::BTreeMap;
use target::Pair;

/// What is needed to work out cures.
pub(crate) struct Curer<'c, 'a> {
    pub(crate) tree: &'c Tree<'a>,
    pub(crate) objects: &'c Objects<'c, 'a>,
    pub(crate) contexts: &'c ContextTable<'c, 'a>,
    pub(crate) traces: &'c Traces<'c, 'a>,
    pub(crate) semantics: Semantics,
}

/// An addition that nothing undoes.
#[derive(Clone)]
struct Missing {
    /// The number of the observation that shows it.
    seen: usize,
    /// The types of which it is seen.
    types: Vec<TypeId>,
    /// The addition, as the trace of one of the types has it.
    add: Event,
    /// The functions from the realize callback down to it.
    chain: Vec<ItemId>,
    /// The loop that it stands in.
    counted: Option<Counted>,
}

const NOBODY_ELSE: &str = "nothing outside the tree deletes it";

/// Additions that one callback has to undo; those with a deletion that comes too late are apart.
type Groups = BTreeMap<(Pair, bool), Vec<Missing>>;

impl Curer<'_, '_> {
    /// Adds cures to what was seen, and to the calls that come too late.
    pub(crate) fn cure(&self, observations: &mut [Observation], calls: &mut [RegionCall]) {
        let groups = self.groups(observations, calls);
        let needed: Vec<usize> = groups
            .values()
            .flatten()
            .flat_map(|one| too_late(&observations[one.seen], calls))
            .collect();
        for ((pair, is_late), mut group) in groups {
            group.retain(|one| !self.is_ended_elsewhere(one, calls));
            let Some(types) = self.concerned(&pair) else { continue };
            let Some(edits) = self.written(&pair, &types, &mut group) else { continue };
            let assumption = if is_late { self.doubt(&types, &group) } else { Some(NOBODY_ELSE) };
            let mut cure = Cure { edits, assumption };
            let late: Vec<usize> =
                group.iter().flat_map(|one| too_late(&observations[one.seen], calls)).collect();
            let Some(gone) = moved(&late, &needed, calls, &mut cure) else { continue };
            for one in &group {
                observations[one.seen].cure = Some(cure.clone());
            }
            gone.into_iter().for_each(|at| calls[at].cure = Some(cure.clone()));
        }
        self.guard_deletions(observations);
    }

    fn groups(&self, observations: &[Observation], calls: &[RegionCall]) -> Groups {
        let mut groups = Groups::new();
        for (seen, observation) in observations.iter().enumerate() {
            if let Some((pair, missing)) = self.missing(seen, observation) {
                let is_late = !too_late(observation, calls).is_empty();
                groups.entry((pair, is_late)).or_default().push(missing);
            }
        }
        groups
    }

    /// The addition that an observation shows, if all types have it in one callback.
    fn missing(&self, seen: usize, observation: &Observation) -> Option<(Pair, Missing)> {
        // What is written is C.
        if self.tree.language(observation.location.file) != Language::C {
            return None;
        }
        let held = matches!(observation.kind, Kind::HeldByCycle | Kind::StaleMapping);
        let on = |path| observation.paths.contains(&path);
        if !held || observation.doubt.is_some() || observation.phase != Phase::Realize {
            return None;
        }
        if !on(LifecyclePath::Unplug) || on(LifecyclePath::Introspect) {
            return None;
        }
        let types = observation.types.iter().map(|name| self.objects.named(name));
        let types: Vec<TypeId> = types.collect::<Option<_>>()?;
        let mut found: Option<(Pair, Vec<ItemId>)> = None;
        let mut add = None;
        for &ty in &types {
            let event = self.addition(ty, observation)?;
            let next = self.pair(ty, &event)?;
            if found.as_ref().is_some_and(|first| *first != next) {
                return None;
            }
            found = Some(next);
            add = add.or(Some(event));
        }
        let ((pair, chain), add) = (found?, add?);
        let counted = self.loops(&add, &chain)?;
        Some((pair, Missing { seen, types, add, chain, counted }))
    }

    /// The one event of a type that adds the region there.
    fn addition(&self, ty: TypeId, observation: &Observation) -> Option<Event> {
        let trace = self.traces.of(ty);
        let mut events = trace.events.iter().filter(|event| {
            event.op == Op::Add
                && event.location == observation.location
                && event.region.to_string() == observation.region
                && event.container.to_string() == observation.container
        });
        let (event, None) = (events.next()?, events.next()) else { return None };
        let plain = !event.rollback && !event.leaving && event.phase == Phase::Realize;
        let mut places = event.stack.iter().chain([&event.location]);
        (plain && !places.any(|&at| self.is_conditional(at))).then(|| event.clone())
    }

    /// Whether a place stands between the directives of conditional compilation of its function.
    fn is_conditional(&self, at: Location) -> bool {
        let Some(id) = self.item_at(at) else { return true };
        let function = self.tree.function(id);
        let before = function.directives.iter().filter(|line| line.start < at.span.start);
        let depth = before.fold(0_i32, |depth, &line| {
            let text = self.tree.source(Location::new(at.file, line));
            match text.trim_start_matches(['#', ' ', '\t']) {
                word if word.starts_with("if") => depth + 1,
                word if word.starts_with("endif") => depth - 1,
                _ => depth,
            }
        });
        depth > 0
    }

    /// The loop around an addition; none if the ways to it cannot be gone again.
    fn loops(&self, add: &Event, chain: &[ItemId]) -> Option<Option<Counted>> {
        let hops = &add.stack[add.stack.len() + 1 - chain.len()..];
        for (&id, hop) in chain.iter().zip(hops) {
            if !matches!(counted::around(self.tree, self.tree.function(id), hop.span), Loops::None)
            {
                return None;
            }
        }
        let function = self.tree.function(*chain.last()?);
        let any = |value: &Value| value.place().is_some_and(|place| place.is_one_of_many());
        match counted::around(self.tree, function, add.location.span) {
            Loops::None if !any(&add.region) && !any(&add.container) => Some(None),
            Loops::Counted(counted) if any(&add.region) => Some(Some(counted)),
            _ => None,
        }
    }
}

/// The conditions of an addition that its deletion needs too.
fn kept(add: &Event) -> impl Iterator<Item = &Guard> {
    add.guards.iter().filter(|guard| guard.is_telling())
}

/// The deletions of the region that come too late.
fn too_late(seen: &Observation, calls: &[RegionCall]) -> Vec<usize> {
    let late = |call: &RegionCall| {
        call.op == Op::Delete
            && call.verdict == Verdict::AfterFinalize
            && edits(&call.removal).is_some()
            && call.region == seen.region
            && call.container == seen.container
            && call.types == seen.types
    };
    calls.iter().enumerate().filter(|(_, call)| late(call)).map(|(at, _)| at).collect()
}

/// Adds the removal of the calls `late` to their cure; the calls that go. Calls of one function go
/// together: others that go are no better off where somebody has to look at the cure, and `needed` ones
/// would be missed where they are not moved too.
fn moved(
    late: &[usize],
    needed: &[usize],
    calls: &[RegionCall],
    cure: &mut Cure,
) -> Option<Vec<usize>> {
    let mut gone = late.to_vec();
    for removed in late.iter().filter_map(|&at| edits(&calls[at].removal)) {
        let same = |at: &usize| edits(&calls[*at].removal) == Some(removed);
        let others = (0..calls.len()).filter(same).filter(|at| !late.contains(at));
        let others: Vec<usize> = others.collect();
        let missed = others.iter().any(|at| needed.contains(at));
        if missed || (!others.is_empty() && cure.assumption.is_some()) {
            return None;
        }
        gone.extend(others);
        cure.edits.extend(removed.iter().cloned());
    }
    gone.sort_unstable();
    gone.dedup();
    Some(gone)
}

const fn edits(removal: &Removal) -> Option<&Vec<Edit>> {
    match removal {
        Removal::Edits(edits) => Some(edits),
        _ => None,
    }
}
