//! What becomes of every type of a tree under every ownership model: the table of `models`.

use super::simulation::{Kind, Seen, Semantics, Way, simulate, ways};
use super::{Glue, LifecyclePath, OwnershipModel, Phase};
use crate::Executor;
use crate::model::Name;
use crate::objects::{Objects, TypeId};
use crate::trace::Trace;
use crate::tree::per_item;
use crate::vocabulary::Op;
use std::collections::BTreeMap;

/// What becomes of the types of a tree on one path, under one model and glue.
#[derive(Clone, Debug)]
pub struct ModelOutcome {
    /// The model.
    pub model: OwnershipModel,
    /// The glue.
    pub glue: Glue,
    /// The path.
    pub path: LifecyclePath,
    /// How many types were simulated.
    pub types: usize,
    /// Types whose own object is held by a strong cycle at the end of the path, sorted.
    pub leaking: Vec<Name>,
    /// Types that leak only through a child, sorted.
    pub leaking_children: Vec<Name>,
    /// Types that run into a fault on the way, sorted.
    pub faulting: Vec<Name>,
    /// Types of which the analysis can't tell whether they leak, sorted.
    pub undecided: Vec<Name>,
}

/// What is known of one type on one path.
#[derive(Clone, Copy, Debug, Default)]
struct Fate {
    leaks: bool,
    child_leaks: bool,
    faults: bool,
    undecided: bool,
}

/// A type and its trace.
pub(crate) struct Subject {
    pub(crate) ty: TypeId,
    pub(crate) trace: std::sync::Arc<Trace>,
    /// Whether it can be realized.
    pub(crate) is_device: bool,
    /// Why nothing can be concluded from the trace, if so.
    pub(crate) is_uncertain: bool,
}

/// Simulates all types under all models and glues.
pub(crate) fn table(
    objects: &Objects<'_, '_>,
    subjects: &[Subject],
    executor: &dyn Executor,
) -> Vec<ModelOutcome> {
    let combinations: Vec<Semantics> = OwnershipModel::OF_TREES
        .into_iter()
        .flat_map(|model| Glue::ALL.map(|glue| Semantics { model, glue }))
        .collect();
    let fates = per_item(executor, "simulate", subjects.len(), &|at| {
        let subject = &subjects[at];
        combinations.iter().map(|&semantics| fates(subject, semantics)).collect::<Vec<_>>()
    });
    let children: Vec<Vec<TypeId>> = subjects.iter().map(|one| children(objects, one)).collect();
    let rows = combinations.iter().enumerate().flat_map(|(at, &semantics)| {
        let fates: Vec<[Fate; 5]> = fates.iter().map(|of_type| of_type[at]).collect();
        (0..LifecyclePath::ALL.len()).map(move |path| (semantics, path, fates.clone()))
    });
    rows.map(|(semantics, path, fates)| {
        outcome(objects, subjects, &children, (semantics, path), &fates)
    })
    .collect()
}

/// What becomes of one type on each path.
fn fates(subject: &Subject, semantics: Semantics) -> [Fate; 5] {
    let mut fates = [Fate::default(); 5];
    let semantics = semantics.applied(subject.is_device);
    for way in ways(&subject.trace, subject.is_device) {
        let fate = &mut fates[way.path as usize];
        let seen = simulate(&subject.trace, semantics, way, &[]).seen;
        let sure = seen.iter().filter(|seen| is_sure(&subject.trace, seen));
        fate.leaks |= sure.clone().any(|seen| seen.holds_device());
        fate.child_leaks |= sure.clone().any(|seen| seen.kind == Kind::ChildHeld);
        fate.faults |= sure.clone().any(|seen| !seen.kind.is_leak());
        let holds = |seen: &Seen| seen.holds_device() || seen.kind == Kind::ChildHeld;
        fate.undecided |= seen.iter().any(|seen| !is_sure(&subject.trace, seen) && holds(seen));
        fate.undecided |= subject.is_uncertain || is_lost(&subject.trace, way);
    }
    fates
}

/// Whether something is seen in every life that goes this way, and not only where some condition
/// holds that the analysis can't decide.
fn is_sure(trace: &Trace, seen: &Seen) -> bool {
    let conditional = |at: &usize| !trace.events[*at].guards.is_empty();
    seen.doubt.is_none() && !(seen.kind.is_leak() && seen.events.last().is_some_and(conditional))
}

/// Whether a region is added on the way that could not be followed, or to a container that could
/// not.
fn is_lost(trace: &Trace, way: Way) -> bool {
    let phases: &[Phase] = match way.path {
        LifecyclePath::Introspect => &[Phase::Init],
        _ => &[Phase::Init, Phase::Realize],
    };
    trace.events.iter().any(|event| {
        event.op == Op::Add
            && phases.contains(&event.phase)
            && (event.region.places().is_empty() || event.container.places().is_empty())
    })
}

/// The types of the children that a type makes of itself.
fn children(objects: &Objects<'_, '_>, subject: &Subject) -> Vec<TypeId> {
    let made = subject.trace.events.iter().filter(|event| event.op == Op::Child);
    let mut types: Vec<TypeId> = made.filter_map(|event| objects.named(&event.ty)).collect();
    types.sort_unstable();
    types.dedup();
    types
}

fn outcome(
    objects: &Objects<'_, '_>,
    subjects: &[Subject],
    children: &[Vec<TypeId>],
    (semantics, path): (Semantics, usize),
    fates: &[[Fate; 5]],
) -> ModelOutcome {
    let number: BTreeMap<TypeId, usize> =
        subjects.iter().enumerate().map(|(at, subject)| (subject.ty, at)).collect();
    let simulated = |at: &usize| path == 0 || subjects[*at].is_device;
    let names = |wanted: &dyn Fn(usize) -> bool| {
        let named = (0..subjects.len()).filter(simulated).filter(|&at| wanted(at));
        let mut names: Vec<Name> =
            named.map(|at| objects.get(subjects[at].ty).name.clone()).collect();
        names.sort_unstable();
        names.dedup();
        names
    };
    let fate = |at: usize| fates[at][path];
    let by_child = through_children(&number, children, &|at| {
        let fate = fate(at);
        fate.leaks || fate.child_leaks
    });
    ModelOutcome {
        model: semantics.model,
        glue: semantics.glue,
        path: LifecyclePath::ALL[path],
        types: (0..subjects.len()).filter(simulated).count(),
        leaking: names(&|at| fate(at).leaks),
        leaking_children: names(&|at| !fate(at).leaks && by_child[at]),
        faulting: names(&|at| fate(at).faults),
        undecided: names(&|at| fate(at).undecided && !fate(at).leaks && !by_child[at]),
    }
}

/// Which types leak, be it through a child, or a child of a child.
fn through_children(
    number: &BTreeMap<TypeId, usize>,
    children: &[Vec<TypeId>],
    leaks: &dyn Fn(usize) -> bool,
) -> Vec<bool> {
    let mut leaking: Vec<bool> = (0..children.len()).map(leaks).collect();
    loop {
        let mut changed = false;
        for at in 0..children.len() {
            let through = |child| number.get(child).is_some_and(|&child: &usize| leaking[child]);
            if !leaking[at] && children[at].iter().any(through) {
                leaking[at] = true;
                changed = true;
            }
        }
        if !changed {
            return leaking;
        }
    }
}
