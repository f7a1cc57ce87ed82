//! `fix`: repairs the tree, to the fixed point, and shows what becomes of it.

use crate::arguments::Fix as Arguments;
use crate::fix::{Fixer, Session, Texts, Wanted};
use crate::format::text::{count, printable};
use crate::selection::Selection;
use crate::{Engine, Status, Streams};
use anyhow::{Result, bail};
use devmodel_analyzer::model::FileId;
use devmodel_edit::{Applicability, Fix};
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
    let session = Session::new(&arguments.tree, engine, streams)?;
    let wanted = wanted(arguments, &session, &selection, engine);
    let mut fixer = Fixer::new(session);
    fixer.run(&wanted)?;
    for change in fixer.changes(&Texts::new()) {
        streams.output.write_all(&change.diff())?;
    }
    if !arguments.tree.quiet {
        report(&fixer, &wanted, streams)?;
    }
    Ok(Status::Clean)
}

fn wanted(
    arguments: &Arguments,
    session: &Session<'_>,
    selection: &Selection,
    engine: &Engine,
) -> Wanted {
    let rules = engine.catalogue.iter().filter(|rule| selection.accepts(rule));
    let files = (0..session.analysis().files.len() as u32).map(FileId);
    Wanted {
        least: if arguments.r#unsafe { Applicability::Unsafe } else { Applicability::Safe },
        rules: rules.map(|rule| rule.name).collect(),
        files: files.filter(|&file| session.covers(file)).collect(),
    }
}

/// What was done and what is left.
fn report(fixer: &Fixer<'_>, wanted: &Wanted, streams: &mut Streams<'_>) -> Result<()> {
    for refused in fixer.refused() {
        let finding = &refused.repair.findings[0];
        let path = printable(&fixer.session.analysis().file(finding.location.file).path);
        let Finding { rule, function, .. } = finding;
        writeln!(streams.errors, "{path}: {rule} in `{function}` is not fixed: {}", refused.flaw)?;
    }
    writeln!(streams.errors, "{}", summary(fixer, wanted))?;
    Ok(())
}

fn summary(fixer: &Fixer<'_>, wanted: &Wanted) -> String {
    let fixes = count(fixer.repairs().count(), "fix", "fixes");
    let files = count(fixer.changes(&Texts::new()).len(), "file", "files");
    let mut parts = vec![format!("{fixes} in {files}")];
    let left: Vec<&Finding> =
        fixer.session.findings().iter().filter(|finding| wanted.accepts(finding)).collect();
    let having = |applicability| {
        let of =
            |finding: &&&Finding| finding.fix.as_ref().map(Fix::applicability) == applicability;
        left.iter().filter(of).count()
    };
    let refused = fixer.refused().len();
    if refused > 0 {
        parts.push(format!("{refused} refused"));
    }
    let with_unsafe = having(Some(Applicability::Unsafe));
    if with_unsafe > 0 && wanted.least > Applicability::Unsafe {
        parts.push(format!("{with_unsafe} more with --unsafe"));
    }
    let by_hand = having(None) + having(Some(Applicability::Display));
    if by_hand > 0 {
        parts.push(format!("{by_hand} to be fixed by hand"));
    }
    parts.join("; ")
}
