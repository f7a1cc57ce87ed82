//! The stages in order: index, link, type tables, calls, contexts, traces, verdicts, removals.

use crate::Executor;
use crate::contexts::ContextTable;
use crate::conversion;
use crate::lifecycle::cures::Curer;
use crate::lifecycle::detect::detect;
use crate::lifecycle::device;
use crate::lifecycle::elsewhere::Elsewhere;
use crate::lifecycle::inits::FieldTable;
use crate::lifecycle::links::Links;
use crate::lifecycle::models::{self, Subject};
use crate::lifecycle::observe::Observer;
use crate::lifecycle::outside::Outside;
use crate::lifecycle::proof;
use crate::lifecycle::removals;
use crate::lifecycle::report::{Reporter, removable};
use crate::lifecycle::sites::{self, Site};
use crate::lifecycle::transactions::Transactions;
use crate::lifecycle::{
    Conversion, DeviceTrace, Glue, ModelFacts, ModelOutcome, Observation, OwnershipModel, Phase,
    RegionCall, Registration, Removal,
};
use crate::model::{FileId, Location, Name, Span};
use crate::objects::{Objects, TypeId};
use crate::registrations;
use crate::sources::{SourceFile, Sources};
use crate::trace::{Relevance, Traces};
use crate::tree::{ItemId, Parsed, Tree, per_item};
use crate::vocabulary::{Op, Vocabulary};
use std::collections::{BTreeMap, BTreeSet};
use std::mem::take;

/// What the user states about the tree.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The ownership model; read from the tree's own core if `None`.
    pub model: Option<OwnershipModel>,
    /// Glue that is taken to be there, besides what the tree has.
    pub assume: Glue,
    /// The features that are on, where Rust code is chosen by them; `None` to read all code, whatever feature
    /// it is for.
    pub features: Option<Features>,
    /// What is asked for.
    pub request: Request,
}

/// Which features of which packages are on.
///
/// An item under `#[cfg(feature = "x")]` is part of its package unless `x` is not among the package's features
/// here. Files of packages that are not named are read in full.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Features {
    /// The folder of each package, relative to the root of the tree with `/` (empty for the root), and the
    /// features that are on, those that others imply included.
    pub packages: Vec<(String, BTreeSet<String>)>,
}

/// What an analysis is made for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Request {
    /// What rules report.
    #[default]
    Findings,
    /// Every call, with owner and initialisation resolved also where no rule reports it.
    EveryCall,
    /// What becomes of every type under every model.
    Models,
    /// The life of the type of this name.
    Trace(String),
}

/// How much was read and understood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Files indexed.
    pub files: usize,
    /// Functions with a body.
    pub functions: usize,
    /// Object types declared.
    pub types: usize,
    /// Functions that the analysis needed and that did not parse, and items of Rust that do not.
    pub opaque_functions: usize,
    /// Invocations of macros in the place of Rust items: what they make is not seen.
    pub opaque_macros: usize,
}

/// The result of an analysis.
#[derive(Debug)]
pub struct Analysis {
    /// The files, in the order of their ids.
    pub files: Vec<SourceFile>,
    /// What was read of them, for the next analysis.
    pub parsed: Parsed,
    /// How much was read.
    pub statistics: Statistics,
    /// Files of which nothing can be read, and why, in the order of the files.
    pub unreadable: Vec<(FileId, String)>,
    /// The model and glue in force.
    pub model: ModelFacts,
    /// Every call that ends or changes a region's life, ordered by file and position.
    pub calls: Vec<RegionCall>,
    /// What goes wrong in the lives of the types, ordered by file and position.
    pub observations: Vec<Observation>,
    /// What goes wrong with registrations in Rust code, ordered by file and position.
    pub registrations: Vec<Registration>,
    /// Lifecycles written by hand that the derive can express, ordered by file and position.
    pub conversions: Vec<Conversion>,
    /// What becomes of the types, by model, glue and path; empty unless asked for.
    pub outcomes: Vec<ModelOutcome>,
    /// The life of the type asked for, if the tree has it.
    pub device: Option<DeviceTrace>,
    /// The names of all types, sorted, if the tree does not have the type asked for.
    pub type_names: Vec<Name>,
}

impl Analysis {
    /// The file with this id.
    #[must_use]
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// Takes the files out, for another analysis: it reads again what has another text then.
    #[must_use]
    pub fn take_sources(&mut self) -> Sources {
        Sources { files: take(&mut self.files), parsed: take(&mut self.parsed) }
    }
}

