//! The life of a type, one event or observation a line.

use super::{Table, emit};
use crate::format::View;
use crate::format::event::{conditions, sentence};
use crate::format::place::Places;
use crate::format::text::printable;
use crate::format::ways::{Ways, fold, numbers, observation};
use codespan_reporting::diagnostic::{Diagnostic, Label, Severity};
use devmodel_analyzer::lifecycle::{DeviceTrace, LifecyclePath};
use devmodel_analyzer::model::Location;
use std::io::{self, Write};

/// Prints all events and what the paths lead to; of one path, the events on it.
pub(crate) fn trace(
    view: &View<'_>,
    device: &DeviceTrace,
    only: Option<LifecyclePath>,
    output: &mut dyn Write,
) -> io::Result<()> {
    let files = Table(Places::new(&view.analysis.files));
    let mut lines = Lines { view, files: &files, device, output };
    if only.is_none() {
        (0..device.events.len()).try_for_each(|index| lines.event(index))?;
    }
    for ways in fold(&device.paths, only) {
        if only.is_some() {
            ways.first.steps.iter().try_for_each(|&index| lines.event(index))?;
        }
        lines.end(&ways)?;
    }
    Ok(())
}

struct Lines<'l> {
    view: &'l View<'l>,
    files: &'l Table<'l>,
    device: &'l DeviceTrace,
    output: &'l mut dyn Write,
}

impl Lines<'_> {
    fn event(&mut self, index: usize) -> io::Result<()> {
        let event = &self.device.events[index];
        let conditions = conditions(event).map(|text| format!(", {text}")).unwrap_or_default();
        let message = format!("#{index} {}{conditions}", sentence(event));
        self.line(Some(event.location), Severity::Note, event.phase.as_str(), &message)
    }

    /// What a way leads to, and what goes wrong on it.
    fn end(&mut self, ways: &Ways<'_>) -> io::Result<()> {
        let way = ways.first;
        let path = way.path.as_str();
        let failing = ways.failing(&self.files.0, true).map(|text| format!(", {text}"));
        let failing = failing.unwrap_or_default();
        let state = format!("`{}` is {}{failing}", self.device.name, ways.state());
        self.line(way.failure.or(self.device.location), Severity::Note, path, &state)?;
        for seen in &way.seen {
            let at = seen.events.last().map(|&event| self.device.events[event].location);
            let sure = seen.doubt.is_none();
            let severity = if sure { Severity::Warning } else { Severity::Note };
            let text = format!("{}, shown by {}", observation(seen), numbers(&seen.events));
            self.line(at.or(self.device.location), severity, path, &text)?;
        }
        Ok(())
    }

    fn line(
        &mut self,
        at: Option<Location>,
        severity: Severity,
        code: &str,
        message: &str,
    ) -> io::Result<()> {
        let label = at.map(|at| {
            let start = at.span.start as usize;
            Label::primary(at.file.0, start..start)
        });
        let diagnostic = Diagnostic::new(severity)
            .with_code(code)
            .with_message(printable(message))
            .with_labels(label.into_iter().collect());
        emit(self.view, self.files, &diagnostic, self.output)
    }
}
