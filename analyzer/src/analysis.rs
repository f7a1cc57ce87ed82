//! The stages in order: index, link, type tables, calls, contexts, traces, verdicts, removals.

use crate::Executor;
use crate::contexts::ContextTable;
use crate::lifecycle::detect::detect;
use crate::lifecycle::inits::FieldTable;
use crate::lifecycle::removals::Sources;
use crate::lifecycle::report::{Reporter, Traces, removable};
use crate::lifecycle::models::{self, Subject};
use crate::lifecycle::simulation::Semantics;
use crate::lifecycle::{device, sites};
use crate::lifecycle::{DeviceTrace, Glue, ModelFacts, ModelOutcome, OwnershipModel, Phase, RegionCall};
use crate::model::FileId;
use crate::objects::{Objects, TypeId};
use crate::trace::{Relevance, Tracer};
use crate::tree::{Tree, per_item};
use crate::vocabulary::{Op, Vocabulary};
use std::collections::BTreeSet;
use std::sync::Arc;

/// One file of the tree.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Its path relative to the root of the tree, with `/`.
    pub path: String,
    /// Its bytes, as read.
    pub text: Vec<u8>,
}

/// What the user states about the tree.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The ownership model; read from the tree's own core if `None`.
    pub model: Option<OwnershipModel>,
    /// Glue that is taken to be there, besides what the tree has.
    pub assume: Glue,
    /// What is asked for.
    pub request: Request,
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
    /// Functions that the analysis needed and that did not parse.
    pub opaque_functions: usize,
}

/// The result of an analysis.
#[derive(Debug)]
pub struct Analysis {
    /// The files, in the order of their ids.
    pub files: Vec<SourceFile>,
    /// How much was read.
    pub statistics: Statistics,
    /// The model and glue in force.
    pub model: ModelFacts,
    /// Every call that ends or changes a region's life, ordered by file and position.
    pub calls: Vec<RegionCall>,
    /// What becomes of the types, by model, glue and path; empty unless asked for.
    pub outcomes: Vec<ModelOutcome>,
    /// The life of the type asked for, if the tree has it.
    pub device: Option<DeviceTrace>,
}

impl Analysis {
    /// The file with this id.
    #[must_use]
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }
}

/// Analyses a tree. Files are numbered in the order given; sort them for a stable result.
#[must_use]
pub fn analyze(files: Vec<SourceFile>, settings: &Settings, executor: &dyn Executor) -> Analysis {
    let words = Vocabulary::builtin();
    let tree = Tree::new(&files, &words, executor);
    let objects = Objects::new(&tree, executor);
    let model = facts(&tree, &objects, settings);
    let mut calls = Vec::new();
    let mut outcomes = Vec::new();
    let mut device = None;
    match settings.request {
        Request::Findings | Request::EveryCall => {
            calls = region_calls(&tree, &objects, &model, settings, executor);
        }
        Request::Models => {
            let types: Vec<TypeId> = objects.concrete().collect();
            let subjects = subjects(&tree, &objects, &types, executor);
            outcomes = models::table(&objects, &subjects, executor);
        }
        Request::Trace(ref name) => {
            let semantics = Semantics { model: model.model, glue: model.glue };
            let types: Vec<TypeId> = objects.named(name).into_iter().collect();
            let subjects = subjects(&tree, &objects, &types, executor);
            device = subjects
                .first()
                .map(|subject| device::tell(&objects, subject.ty, &subject.trace, semantics));
        }
    }
    let statistics = statistics(&files, &tree, &objects);
    drop(objects);
    drop(tree);
    Analysis { files, statistics, model, calls, outcomes, device }
}

/// Types with their traces, children included.
fn subjects(
    tree: &Tree<'_>,
    objects: &Objects<'_, '_>,
    types: &[TypeId],
    executor: &dyn Executor,
) -> Vec<Subject> {
    let mut regions = sites::functions_on_regions(tree, objects, executor);
    regions.extend(sites::callers(tree, &[Op::Child]));
    let relevance = Relevance::new(tree, objects, &regions);
    per_item(executor, "trace", types.len(), &|at| {
        let ty = types[at];
        let trace = Tracer::trace(tree, objects, &relevance, ty);
        let phases = [Phase::Init, Phase::Realize, Phase::Unrealize];
        let is_uncertain = trace.truncated || objects.is_uncertain(ty, &phases);
        let is_device = objects.is_device(ty) != Some(false);
        Subject { ty, trace: Arc::new(trace), is_device, is_uncertain }
    })
}

fn statistics(files: &[SourceFile], tree: &Tree<'_>, objects: &Objects<'_, '_>) -> Statistics {
    Statistics {
        files: files.len(),
        functions: tree.function_count(),
        types: objects.declared(),
        opaque_functions: tree.lowered().filter(|function| function.opaque).count(),
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
        stated: settings.model.is_some(),
    }
}

fn region_calls(
    tree: &Tree<'_>,
    objects: &Objects<'_, '_>,
    facts: &ModelFacts,
    settings: &Settings,
    executor: &dyn Executor,
) -> Vec<RegionCall> {
    let sites = sites::find(tree, objects, &[Op::Delete, Op::Unparent], executor);
    let fields = FieldTable::new(tree, objects);
    let contexts = ContextTable::new(tree, objects);
    let regions = sites::functions_on_regions(tree, objects, executor);
    let relevance = Relevance::new(tree, objects, &regions);
    let reporter = Reporter {
        tree,
        objects,
        contexts: &contexts,
        relevance: &relevance,
        facts,
        fields: &fields,
        every_call: settings.request == Request::EveryCall,
        traces: Traces::new(objects.types.len()),
    };
    // Types are shared by many calls: their traces are made first, each once and side by side.
    let types = per_item(executor, "contexts", sites.len(), &|at| reporter.types(&sites[at]));
    let types: BTreeSet<TypeId> = types.into_iter().flatten().collect();
    let types: Vec<TypeId> = types.into_iter().collect();
    executor.run("trace", types.len(), &|at| reporter.prepare(types[at]));
    let mut rows = per_item(executor, "judge", sites.len(), &|at| reporter.row(&sites[at]));
    let sources = Sources { tree, objects, contexts: &contexts };
    let groups = removable(&rows, &sites);
    let removed = per_item(executor, "rewrite", groups.len(), &|at| {
        let (function, members) = &groups[at];
        let calls: Vec<&RegionCall> = members.iter().map(|&row| &rows[row]).collect();
        sources.remove(*function, &calls)
    });
    for ((_, members), removal) in groups.iter().zip(removed) {
        for &row in members {
            rows[row].removal = removal.clone();
        }
    }
    rows
}
