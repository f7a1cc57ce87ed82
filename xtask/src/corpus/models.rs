//! `corpus models`: what the simulation says about types, against what was measured on the
//! programs built from the same tree.

mod comparison;
mod report;
mod truth;

use crate::tool::Tool;
use crate::workspace;
use anyhow::{Result, ensure};
use comparison::{Bounds, Comparison, Counts};
use report::{Outcome, Reports};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use truth::{Measurement, Truth};

const LABELS: [&str; 2] = ["introspection-10.0.json", "unplug-10.0.json"];

/// Below this share of what was measured, what the tool finds is not good enough.
const FOUND: usize = 90;

/// Above this share of what the tool says, too much of it was not measured.
const BEYOND: usize = 10;

/// Compare the outcomes of `models` with what was measured.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The name of a tree, or a folder.
    #[arg(default_value = "qemu-10.0")]
    tree: String,
    /// A file of measurements; the two of this workspace if none is given.
    #[arg(long, value_name = "FILE")]
    labels: Vec<PathBuf>,
    /// Run this binary instead of building the one of this workspace.
    #[arg(long, value_name = "PATH")]
    tool: Option<PathBuf>,
}

/// Prints every comparison; fails if too little is found or too much is said.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let truths = truths(&arguments.labels)?;
    let Some(tree) = folder(&arguments.tree)? else {
        return Ok(());
    };
    let tool = Tool::get(arguments.tool.as_deref())?;
    let reports = Reports::get(&tool, &tree)?;
    reports.table();
    let mut bad = Vec::new();
    for truth in &truths {
        bad.extend(outcomes(truth, &reports.outcomes));
        bad.extend(findings(truth, &reports.findings));
    }
    ensure!(bad.is_empty(), "not as measured:\n  {}", bad.join("\n  "));
    Ok(())
}

fn truths(files: &[PathBuf]) -> Result<Vec<Truth>> {
    if !files.is_empty() {
        return files.iter().map(|file| Truth::read(file)).collect();
    }
    let labels = workspace::root().join("xtask/corpus/labels");
    LABELS.iter().map(|file| Truth::read(&labels.join(file))).collect()
}

fn folder(tree: &str) -> Result<Option<PathBuf>> {
    if Path::new(tree).is_dir() {
        return Ok(Some(PathBuf::from(tree)));
    }
    Ok(super::tree(tree)?.map(|cached| cached.path))
}

/// Every measurement beside every outcome that it is about; returns what is not good enough.
fn outcomes(truth: &Truth, outcomes: &[Outcome]) -> Vec<String> {
    let mut bad = Vec::new();
    for measurement in &truth.measurements {
        let mut about = outcomes.iter().filter(|outcome| measurement.is_about(outcome)).peekable();
        if about.peek().is_none() {
            bad.push(format!("{}: `models` says nothing about it", measurement.name()));
        }
        bad.extend(about.flat_map(|outcome| one(truth, measurement, outcome)));
    }
    bad
}

fn one(truth: &Truth, measurement: &Measurement, outcome: &Outcome) -> Vec<String> {
    println!("\n{}: {}", outcome.name(), measurement.what);
    let rows = rows(truth, measurement, outcome);
    let is_required = |row: &&Comparison| truth.required.contains(&row.name);
    for row in rows.iter().filter(|row| is_required(row) || row.counts() != Counts::default()) {
        println!("  {row}{}", goal(measurement, &row.name));
    }
    let all = Comparison::sum(rows.iter());
    println!("  {all}");
    all.names(|name| outcome.why_not(name));
    if !measurement.complete {
        // What was tried shows what happens there, and not how often.
        return Vec::new();
    }
    let failures =
        rows.iter().filter(is_required).chain([&all]).filter_map(|row| row.failure(&bounds()));
    failures.map(|why| outcome.name() + ", " + &why).collect()
}

/// One row for each target.
fn rows(truth: &Truth, measurement: &Measurement, outcome: &Outcome) -> Vec<Comparison> {
    let leaking = truth.with_computed(&outcome.leaking);
    let row = |(target, held): (&String, &BTreeSet<String>)| {
        Comparison::new(target, held, &leaking, measurement.types(truth, target).as_ref())
    };
    measurement.held.iter().map(row).collect()
}

fn goal(measurement: &Measurement, target: &str) -> String {
    measurement.elsewhere.get(target).map_or_else(String::new, |goal| format!("  ({goal})"))
}

fn bounds() -> Bounds {
    Bounds { found: FOUND, beyond: BEYOND }
}

/// The types that the rules report, beside a sample that was read by hand and all that was measured.
fn findings(truth: &Truth, found: &BTreeSet<String>) -> Option<String> {
    if truth.sample.is_empty() {
        return None;
    }
    println!("\nreported on introspection: the sample, and what was measured to leak in any way");
    let found = &truth.with_computed(found);
    let missed: Vec<&String> = truth.sample.iter().filter(|name| !found.contains(*name)).collect();
    let (types, leaking) = (truth.all_types(), truth.all_leaking());
    let reported: BTreeSet<&String> = found.iter().filter(|name| types.contains(*name)).collect();
    let clean: Vec<&&String> = reported.iter().filter(|name| !leaking.contains(**name)).collect();
    println!("  sample {}, missed {}: {missed:?}", truth.sample.len(), missed.len());
    println!("  reported {}, clean {}: {clean:?}", reported.len(), clean.len());
    let counts = Counts {
        measured: truth.sample.len(),
        found: truth.sample.len() - missed.len(),
        predicted: reported.len(),
        beyond: clean.len(),
    };
    counts.failure(&bounds()).map(|why| format!("findings on introspection: {why}"))
}
