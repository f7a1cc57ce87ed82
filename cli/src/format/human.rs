//! Output for people: reports or a table, and what they are about.

use super::paint::{STRONG, paint};
use super::place::Places;
use super::snippet::Snippets;
use super::text::count;
use super::{View, life, outcomes, report, summary, table};
use crate::verb::Selected;
use devmodel_analyzer::lifecycle::{DeviceTrace, LifecyclePath, RegionCall};
use devmodel_rules::Finding;
use std::io::{self, Write};

/// Prints findings and a summary.
pub(crate) fn check(
    view: &View<'_>,
    findings: &[Finding],
    output: &mut dyn Write,
) -> io::Result<()> {
    let mut snippets = Snippets::new(&view.analysis.files);
    for finding in findings {
        report::write(finding, view, &mut snippets, output)?;
        writeln!(output)?;
    }
    let places = Places::new(&view.analysis.files);
    end(view, &summary::findings(findings), &places, output)
}

/// Prints a table of calls and a summary.
pub(crate) fn audit(
    view: &View<'_>,
    calls: &[&RegionCall],
    output: &mut dyn Write,
) -> io::Result<()> {
    let places = Places::new(&view.analysis.files);
    if calls.is_empty() {
        return end(view, "no calls", &places, output);
    }
    table::write(calls, &places, view.color, output)?;
    writeln!(output)?;
    let calls_found = count(calls.len(), "call", "calls");
    let verdicts = summary::verdicts(calls);
    end(view, &format!("{calls_found}: {verdicts}"), &places, output)
}

/// Prints what becomes of types under every model, or what was selected of it, and a summary.
pub(crate) fn models(
    view: &View<'_>,
    selected: &Selected<'_>,
    output: &mut dyn Write,
) -> io::Result<()> {
    let places = Places::new(&view.analysis.files);
    let outcomes = &selected.outcomes;
    if let Some(difference) = &selected.difference {
        outcomes::difference(view, difference, output)?;
        return end(view, &outcomes::compared(difference), &places, output);
    }
    match selected.show {
        Some(fate) => outcomes::names(view, outcomes, fate, output)?,
        None => outcomes::table(view, outcomes, output)?,
    }
    end(view, &outcomes::summary(view, outcomes), &places, output)
}

/// Prints the life of a type, or the replay of one path of it.
pub(crate) fn trace(
    view: &View<'_>,
    device: &DeviceTrace,
    only: Option<LifecyclePath>,
    output: &mut dyn Write,
) -> io::Result<()> {
    life::write(view, device, only, output)?;
    let places = Places::new(&view.analysis.files);
    writeln!(output, "\n{}", summary::tree(view))?;
    writeln!(output, "{}", summary::model(view, &places))
}

fn end(
    view: &View<'_>,
    found: &str,
    places: &Places<'_>,
    output: &mut dyn Write,
) -> io::Result<()> {
    writeln!(output, "{}", paint(found, STRONG, view.color))?;
    writeln!(output, "{}", summary::tree(view))?;
    writeln!(output, "{}", summary::model(view, places))
}
