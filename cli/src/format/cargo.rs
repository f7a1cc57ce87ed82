//! Findings as cargo passes on the messages of the compiler, one a line.

use super::place::Places;
use super::snippet::Snippets;
use super::text::printable;
use super::{View, report, short};
use crate::arguments::MessageFormat;
use crate::cargo::Package;
use crate::scope::Scope;
use crate::suppressions::Remark;
use devmodel_analyzer::model::Location;
use devmodel_edit::{Applicability, Edit, Fix, Span as Bytes};
use devmodel_rules::Finding;
use serde::Serialize;
use serde_json::{Value, json};
use std::io::{self, Write};

/// What is printed, and how.
pub(crate) struct Messages<'a> {
    /// The analysis.
    pub(crate) view: View<'a>,
    /// The tree and its packages.
    pub(crate) scope: &'a Scope,
    /// How people will see the messages.
    pub(crate) style: MessageFormat,
}

#[derive(Serialize)]
struct Line<'a> {
    reason: &'static str,
    package_id: String,
    manifest_path: String,
    target: Value,
    message: Diagnostic<'a>,
}

#[derive(Serialize)]
struct Diagnostic<'a> {
    #[serde(rename = "$message_type", skip_serializing_if = "Option::is_none")]
    message_type: Option<&'static str>,
    message: &'a str,
    code: Option<Code>,
    level: &'static str,
    spans: Vec<Span<'a>>,
    children: Vec<Diagnostic<'a>>,
    rendered: Option<String>,
}

#[derive(Serialize)]
struct Code {
    code: String,
    explanation: Option<String>,
}

#[derive(Serialize)]
struct Span<'a> {
    file_name: &'a str,
    byte_start: u32,
    byte_end: u32,
    line_start: u32,
    line_end: u32,
    column_start: usize,
    column_end: usize,
    is_primary: bool,
    text: Vec<Text>,
    label: Option<String>,
    suggested_replacement: Option<&'a str>,
    suggestion_applicability: Option<&'static str>,
    expansion: Option<()>,
}

/// A line, and which of its characters are meant.
#[derive(Serialize)]
struct Text {
    text: String,
    highlight_start: usize,
    highlight_end: usize,
}

impl<'a> Messages<'a> {
    /// Prints findings, remarks about suppressions, and whether the run is a success.
    pub(crate) fn write(
        &self,
        findings: &'a [Finding],
        remarks: &'a [Remark],
        success: bool,
        output: &mut dyn Write,
    ) -> io::Result<()> {
        let places = Places::new(&self.view.analysis.files);
        let mut snippets = Snippets::new(&self.view.analysis.files);
        for finding in findings {
            let rendered = self.rendered(finding, &mut snippets)?;
            let message = self.finding(finding, rendered, &places);
            self.line(finding.location, message, output)?;
        }
        for remark in remarks {
            self.line(remark.location, self.remark(remark, &places), output)?;
        }
        writeln!(output, "{}", json!({"reason": "build-finished", "success": success}))
    }

    fn line(
        &self,
        location: Location,
        message: Diagnostic<'a>,
        output: &mut dyn Write,
    ) -> io::Result<()> {
        let file = &self.view.analysis.file(location.file).path;
        let workspace = self.scope.workspace.as_ref();
        let (package_id, manifest_path, target) =
            match workspace.and_then(|all| all.package_of(file)) {
                Some(package) => (
                    package.id.clone(),
                    package.manifest.display().to_string(),
                    self.target(package, file),
                ),
                None => self.no_package(file),
            };
        let reason = "compiler-message";
        serde_json::to_writer(
            &mut *output,
            &Line { reason, package_id, manifest_path, target, message },
        )?;
        writeln!(output)
    }

    /// The target that a file is most likely part of: that which starts in it, or nearest above it.
    fn target(&self, package: &Package, file: &str) -> Value {
        let file = self.scope.target.root.join(file);
        let near = |target: &&Value| {
            let root = std::path::Path::new(target["src_path"].as_str().unwrap_or_default());
            let folder = root.parent().unwrap_or(root);
            let depth = if file.starts_with(folder) { folder.components().count() } else { 0 };
            // Of several the first, which is the library.
            (root == file, depth)
        };
        package.targets.iter().rev().max_by_key(near).cloned().unwrap_or(Value::Null)
    }

    /// What stands for a package where cargo was not asked: the tree.
    fn no_package(&self, file: &str) -> (String, String, Value) {
        let root = &self.scope.target.root;
        let name = root.file_name().map_or_else(|| "tree".into(), |name| name.to_string_lossy());
        let target = json!({
            "kind": ["lib"], "crate_types": ["lib"], "name": name, "src_path": root.join(file),
            "edition": "2021", "doc": false, "doctest": false, "test": false,
        });
        let id = format!("path+file://{}#{name}@0.0.0", root.display());
        (id, root.join("Cargo.toml").display().to_string(), target)
    }

