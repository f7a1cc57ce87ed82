//! One line each, in the form that editors and terminals make a link of.

mod life;

pub(crate) use life::trace;

use super::View;
use super::outcomes::in_force;
use super::place::Places;
use super::text::{count, printable};
use crate::combination::word;
use crate::difference::{Difference, Fate};
use crate::suppressions::Remark;
use crate::verb::Selected;
use codespan_reporting::diagnostic::{Diagnostic, Label, Severity as Level};
use codespan_reporting::files::{Error, Files};
use codespan_reporting::term::termcolor::Ansi;
use codespan_reporting::term::{Config, DisplayStyle, emit_to_io_write, emit_to_write_style};
use devmodel_analyzer::lifecycle::{ModelOutcome, RegionCall};
use devmodel_edit::{FileId, Position};
use devmodel_rules::{Finding, Severity};
use std::io::{self, Write};
use std::ops::Range;

/// Prints findings.
pub(crate) fn check(
    view: &View<'_>,
    findings: &[Finding],
    output: &mut dyn Write,
) -> io::Result<()> {
    let files = Table(Places::new(&view.analysis.files));
    for finding in findings {
        let start = finding.location.span.start as usize;
        let label = Label::primary(finding.location.file.0, start..start);
        let diagnostic = Diagnostic::new(level(finding.severity))
            .with_code(finding.rule)
            .with_message(printable(&finding.message))
            .with_label(label);
        emit(view, &files, &diagnostic, output)?;
    }
    Ok(())
}

/// Prints what is wrong with suppressions.
pub(crate) fn remarks(
    view: &View<'_>,
    remarks: &[Remark],
    output: &mut dyn Write,
) -> io::Result<()> {
    let places = Places::new(&view.analysis.files);
    for remark in remarks {
        let place = places.of(remark.location);
        let (path, start) = (printable(place.file), place.start);
        let message = printable(&remark.message);
        writeln!(output, "{path}:{}:{}: warning: {message}", start.line, start.column)?;
    }
    Ok(())
}

/// Prints calls and the verdicts about them.
pub(crate) fn audit(
    view: &View<'_>,
    calls: &[&RegionCall],
    output: &mut dyn Write,
) -> io::Result<()> {
    let files = Table(Places::new(&view.analysis.files));
    for call in calls {
        let start = call.location.span.start as usize;
        let label = Label::primary(call.location.file.0, start..start);
        let diagnostic = Diagnostic::note()
            .with_code(call.verdict.as_str())
            .with_message(sentence(call))
            .with_label(label);
        emit(view, &files, &diagnostic, output)?;
    }
    Ok(())
}

/// Prints one line per outcome, per name, or per change.
pub(crate) fn models(
    view: &View<'_>,
    selected: &Selected<'_>,
    output: &mut dyn Write,
) -> io::Result<()> {
    if let Some(difference) = &selected.difference {
        return changes(difference, output);
    }
    let Some(fate) = selected.show else {
        return selected.outcomes.iter().try_for_each(|one| writeln!(output, "{}", outcome(one)));
    };
    for one in in_force(view, &selected.outcomes) {
        for name in fate.of(one) {
            writeln!(output, "{}: {}", one.path.as_str(), printable(name))?;
        }
    }
    Ok(())
}

fn outcome(outcome: &ModelOutcome) -> String {
    let counts = Fate::ALL.map(|fate| format!("{} {}", fate.of(outcome).len(), fate.as_str()));
    format!(
        "{} under {}: {}, of {}",
        outcome.path.as_str(),
        word(outcome.model, outcome.glue),
        counts.join(", "),
        count(outcome.types, "type", "types")
    )
}

fn changes(difference: &Difference<'_>, output: &mut dyn Write) -> io::Result<()> {
    for (path, changes) in &difference.paths {
        for change in changes {
            let what = format!("{}, {}", path.as_str(), change.fate.as_str());
            for (mark, names) in [('+', &change.appeared), ('-', &change.disappeared)] {
                for name in names {
                    writeln!(output, "{what}: {mark}{}", printable(name))?;
                }
            }
        }
    }
    Ok(())
}

fn sentence(call: &RegionCall) -> String {
    let mut sentence = format!("`{}` in `{}`", call.callee, call.function);
    if !call.region.is_empty() {
        sentence.push_str(&format!(" on `{}`", call.region));
    }
    if !call.reason.is_empty() {
        sentence.push_str(&format!(": {}", call.reason));
    }
    printable(&sentence)
}

fn emit(
    view: &View<'_>,
    files: &Table<'_>,
    diagnostic: &Diagnostic<u32>,
    output: &mut dyn Write,
) -> io::Result<()> {
    let config = Config { display_style: DisplayStyle::Short, ..Config::default() };
    let result = if view.color {
        emit_to_write_style(&mut Ansi::new(output), &config, files, diagnostic)
    } else {
        emit_to_io_write(output, &config, files, diagnostic)
    };
    result.map_err(|error| match error {
        Error::Io(error) => error,
        error => io::Error::other(error),
    })
}

fn level(severity: Severity) -> Level {
    match severity {
        Severity::Note => Level::Note,
        Severity::Warning => Level::Warning,
        Severity::Error => Level::Error,
    }
}

/// The files as the printer wants them: it asks for a name and a position, and never for the
/// text, which need not be UTF-8.
struct Table<'a>(Places<'a>);

impl Table<'_> {
    fn position(&self, id: u32, offset: usize) -> Position {
        let offset = u32::try_from(offset).unwrap_or(u32::MAX);
        self.0.lines(FileId(id)).position(offset)
    }
}

impl<'a> Files<'a> for Table<'_> {
    type FileId = u32;
    type Name = String;
    type Source = &'static str;

    fn name(&'a self, id: u32) -> Result<String, Error> {
        Ok(printable(self.0.path(FileId(id))))
    }

    fn source(&'a self, _: u32) -> Result<&'static str, Error> {
        Ok("")
    }

    fn line_index(&'a self, id: u32, offset: usize) -> Result<usize, Error> {
        Ok(self.position(id, offset).line as usize - 1)
    }

    fn column_number(&'a self, id: u32, _: usize, offset: usize) -> Result<usize, Error> {
        Ok(self.position(id, offset).column as usize)
    }

    fn line_range(&'a self, id: u32, line: usize) -> Result<Range<usize>, Error> {
        let number = u32::try_from(line + 1).unwrap_or(u32::MAX);
        let line = self.0.lines(FileId(id)).line(number);
        line.map(|line| line.range()).ok_or(Error::FileMissing)
    }
}
