//! Colours, where they are wanted.

use clap::builder::styling::{AnsiColor, Style};
use devmodel_analyzer::lifecycle::{Observed, Verdict};
use devmodel_rules::Severity;

/// What matters most.
pub(crate) const STRONG: Style = Style::new().bold();
/// What is nothing special.
pub(crate) const PLAIN: Style = Style::new();
/// What leads the eye and says nothing.
pub(crate) const FAINT: Style = Style::new().dimmed();

/// What waits for an answer.
pub(crate) const QUESTION: Style = AnsiColor::Blue.on_default().bold();
/// What a change takes away.
pub(crate) const REMOVED: Style = AnsiColor::Red.on_default();
/// What a change adds.
pub(crate) const ADDED: Style = AnsiColor::Green.on_default();
/// Where in a file a change is.
pub(crate) const PLACE: Style = AnsiColor::Cyan.on_default();

/// The text in this style.
pub(crate) fn paint(text: &str, style: Style, color: bool) -> String {
    if color && style != Style::new() { format!("{style}{text}{style:#}") } else { text.to_owned() }
}

/// How the kind of a finding is painted.
pub(crate) fn severity(severity: Severity) -> Style {
    let color = match severity {
        Severity::Note => AnsiColor::Blue,
        Severity::Warning => AnsiColor::Yellow,
        Severity::Error => AnsiColor::Red,
    };
    color.on_default().bold()
}

/// How a verdict is painted: only what may need attention is.
pub(crate) fn verdict(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Redundant => AnsiColor::Yellow.on_default(),
        Verdict::AfterFinalize | Verdict::Unmatched => AnsiColor::Red.on_default(),
        Verdict::Unknown => FAINT,
        _ => Style::new(),
    }
}

/// How what goes wrong in a life is painted: faults above leaks, what is only possible below.
pub(crate) fn observed(seen: &Observed) -> Style {
    match (seen.doubt, seen.kind.is_leak()) {
        (Some(_), _) => FAINT,
        (None, true) => AnsiColor::Yellow.on_default(),
        (None, false) => AnsiColor::Red.on_default(),
    }
}
