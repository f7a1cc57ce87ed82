//! What becomes of types under every model, for people: a table, names, or what changes.

use super::View;
use super::paint::{STRONG, paint};
use super::text::{count, printable};
use crate::combination::word;
use crate::difference::{Difference, Fate};
use devmodel_analyzer::lifecycle::{Glue, LifecyclePath, ModelOutcome, OwnershipModel};
use std::io::{self, Write};

const HEADINGS: [&str; 4] = ["LEAKING", "CHILDREN", "FAULTING", "UNDECIDED"];

/// Prints a table for each path, one row per model and glue; glues that make no difference share
/// a row.
pub(crate) fn table(
    view: &View<'_>,
    outcomes: &[&ModelOutcome],
    output: &mut dyn Write,
) -> io::Result<()> {
    for path in LifecyclePath::ALL {
        let rows = rows(view, outcomes, path);
        let Some(first) = rows.first() else { continue };
        let title = format!("{}: {}", path.as_str(), count(first.outcome.types, "type", "types"));
        let headings = HEADINGS.map(|heading| format!("  {heading:>9}")).concat();
        writeln!(output, "{}", paint(&format!("{title:56}{headings}"), STRONG, view.color))?;
        for row in &rows {
            let style = if row.is_in_force { STRONG } else { super::paint::PLAIN };
            writeln!(output, "{}", paint(&row.line(), style, view.color))?;
        }
        writeln!(output)?;
    }
    writeln!(output, "* the model and glue in force; CHILDREN leak only through a child\n")
}

/// The outcome of one path under one model, and the glues under which it is the same.
struct Row<'a> {
    outcome: &'a ModelOutcome,
    glues: Vec<Glue>,
    is_in_force: bool,
}

/// The rows of a path, what is in force first, and its model before others.
fn rows<'a>(view: &View<'_>, outcomes: &[&'a ModelOutcome], path: LifecyclePath) -> Vec<Row<'a>> {
    let facts = &view.analysis.model;
    let mut rows: Vec<Row<'a>> = Vec::new();
    for outcome in outcomes.iter().filter(|one| one.path == path) {
        let is_in_force = (outcome.model, outcome.glue) == (facts.model, facts.glue);
        match rows.iter_mut().find(|row| is_same(row.outcome, outcome)) {
            Some(row) => {
                row.glues.push(outcome.glue);
                row.is_in_force |= is_in_force;
            }
            None => rows.push(Row { outcome, glues: vec![outcome.glue], is_in_force }),
        }
    }
    rows.sort_by_key(|row| (!row.is_in_force, row.outcome.model != facts.model));
    rows
}

fn is_same(one: &ModelOutcome, other: &ModelOutcome) -> bool {
    let same = |fate: &Fate| fate.of(one) == fate.of(other);
    one.model == other.model && Fate::ALL.iter().all(same)
}

impl Row<'_> {
    fn line(&self) -> String {
        let mark = if self.is_in_force { '*' } else { ' ' };
        let counts = Fate::ALL.map(|fate| format!("  {:>9}", fate.of(self.outcome).len())).concat();
        format!("{mark} {:23}  {:29}{counts}", self.outcome.model.as_str(), glues(&self.glues))
    }
}

/// Several glues in few words; what stands in brackets makes no difference.
fn glues(glues: &[Glue]) -> String {
    let auto_delete = Glue { auto_delete: true, auto_unparent: false };
    let auto_unparent = Glue { auto_delete: false, auto_unparent: true };
    let both = Glue { auto_delete: true, auto_unparent: true };
    let none = Glue::default();
    let groups: [(&[Glue], &str); 6] = [
        (&Glue::ALL, "any glue"),
        (&[none, auto_delete], "no glue [auto-delete]"),
        (&[none, auto_unparent], "no glue [auto-unparent]"),
        (&[auto_delete, both], "auto-delete [+auto-unparent]"),
        (&[auto_unparent, both], "auto-unparent [+auto-delete]"),
        (&[none, auto_delete, auto_unparent], "at most one glue"),
    ];
    if let Some((_, words)) = groups.iter().find(|(group, _)| glues == *group) {
        return (*words).to_owned();
    }
    let words = glues.iter().map(|&glue| match glue.words() {
        words if words.is_empty() => "no glue".to_owned(),
        words => words.join("+"),
    });
    words.collect::<Vec<_>>().join(", ")
}

/// Prints the names of the types with this fate under the model and glue in force.
pub(crate) fn names(
    view: &View<'_>,
    outcomes: &[&ModelOutcome],
    fate: Fate,
    output: &mut dyn Write,
) -> io::Result<()> {
    for outcome in in_force(view, outcomes) {
        let names = fate.of(outcome);
        let title = format!(
            "{} under {}: {} of {} {}",
            outcome.path.as_str(),
            word(outcome.model, outcome.glue),
            names.len(),
            count(outcome.types, "type", "types"),
            fate.as_str()
        );
        writeln!(output, "{}", paint(&title, STRONG, view.color))?;
        for name in names {
            writeln!(output, "  {}", printable(name))?;
        }
        writeln!(output)?;
    }
    Ok(())
}

/// The outcomes under the model and glue in force.
pub(crate) fn in_force<'a>(
    view: &View<'_>,
    outcomes: &[&'a ModelOutcome],
) -> impl Iterator<Item = &'a ModelOutcome> {
    let facts = &view.analysis.model;
    let (model, glue) = (facts.model, facts.glue);
    outcomes.iter().copied().filter(move |one| (one.model, one.glue) == (model, glue))
}

/// Prints the types that change.
pub(crate) fn difference(
    view: &View<'_>,
    difference: &Difference<'_>,
    output: &mut dyn Write,
) -> io::Result<()> {
    for (path, changes) in &difference.paths {
        for change in changes {
            let (more, less) = (change.appeared.len(), change.disappeared.len());
            if more + less == 0 {
                continue;
            }
            let what = change.fate.as_str();
            let title = format!("{}, {what}: {more} appeared, {less} disappeared", path.as_str());
            writeln!(output, "{}", paint(&title, STRONG, view.color))?;
            for (mark, names) in [('+', &change.appeared), ('-', &change.disappeared)] {
                for name in names {
                    writeln!(output, "  {mark} {}", printable(name))?;
                }
            }
            writeln!(output)?;
        }
    }
    Ok(())
}

/// What is compared, and how many types change.
pub(crate) fn compared(difference: &Difference<'_>) -> String {
    let named = |(model, glue): (OwnershipModel, Glue)| word(model, glue);
    let mut changed: Vec<&str> = Vec::new();
    for change in difference.paths.iter().flat_map(|(_, changes)| changes) {
        changed.extend(change.appeared.iter().chain(&change.disappeared));
    }
    changed.sort_unstable();
    changed.dedup();
    let changed = match changed.len() {
        0 => "no type changes".to_owned(),
        1 => "1 type changes".to_owned(),
        many => format!("{many} types change"),
    };
    format!("from {} to {}: {changed}", named(difference.from), named(difference.to))
}

/// How many types leak on which path under the model and glue in force.
pub(crate) fn summary(view: &View<'_>, outcomes: &[&ModelOutcome]) -> String {
    let leaking: Vec<String> = in_force(view, outcomes)
        .map(|one| format!("{} on {}", one.leaking.len(), one.path.as_str()))
        .collect();
    format!("leaking: {}", leaking.join(", "))
}
