//! Version 1 of the machine-readable output. Fields are only ever added.

mod call;
mod change;
mod finding;
mod head;
mod life;
mod outcome;

use super::View;
use super::place::Places;
use crate::suppressions::Suppressions;
use crate::verb::Selected;
use call::Call;
use change::ModelDiff;
use devmodel_analyzer::lifecycle::{DeviceTrace, LifecyclePath, RegionCall};
use devmodel_rules::Finding;
use head::{Head, Loc};
use life::Life;
use outcome::Outcome;
use serde::Serialize;
use std::io::{self, Write};

/// Prints findings.
pub(crate) fn check(
    view: &View<'_>,
    findings: &[Finding],
    suppressions: &Suppressions,
    output: &mut dyn Write,
) -> io::Result<()> {
    #[derive(Serialize)]
    struct Document<'a> {
        #[serde(flatten)]
        head: Head<'a>,
        findings: Vec<finding::Finding<'a>>,
        suppressions: Sifted<'a>,
    }
    #[derive(Serialize)]
    struct Sifted<'a> {
        used: usize,
        unused: Vec<Loc<'a>>,
    }
    let places = Places::new(&view.analysis.files);
    let unused = suppressions.unused.iter();
    let unused = unused.map(|one| Loc::new(one.location, &one.message, &places));
    let document = Document {
        head: Head::new(view, &places),
        findings: findings.iter().map(|finding| finding::Finding::new(finding, &places)).collect(),
        suppressions: Sifted { used: suppressions.used, unused: unused.collect() },
    };
    write(&document, output)
}

/// Prints calls.
pub(crate) fn audit(
    view: &View<'_>,
    calls: &[&RegionCall],
    output: &mut dyn Write,
) -> io::Result<()> {
    #[derive(Serialize)]
    struct Document<'a> {
        #[serde(flatten)]
        head: Head<'a>,
        calls: Vec<Call<'a>>,
    }
    let places = Places::new(&view.analysis.files);
    let document = Document {
        head: Head::new(view, &places),
        calls: calls.iter().map(|call| Call::new(call, &places)).collect(),
    };
    write(&document, output)
}

/// Prints what becomes of types under every model.
pub(crate) fn models(
    view: &View<'_>,
    selected: &Selected<'_>,
    output: &mut dyn Write,
) -> io::Result<()> {
    #[derive(Serialize)]
    struct Document<'a> {
        #[serde(flatten)]
        head: Head<'a>,
        outcomes: Vec<Outcome<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        model_diff: Option<ModelDiff<'a>>,
    }
    let places = Places::new(&view.analysis.files);
    let document = Document {
        head: Head::new(view, &places),
        outcomes: selected.outcomes.iter().map(|outcome| Outcome::new(outcome)).collect(),
        model_diff: selected.difference.as_ref().map(ModelDiff::new),
    };
    write(&document, output)
}

/// Prints the life of a type.
pub(crate) fn trace(
    view: &View<'_>,
    device: &DeviceTrace,
    only: Option<LifecyclePath>,
    output: &mut dyn Write,
) -> io::Result<()> {
    #[derive(Serialize)]
    struct Document<'a> {
        #[serde(flatten)]
        head: Head<'a>,
        #[serde(flatten)]
        life: Life<'a>,
    }
    let places = Places::new(&view.analysis.files);
    let document =
        Document { head: Head::new(view, &places), life: Life::new(device, only, &places) };
    write(&document, output)
}

fn write(document: &impl Serialize, output: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *output, document)?;
    writeln!(output)
}