/// Analyses a tree. Files are numbered in the order given; sort them for a stable result.
#[must_use]
pub fn analyze(
    sources: impl Into<Sources>,
    settings: &Settings,
    executor: &dyn Executor,
) -> Analysis {
    let Sources { files, parsed } = sources.into();
    let words = Vocabulary::builtin();
    let tree = Tree::new(&files, parsed, &words, settings.features.as_ref(), executor);
    let objects = Objects::new(&tree, executor);
    let model = facts(&tree, &objects, settings);
    let stages = Stages { tree: &tree, objects: &objects, model: &model, executor };
    let mut findings = Findings::default();
    let mut outcomes = Vec::new();
    let mut device = None;
    let mut type_names = Vec::new();
    match &settings.request {
        Request::Findings => findings = stages.findings(),
        Request::EveryCall => findings.calls = stages.every_call(),
        Request::Models => outcomes = stages.models(),
        Request::Trace(name) => {
            device = stages.device(name);
            if device.is_none() {
                type_names = objects.names();
            }
        }
    }
    let statistics = statistics(&files, &tree, &objects);
    let parts = tree.crates.parts.iter();
    let unreadable =
        parts.filter_map(|part| Some((part.origin.file, part.unreadable.clone()?))).collect();
    drop(objects);
    let parsed = tree.into_parsed();
    let Findings { calls, observations, registrations, conversions } = findings;
    Analysis {
        files,
        parsed,
        statistics,
        unreadable,
        model,
        calls,
        observations,
        registrations,
        conversions,
        outcomes,
        device,
        type_names,
    }
}

/// What goes from a tree when these calls go, for which the caller vouches.
#[must_use]
pub fn remove(files: &[SourceFile], calls: &[Location], executor: &dyn Executor) -> Removal {
    let words = Vocabulary::builtin();
    let tree = Tree::new(files, Parsed::default(), &words, None, executor);
    let objects = Objects::new(&tree, executor);
    let contexts = ContextTable::new(&tree, &objects);
    let mut requests: BTreeMap<ItemId, Vec<Span>> = BTreeMap::new();
    for &call in calls {
        match tree.function_at(call) {
            Some(function) => requests.entry(function).or_default().push(call.span),
            None => return Removal::Refused("the call stands in no function".to_owned()),
        }
    }
    let sources = removals::Sources { tree: &tree, objects: &objects, contexts: &contexts };
    sources.remove(&requests.into_iter().collect::<Vec<_>>())
}

fn statistics(files: &[SourceFile], tree: &Tree<'_>, objects: &Objects<'_, '_>) -> Statistics {
    Statistics {
        files: files.len(),
        functions: tree.function_count(),
        types: objects.declared(),
        opaque_functions: tree.lowered().filter(|function| function.opaque).count()
            + tree.crates.parts.iter().map(|part| part.broken).sum::<usize>(),
        opaque_macros: tree.crates.parts.iter().map(|part| part.opaque_macros).sum(),
    }
}

fn facts(tree: &Tree<'_>, objects: &Objects<'_, '_>, settings: &Settings) -> ModelFacts {
    let detected = detect(tree, objects);
    ModelFacts {
        model: settings.model.or(detected.model).unwrap_or(OwnershipModel::OwnerRefs),
        model_evidence: detected.evidence,
        glue: Glue {
            auto_delete: settings.assume.auto_delete || detected.glue.auto_delete,
            auto_unparent: settings.assume.auto_unparent || detected.glue.auto_unparent,
        },
        assumed: Glue {
            auto_delete: settings.assume.auto_delete && !detected.glue.auto_delete,
            auto_unparent: settings.assume.auto_unparent && !detected.glue.auto_unparent,
        },
        stated: settings.model.is_some(),
    }
}

/// What rules are given.
#[derive(Default)]
struct Findings {
    calls: Vec<RegionCall>,
    observations: Vec<Observation>,
    registrations: Vec<Registration>,
    conversions: Vec<Conversion>,
}

/// What several stages look up.
struct Tables<'s, 'a> {
    fields: FieldTable<'s, 'a>,
    contexts: ContextTable<'s, 'a>,
}

impl<'s, 'a> Tables<'s, 'a> {
    fn new(tree: &'s Tree<'a>, objects: &'s Objects<'s, 'a>) -> Self {
        Self { fields: FieldTable::new(tree, objects), contexts: ContextTable::new(tree, objects) }
    }
}

/// The stages after the object model, for one tree.
struct Stages<'s, 'a> {
    tree: &'s Tree<'a>,
    objects: &'s Objects<'s, 'a>,
    model: &'s ModelFacts,
    executor: &'s dyn Executor,
}

