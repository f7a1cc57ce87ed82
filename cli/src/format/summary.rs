//! The last lines of a report: what was found, in what, and under which model.

use super::View;
use super::place::Places;
use super::text::{count, printable};
use devmodel_analyzer::lifecycle::{RegionCall, Verdict};
use devmodel_edit::{Applicability, Fix};
use devmodel_rules::Finding;
use std::collections::{BTreeMap, BTreeSet};

/// What was found and what can be done about it.
pub(crate) fn findings(findings: &[Finding]) -> String {
    if findings.is_empty() {
        return "no findings".to_owned();
    }
    let files: BTreeSet<_> = findings.iter().map(|finding| finding.location.file).collect();
    let found = count(findings.len(), "finding", "findings");
    let mut summary = format!("{found} in {}", count(files.len(), "file", "files"));
    let fixable = [
        (Applicability::Safe, "with `cargo devmodel fix --diff`"),
        (Applicability::Unsafe, "with `--unsafe`"),
    ];
    for (applicability, how) in fixable {
        let of = |finding: &&Finding| {
            finding.fix.as_ref().map(Fix::applicability) == Some(applicability)
        };
        let fixable = findings.iter().filter(of).count();
        if fixable > 0 {
            summary.push_str(&format!(", {fixable} fixable {how}"));
        }
    }
    summary
}

/// How many calls got each verdict.
pub(crate) fn verdicts(calls: &[&RegionCall]) -> String {
    let mut counts = BTreeMap::<Verdict, usize>::new();
    for call in calls {
        *counts.entry(call.verdict).or_default() += 1;
    }
    let counts: Vec<String> =
        counts.iter().map(|(verdict, count)| format!("{count} {}", verdict.as_str())).collect();
    counts.join(", ")
}

/// How much was read and understood.
pub(crate) fn tree(view: &View<'_>) -> String {
    let statistics = view.analysis.statistics;
    let mut parts = vec![
        count(statistics.files, "file", "files"),
        count(statistics.functions, "function", "functions"),
        count(statistics.types, "type", "types"),
    ];
    if statistics.opaque_functions > 0 {
        let opaque = count(statistics.opaque_functions, "function", "functions");
        parts.push(format!("{opaque} not understood"));
    }
    if statistics.opaque_macros > 0 {
        let opaque = count(statistics.opaque_macros, "macro", "macros");
        parts.push(format!("{opaque} not expanded"));
    }
    let elapsed = view.elapsed.map(|time| format!(" in {:.2} s", time.as_secs_f64()));
    format!("{}{}", parts.join(", "), elapsed.unwrap_or_default())
}

/// The ownership model and glue in force, and why.
pub(crate) fn model(view: &View<'_>, places: &Places<'_>) -> String {
    let facts = &view.analysis.model;
    let why = match facts.model_evidence.first() {
        _ if facts.stated => "as stated".to_owned(),
        None => "assumed".to_owned(),
        Some(evidence) => {
            let place = places.of(evidence.location);
            format!("{}:{}", printable(place.file), place.start.line)
        }
    };
    let glue = match facts.glue.words() {
        words if words.is_empty() => "none".to_owned(),
        words => words.join(", "),
    };
    format!("model {} ({why}), glue {glue}", facts.model.as_str())
}
