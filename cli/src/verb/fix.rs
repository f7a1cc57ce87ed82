//! `fix`: repairs the tree to the fixed point, and shows or writes what becomes of it.

use crate::arguments::Fix as Arguments;
use crate::fix::{Disk, Fixer, Session, Wanted, verify};
use crate::format::text::{count, printable};
use crate::interactive::Interview;
use crate::selection::Selection;
use crate::target::Target;
use crate::write::Writer;
use crate::{Engine, Status, Streams};
use anyhow::Result;
use devmodel_analyzer::model::FileId;
use devmodel_edit::{Applicability, Fix};
use devmodel_rules::{Finding, Severity};
use std::path::Path;

pub(crate) fn run(
    arguments: &Arguments,
    engine: &Engine,
    streams: &mut Streams<'_>,
) -> Result<Status> {
    let selection = Selection::new(&arguments.rules, engine.catalogue)?;
    if !arguments.diff {
        let target = Target::new(&arguments.tree)?;
        writer(arguments, &target.root).require_committed()?;
    }
    let session = Session::new(&arguments.tree, engine, streams)?;
    let wanted = wanted(arguments, &session, &selection, engine);
    let mut fixer = Fixer::new(session);
    match arguments.interactive {
        true => interview(&mut fixer, &wanted, streams)?,
        false => fixer.run(&wanted)?,
    }
    put(arguments, &mut fixer, &wanted, streams)?;
    if !arguments.tree.quiet {
        report(&fixer, &wanted, streams)?;
    }
    Ok(status(arguments, &fixer, &wanted))
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

/// Makes the repairs that the user wants, in the way the user wants them.
fn interview(fixer: &mut Fixer<'_>, wanted: &Wanted, streams: &mut Streams<'_>) -> Result<()> {
    let mut interview = Interview::default();
    fixer.repeat(wanted, &mut |repairs, analysis| interview.ask(repairs, analysis, streams))
}

/// Puts what has become of the files where the user wants it.
fn put(
    arguments: &Arguments,
    fixer: &mut Fixer<'_>,
    wanted: &Wanted,
    streams: &mut Streams<'_>,
) -> Result<()> {
    if arguments.diff {
        for change in fixer.all_changes() {
            streams.output.write_all(&change.diff())?;
        }
        return Ok(());
    }
    let root = fixer.session.root().to_owned();
    let writer = writer(arguments, &root);
    match &arguments.verify {
        Some(command) => verify(fixer, wanted, &mut Disk::new(writer, command, streams.errors)),
        None => writer.write(&fixer.all_changes(), streams.errors),
    }
}

fn writer<'a>(arguments: &Arguments, root: &'a Path) -> Writer<'a> {
    Writer {
        root,
        submodules: arguments.tree.submodules,
        allow_dirty: arguments.allow_dirty,
        quiet: arguments.tree.quiet,
    }
}

/// What a writing run leaves is what counts, as with `check`.
fn status(arguments: &Arguments, fixer: &Fixer<'_>, wanted: &Wanted) -> Status {
    let least = Severity::from(arguments.fail_on);
    let counts = |finding: &Finding| wanted.accepts(finding) && finding.severity >= least;
    match !arguments.diff && fixer.session.findings().iter().any(counts) {
        true => Status::Findings,
        false => Status::Clean,
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
    let files = count(fixer.all_changes().len(), "file", "files");
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