    fn rendered(&self, finding: &Finding, snippets: &mut Snippets<'_>) -> io::Result<String> {
        let color = self.style == MessageFormat::JsonDiagnosticRenderedAnsi;
        let view = View { color, ..self.view };
        let mut text = Vec::new();
        match self.style {
            MessageFormat::JsonDiagnosticShort => {
                short::check(&view, std::slice::from_ref(finding), &mut text)?;
            }
            _ => {
                report::write(finding, &view, snippets, &mut text)?;
                writeln!(text)?;
            }
        }
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    fn finding(
        &self,
        finding: &'a Finding,
        rendered: String,
        places: &Places<'a>,
    ) -> Diagnostic<'a> {
        let mut span = self.span(finding.location, places);
        span.label = Some(printable(&report::subject(finding)));
        let notes = finding.evidence.iter().map(|link| {
            let spans = vec![self.span(link.location, places)];
            Diagnostic { spans, ..child("note", &link.message) }
        });
        let help = finding.fix.iter().map(|fix| self.help(fix, places));
        Diagnostic {
            message_type: Some("diagnostic"),
            message: &finding.message,
            // As one writes it into an attribute.
            code: Some(Code {
                code: format!("devmodel::{}", finding.rule.replace('-', "_")),
                explanation: None,
            }),
            level: finding.severity.as_str(),
            spans: vec![span],
            children: notes.chain(help).collect(),
            rendered: Some(rendered),
        }
    }

    fn remark(&self, remark: &'a Remark, places: &Places<'a>) -> Diagnostic<'a> {
        let span = self.span(remark.location, places);
        let Span { file_name, line_start, column_start, .. } = &span;
        let at = format!("{}:{line_start}:{column_start}", printable(file_name));
        let rendered = format!("{at}: warning: {}\n", printable(&remark.message));
        Diagnostic {
            message_type: Some("diagnostic"),
            spans: vec![span],
            rendered: Some(rendered),
            ..child("warning", &remark.message)
        }
    }

    fn help(&self, fix: &'a Fix, places: &Places<'a>) -> Diagnostic<'a> {
        let (message, applicability) = match fix.applicability() {
            Applicability::Safe => ("this changes nothing observable", "MachineApplicable"),
            Applicability::Unsafe => {
                ("this rests on an assumption, so review it", "MaybeIncorrect")
            }
            Applicability::Display => ("this may look as follows", "Unspecified"),
        };
        let span = |edit: &'a Edit| Span {
            suggested_replacement: Some(&edit.text),
            suggestion_applicability: Some(applicability),
            ..self.span(Location::new(edit.file, edit.span), places)
        };
        Diagnostic { spans: fix.edits().iter().map(span).collect(), ..child("help", message) }
    }

    fn span(&self, location: Location, places: &Places<'a>) -> Span<'a> {
        let place = places.of(location);
        let line = |number| self.text(location, number, places);
        let column = |number, bytes: u32| characters(&line(number), bytes);
        let (start, end) = (place.start, place.end);
        let (column_start, column_end) =
            (column(start.line, start.column), column(end.line, end.column));
        let text = (start.line..=end.line).map(|number| {
            let text = String::from_utf8_lossy(&line(number)).into_owned();
            let highlight_start = if number == start.line { column_start } else { 1 };
            let all = text.chars().count() + 1;
            let highlight_end = if number == end.line { column_end } else { all };
            Text { text, highlight_start, highlight_end }
        });
        Span {
            file_name: place.file,
            byte_start: location.span.start,
            byte_end: location.span.end,
            line_start: start.line,
            line_end: end.line,
            column_start,
            column_end,
            is_primary: true,
            text: text.collect(),
            label: None,
            suggested_replacement: None,
            suggestion_applicability: None,
            expansion: None,
        }
    }

    /// A line without its end.
    fn text(&self, location: Location, number: u32, places: &Places<'a>) -> Vec<u8> {
        let line = places.lines(location.file).line(number).unwrap_or(Bytes::new(0, 0));
        let text = &self.view.analysis.file(location.file).text[line.range()];
        let text = text.strip_suffix(b"\n").unwrap_or(text);
        text.strip_suffix(b"\r").unwrap_or(text).to_vec()
    }
}

/// The column in characters, counted from 1, of one in bytes.
fn characters(line: &[u8], column: u32) -> usize {
    let before = &line[..line.len().min(column as usize - 1)];
    String::from_utf8_lossy(before).chars().count() + 1
}

const fn child<'a>(level: &'static str, message: &'a str) -> Diagnostic<'a> {
    Diagnostic {
        message_type: None,
        message,
        code: None,
        level,
        spans: Vec::new(),
        children: Vec::new(),
        rendered: None,
    }
}
