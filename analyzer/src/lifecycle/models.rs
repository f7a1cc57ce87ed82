//! What becomes of every type of a tree under every ownership model: the table of `models`.

use super::simulation::{Kind, Seen, Semantics, Step, Way, simulate, steps, ways};
use super::{Glue, LifecyclePath, OwnershipModel, Phase};
use crate::Executor;
use crate::model::Name;
use crate::objects::{Objects, TypeId};
use crate::trace::Trace;
use crate::tree::per_item;
use crate::vocabulary::Op;
use rustc_hash::{FxHashMap, FxHashSet};

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
    let combinations: Vec<Semantics> = OwnershipModel::ALL
        .into_iter()
        .flat_map(|model| Glue::ALL.map(|glue| Semantics { model, glue }))
        .collect();
    let fates =
        per_item(executor, "simulate", subjects.len(), &|at| fates(&subjects[at], &combinations));
    let census = Census::new(objects, subjects);
    let paths = LifecyclePath::ALL.len();
    let rows = combinations.iter().enumerate();
    rows.flat_map(|(row, &semantics)| (0..paths).map(move |path| (row, semantics, path)))
        .map(|(row, semantics, path)| {
            census.outcome(semantics, path, &|subject| fates[subject][row][path])
        })
        .collect()
}

/// What becomes of one type under each of the combinations, on each path.
fn fates(subject: &Subject, combinations: &[Semantics]) -> Vec<[Fate; 5]> {
    let mut fates = vec![[Fate::default(); 5]; combinations.len()];
    let ways = distinct_ways(subject);
    for (row, &semantics) in combinations.iter().enumerate() {
        let applied = semantics.applied(subject.is_device);
        for &(way, glue_runs) in &ways {
            let before = combinations[..row].iter().position(|one| one.model == semantics.model);
            let known = before.filter(|_| !glue_runs);
            let fate = match known {
                Some(known) => fates[known][way.path as usize],
                None => fate(subject, applied, way),
            };
            fates[row][way.path as usize].join(fate);
        }
    }
    fates
}

/// The ways of a type, without those that go through the same events as another one on the same
/// path; and whether the core's glue runs on them.
fn distinct_ways(subject: &Subject) -> Vec<(Way, bool)> {
    let mut distinct: Vec<(Way, bool)> = Vec::new();
    let mut walked: FxHashSet<(LifecyclePath, Vec<Step>)> = FxHashSet::default();
    for way in ways(&subject.trace, subject.is_device) {
        let steps = steps(&subject.trace, way);
        let glue_runs =
            steps.iter().any(|step| matches!(step, Step::Unrealized | Step::RealizeFailed));
        if walked.insert((way.path, steps)) {
            distinct.push((way, glue_runs));
        }
    }
    distinct
}

/// What becomes of one type on one way.
fn fate(subject: &Subject, semantics: Semantics, way: Way) -> Fate {
    let seen = simulate(&subject.trace, semantics, way, &[]).seen;
    let holds = |seen: &Seen| seen.holds_device() || seen.kind == Kind::ChildHeld;
    let mut fate =
        Fate { undecided: subject.is_uncertain || is_lost(&subject.trace, way), ..Fate::default() };
    for seen in &seen {
        let sure = is_sure(&subject.trace, seen);
        fate.leaks |= sure && seen.holds_device();
        fate.child_leaks |= sure && seen.kind == Kind::ChildHeld;
        fate.faults |= sure && !seen.kind.is_leak();
        fate.undecided |= !sure && holds(seen);
    }
    fate
}

impl Fate {
    /// What another way on the same path adds.
    const fn join(&mut self, other: Self) {
        self.leaks |= other.leaks;
        self.child_leaks |= other.child_leaks;
        self.faults |= other.faults;
        self.undecided |= other.undecided;
    }
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

/// The types that are simulated, by name, and which of them are parts of which.
struct Census<'c> {
    subjects: &'c [Subject],
    /// The subjects in the order of their names.
    sorted: Vec<(Name, usize)>,
    /// The subjects of which each makes a child of itself.
    children: Vec<Vec<usize>>,
}

impl<'c> Census<'c> {
    fn new(objects: &Objects<'_, '_>, subjects: &'c [Subject]) -> Self {
        let number: FxHashMap<TypeId, usize> =
            subjects.iter().enumerate().map(|(at, subject)| (subject.ty, at)).collect();
        let name = |(at, subject): (usize, &Subject)| (objects.get(subject.ty).name.clone(), at);
        let mut sorted: Vec<(Name, usize)> = subjects.iter().enumerate().map(name).collect();
        sorted.sort_unstable();
        let children = |subject: &Subject| -> Vec<usize> {
            let made = subject.trace.events.iter().filter(|event| event.op == Op::Child);
            let types = made.filter_map(|event| objects.named(&event.ty));
            types.filter_map(|ty| number.get(&ty).copied()).collect()
        };
        Self { subjects, sorted, children: subjects.iter().map(children).collect() }
    }

    fn outcome(
        &self,
        semantics: Semantics,
        path: usize,
        fate: &dyn Fn(usize) -> Fate,
    ) -> ModelOutcome {
        let simulated = |at: usize| path == 0 || self.subjects[at].is_device;
        let by_child = through_children(&self.children, &|at| {
            let fate = fate(at);
            fate.leaks || fate.child_leaks
        });
        // Of two types of one name, what is true of either is true of the name.
        let names = |wanted: &dyn Fn(usize) -> bool, but: &[&[Name]]| {
            let here = self.sorted.iter().filter(|(_, at)| simulated(*at) && wanted(*at));
            let mut names: Vec<Name> = here.map(|(name, _)| name.clone()).collect();
            names.dedup();
            names.retain(|name| but.iter().all(|other| other.binary_search(name).is_err()));
            names
        };
        let leaking = names(&|at| fate(at).leaks, &[]);
        let leaking_children = names(&|at| by_child[at], &[&leaking]);
        let undecided = names(&|at| fate(at).undecided, &[&leaking, &leaking_children]);
        ModelOutcome {
            model: semantics.model,
            glue: semantics.glue,
            path: LifecyclePath::ALL[path],
            types: names(&|_| true, &[]).len(),
            leaking,
            leaking_children,
            faulting: names(&|at| fate(at).faults, &[]),
            undecided,
        }
    }
}

/// Which types leak, be it through a child, or a child of a child.
fn through_children(children: &[Vec<usize>], leaks: &dyn Fn(usize) -> bool) -> Vec<bool> {
    let mut leaking: Vec<bool> = (0..children.len()).map(leaks).collect();
    let mut changed = true;
    while changed {
        changed = false;
        for at in 0..children.len() {
            if !leaking[at] && children[at].iter().any(|&child| leaking[child]) {
                leaking[at] = true;
                changed = true;
            }
        }
    }
    leaking
}
