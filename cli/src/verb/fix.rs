//! `fix`: repairs the tree to the fixed point, and shows, mails or writes what becomes of it.

use crate::arguments::{Fix as Arguments, Mails};
use crate::fix::{Disk, Fixer, Session, Wanted, verify};
use crate::format::text::{count, printable};
use crate::interactive::Interview;
use crate::scope::Scope;
use crate::selection::Selection;
use crate::series::{self, Maintainers, Parts, Series};
use crate::write::Writer;
use crate::{Engine, Status, Streams};
use anyhow::Result;
use devmodel_analyzer::model::FileId;
use devmodel_edit::{Applicability, Fix};
use devmodel_rules::{Finding, Severity};
use std::cell::LazyCell;
use std::path::Path;

pub(crate) fn run(
    arguments: &Arguments,
    engine: &Engine,
    streams: &mut Streams<'_>,
) -> Result<Status> {
    let scope = Scope::new(&arguments.tree, engine, streams)?;
    let selection = scope.selection(&arguments.rules, engine)?;
    let fail_on = scope.fail_on(arguments.fail_on)?;
    if writes_tree(arguments) {
        writer(arguments, &scope.target.root).require_committed()?;
    }
    let session = Session::new(scope, &arguments.tree, engine, streams)?;
    let root = session.root().to_owned();
    // Most runs ask for no subsystem.
    let maintainers = LazyCell::new(|| Maintainers::of(&root));
    let mut wanted = wanted(arguments, &session, &selection, engine);
    let mut fixer = Fixer::new(session);
    let parts = Parts { only: &arguments.only, skip: &arguments.skip };
    if !parts.are_all() {
        parts.narrow(&mut wanted, &fixer, &maintainers)?;
    }
    match &arguments.mails.patches {
        Some(folder) => {
            let (wanted, maintainers) = (&wanted, &*maintainers);
            let mut series = Mailing { fixer: &mut fixer, wanted, maintainers, engine };
            series.write(folder, &arguments.mails, streams)?;
        }
        None => repair_and_put(arguments, &mut fixer, &wanted, streams)?,
    }
    if !arguments.tree.quiet {
        report(&fixer, &wanted, streams)?;
    }
    Ok(status(writes_tree(arguments).then_some(fail_on), &fixer, &wanted))
}

/// Whether the fixes go into the files of the tree.
const fn writes_tree(arguments: &Arguments) -> bool {
    !arguments.diff && arguments.mails.patches.is_none()
}

fn wanted(
    arguments: &Arguments,
    session: &Session<'_>,
    selection: &Selection,
    engine: &Engine,
) -> Wanted {
    let rules = |file: FileId| {
        let path = &session.analysis().file(file).path;
        let names = engine.catalogue.iter().map(|rule| rule.name);
        names.filter(|name| selection.accepts(name, path)).collect()
    };
    let files = (0..session.analysis().files.len() as u32).map(FileId);
    let files = files.filter(|&file| session.covers(file));
    Wanted {
        least: if arguments.r#unsafe { Applicability::Unsafe } else { Applicability::Safe },
        files: files.map(|file| (file, rules(file))).collect(),
    }
}

/// A tree that is repaired and mailed part by part.
struct Mailing<'m, 'e> {
    fixer: &'m mut Fixer<'e>,
    wanted: &'m Wanted,
    maintainers: &'m Maintainers,
    engine: &'m Engine,
}

impl Mailing<'_, '_> {
    /// Writes the mails and names their files.
    fn write(&mut self, folder: &Path, mails: &Mails, streams: &mut Streams<'_>) -> Result<()> {
        let author = series::find_author(self.fixer.session.root(), mails.from.as_deref())?;
        let date = series::now()?;
        let catalogue = self.engine.catalogue;
        let patches = series::by_subsystem(self.fixer, self.wanted, self.maintainers, catalogue)?;
        let series = Series {
            analysis: self.fixer.session.analysis(),
            maintainers: self.maintainers,
            author: &author,
            date,
            sign_off: mails.signoff,
        };
        for path in series::write(folder, &patches, &series)? {
            writeln!(streams.output, "{}", path.display())?;
        }
        Ok(())
    }
}

fn repair_and_put(
    arguments: &Arguments,
    fixer: &mut Fixer<'_>,
    wanted: &Wanted,
    streams: &mut Streams<'_>,
) -> Result<()> {
    match arguments.interactive {
        true => interview(fixer, wanted, streams)?,
        false => fixer.run(wanted)?,
    }
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

/// Makes the repairs that the user wants, in the way the user wants them.
fn interview(fixer: &mut Fixer<'_>, wanted: &Wanted, streams: &mut Streams<'_>) -> Result<()> {
    let mut interview = Interview::default();
    fixer.repeat(wanted, &mut |repairs, analysis| interview.ask(repairs, analysis, streams))
}

fn writer<'a>(arguments: &Arguments, root: &'a Path) -> Writer<'a> {
    Writer {
        root,
        submodules: arguments.tree.submodules,
        allow_dirty: arguments.allow_dirty,
        quiet: arguments.tree.quiet,
    }
}

/// What a run that writes leaves is what counts, as with `check`.
fn status(fail_on: Option<Severity>, fixer: &Fixer<'_>, wanted: &Wanted) -> Status {
    let counts = |finding: &Finding| {
        wanted.accepts(finding) && fail_on.is_some_and(|least| finding.severity >= least)
    };
    match fixer.session.findings().iter().any(counts) {
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
