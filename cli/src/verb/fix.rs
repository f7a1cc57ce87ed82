//! `fix`: the findings' fixes as a diff.

use super::check::findings;
use crate::arguments::Fix as Arguments;
use crate::fix::{Change, Repair};
use crate::format::text::count;
use crate::selection::Selection;
use crate::survey::Survey;
use crate::{Engine, Status, Streams};
use anyhow::{Context, Result, bail};
use devmodel_analyzer::Analysis;
use devmodel_analyzer::Request;
use devmodel_edit::{Applicability, Edit, Fix, Plan, apply, select};
use devmodel_rules::Finding;

pub(crate) fn run(
    arguments: &Arguments,
    engine: &Engine,
    streams: &mut Streams<'_>,
) -> Result<Status> {
    if !arguments.diff {
        bail!("only `fix --diff` exists yet: it prints the changes and writes nothing");
    }
    let selection = Selection::new(&arguments.rules, engine.catalogue)?;
    let survey = Survey::new(&arguments.tree, Request::Findings, engine, streams)?;
    let findings = findings(&survey, &selection, engine);
    let repairs = trusted(&findings, arguments.r#unsafe);
    let plan = select(&repairs.iter().map(|repair| &repair.fix).collect::<Vec<_>>());
    for edits in plan.files() {
        streams.output.write_all(&change(&survey.analysis, edits)?.diff())?;
    }
    if !arguments.tree.quiet {
        let left = left(&findings, arguments.r#unsafe);
        writeln!(streams.errors, "{}", summary(&plan, &left))?;
    }
    Ok(Status::Clean)
}

fn trusted(findings: &[Finding], r#unsafe: bool) -> Vec<Repair> {
    let least = if r#unsafe { Applicability::Unsafe } else { Applicability::Safe };
    let mut repairs = Repair::of(findings);
    repairs.retain(|repair| repair.fix.applicability() >= least);
    repairs
}

/// The change of the file that `edits` are of.
fn change(analysis: &Analysis, edits: &[Edit]) -> Result<Change> {
    let file = analysis.file(edits[0].file);
    let after = apply(&file.text, edits)
        .with_context(|| format!("a fix does not fit `{}`; please report it", file.path))?;
    Ok(Change { path: file.path.clone(), before: file.text.clone(), after })
}

/// How many findings are left because of their applicability, or have no fix at all.
struct Left {
    r#unsafe: usize,
    by_hand: usize,
}

fn left(findings: &[Finding], with_unsafe: bool) -> Left {
    let having = |applicability| {
        let of = |finding: &&Finding| finding.fix.as_ref().map(Fix::applicability) == applicability;
        findings.iter().filter(of).count()
    };
    let r#unsafe = having(Some(Applicability::Unsafe));
    Left {
        r#unsafe: if with_unsafe { 0 } else { r#unsafe },
        by_hand: having(None) + having(Some(Applicability::Display)),
    }
}

fn summary(plan: &Plan, left: &Left) -> String {
    let fixes = count(plan.accepted.len(), "fix", "fixes");
    let files = count(plan.files().count(), "file", "files");
    let mut parts = vec![format!("{fixes} in {files}")];
    if !plan.deferred.is_empty() {
        let deferred = plan.deferred.len();
        parts.push(format!("{deferred} more once these are applied, as they overlap"));
    }
    if left.r#unsafe > 0 {
        parts.push(format!("{} more with --unsafe", left.r#unsafe));
    }
    if left.by_hand > 0 {
        parts.push(format!("{} to be fixed by hand", left.by_hand));
    }
    parts.join("; ")
}