impl<'s, 'a> Stages<'s, 'a> {
    fn findings(&self) -> Findings {
        let Self { tree, objects, executor, .. } = *self;
        let traces = self.traces(&[Op::Child]);
        let subjects = self.subjects(&traces, objects.concrete().collect());
        let tables = Tables::new(tree, objects);
        let observer = Observer { tree, objects, fields: &tables.fields };
        let mut observations = observer.observe(&subjects, self.model.semantics(), executor);
        let outside = Outside { tree, objects, contexts: &tables.contexts };
        observations.extend(Links::new(outside).observe(executor));
        let transactions = Transactions { outside, relevance: traces.relevance() };
        observations.extend(transactions.observe(executor));
        observations.sort_by_key(|seen| seen.location);
        let mut calls = self.calls(&traces, &tables, false);
        let curer = Curer {
            tree,
            objects,
            contexts: &tables.contexts,
            traces: &traces,
            semantics: self.model.semantics(),
        };
        curer.cure(&mut observations, &mut calls);
        let registrations = registrations::observe(&tree.crates, tree.words, executor);
        let conversions = conversion::observe(&tree.crates, tree.words, executor);
        Findings { calls, observations, registrations, conversions }
    }

    fn every_call(&self) -> Vec<RegionCall> {
        self.calls(&self.traces(&[Op::Child]), &Tables::new(self.tree, self.objects), true)
    }

    fn models(&self) -> Vec<ModelOutcome> {
        let traces = self.traces(&[Op::Child]);
        let subjects = self.subjects(&traces, self.objects.concrete().collect());
        models::table(self.objects, &subjects, self.executor)
    }

    fn device(&self, name: &str) -> Option<DeviceTrace> {
        let ty = self.objects.named(name)?;
        let traces = self.traces(&[Op::Child]);
        Some(device::tell(self.objects, ty, &traces.of(ty), self.model.semantics()))
    }

    /// Traces that follow functions with an operation on a region, or with one of `ops`.
    fn traces(&self, ops: &[Op]) -> Traces<'s, 'a> {
        let mut functions = sites::functions_on_regions(self.tree, self.objects, self.executor);
        functions.extend(sites::callers(self.tree, ops));
        let relevance = Relevance::new(self.tree, self.objects, &functions);
        Traces::new(self.tree, self.objects, relevance)
    }

    /// Types with their traces.
    fn subjects(&self, traces: &Traces<'_, '_>, types: Vec<TypeId>) -> Vec<Subject> {
        let phases = [Phase::Init, Phase::Realize, Phase::Unrealize];
        per_item(self.executor, "trace", types.len(), &|at| {
            let ty = types[at];
            let trace = traces.of(ty);
            let is_uncertain = trace.truncated
                || !trace.ambiguous.is_empty()
                || self.objects.is_uncertain(ty, &phases);
            let is_device = self.objects.is_device(ty) != Some(false);
            Subject { ty, trace, is_device, is_uncertain }
        })
    }

    fn calls(
        &self,
        traces: &Traces<'_, '_>,
        tables: &Tables<'_, 'a>,
        every_call: bool,
    ) -> Vec<RegionCall> {
        let Self { tree, objects, executor, .. } = *self;
        let sites = sites::find(tree, objects, &[Op::Delete, Op::Unparent], executor);
        let Tables { fields, contexts } = tables;
        let elsewhere = Elsewhere::new(tree, objects, contexts);
        let reporter = Reporter {
            tree,
            objects,
            contexts,
            facts: self.model,
            fields,
            elsewhere: &elsewhere,
            every_call,
            traces,
        };
        // Types are shared by many calls: their traces are made first, each once and side by side.
        let types = per_item(executor, "contexts", sites.len(), &|at| reporter.types(&sites[at]));
        let types: BTreeSet<TypeId> = types.into_iter().flatten().collect();
        let types: Vec<TypeId> = types.into_iter().collect();
        executor.run("trace", types.len(), &|at| drop(traces.of(types[at])));
        let mut rows = per_item(executor, "judge", sites.len(), &|at| reporter.row(&sites[at]));
        proof::withdraw(&mut rows, objects, traces, self.model.semantics());
        let sources = removals::Sources { tree, objects, contexts };
        add_removals(&mut rows, &sites, &sources, executor);
        rows
    }
}

/// Works out what goes with each call that may go.
fn add_removals(
    rows: &mut [RegionCall],
    sites: &[Site<'_>],
    sources: &removals::Sources<'_, '_>,
    executor: &dyn Executor,
) {
    let groups = removable(rows, sites);
    let removed = per_item(executor, "rewrite", groups.len(), &|at| {
        let (function, members) = &groups[at];
        let calls = members.iter().map(|&row| rows[row].location.span).collect();
        sources.remove(&[(*function, calls)])
    });
    for ((_, members), removal) in groups.iter().zip(removed) {
        for &row in members {
            rows[row].removal = removal.clone();
        }
    }
}
