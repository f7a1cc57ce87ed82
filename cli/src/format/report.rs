//! A finding for people: headline, code with labels, remarks.

use super::View;
use super::paint::{self, FAINT, STRONG, paint};
use super::snippet::{Snippets, Underline};
use super::text::{few, printable, shell_word};
use ariadne::{Color, Config, IndexType, Label, LabelAttach, Report, ReportKind};
use devmodel_analyzer::model::{FileId, Location};
use devmodel_edit::{Applicability, Fix};
use devmodel_rules::{Finding, Severity};
use std::io::{self, Write};

/// Prints one finding.
pub(crate) fn write(
    finding: &Finding,
    view: &View<'_>,
    snippets: &mut Snippets<'_>,
    output: &mut dyn Write,
) -> io::Result<()> {
    write_with(cure(finding), finding, view, snippets, output)
}

/// Prints the finding that a fix is about, for those who are looking at the fix.
pub(crate) fn argument(
    finding: &Finding,
    view: &View<'_>,
    snippets: &mut Snippets<'_>,
    output: &mut dyn Write,
) -> io::Result<()> {
    let trust = trust(finding).map(str::to_owned);
    write_with(trust, finding, view, snippets, output)
}

fn write_with(
    cure: Option<String>,
    finding: &Finding,
    view: &View<'_>,
    snippets: &mut Snippets<'_>,
    output: &mut dyn Write,
) -> io::Result<()> {
    writeln!(output, "{}", headline(finding, view))?;
    let code = code(finding, view, snippets)?;
    output.write_all(code.as_bytes())?;
    // Only the code knows its margin, which depends on the longest line number.
    let margin = code.chars().take_while(|c| *c == ' ').count();
    let remarks = [reached(finding), cure, replay(finding)];
    let remarks: Vec<String> = remarks.into_iter().flatten().collect();
    for (index, remark) in remarks.iter().enumerate() {
        let last = index + 1 == remarks.len();
        let branch = paint(if last { "╰─" } else { "├─" }, FAINT, view.color);
        writeln!(output, "{:margin$}{branch} {remark}", "")?;
    }
    Ok(())
}

fn headline(finding: &Finding, view: &View<'_>) -> String {
    let kind = format!("{}[{}]", finding.severity.as_str(), finding.rule);
    let kind = paint(&kind, paint::severity(finding.severity), view.color);
    let message = paint(&printable(&finding.message), STRONG, view.color);
    format!("{kind}: {message}")
}

/// The excerpts that the finding and its evidence point into.
fn code(finding: &Finding, view: &View<'_>, snippets: &mut Snippets<'_>) -> io::Result<String> {
    let at = snippets.underline(finding.location);
    let mut report = Report::build(ReportKind::Advice, at).with_config(config(view));
    report.add_labels(labels(finding, snippets));
    let mut code = Vec::new();
    report.finish().write(snippets, &mut code)?;
    let code = String::from_utf8_lossy(&code);
    // Its first line is a headline of another form.
    let code = code.split_once('\n').map_or("", |(_, code)| code);
    Ok(code.lines().map(|line| format!("{}\n", line.trim_end())).collect())
}

fn config(view: &View<'_>) -> Config {
    Config::new()
        .with_color(view.color)
        .with_index_type(IndexType::Char)
        .with_label_attach(LabelAttach::Start)
        .with_tab_width(8)
        .with_compact(true)
}

/// The labels, file by file in the order in which the chain first comes to each, and line by
/// line within.
fn labels(finding: &Finding, snippets: &mut Snippets<'_>) -> Vec<Label<Underline>> {
    let subject = subject(finding);
    let mut links: Vec<(Location, &str, Color)> =
        vec![(finding.location, &subject, color(finding.severity))];
    for link in &finding.evidence {
        links.push((link.location, &link.message, Color::Cyan));
    }
    let files: Vec<FileId> = links.iter().map(|(location, ..)| location.file).collect();
    let rank = |file| files.iter().position(|other| *other == file);
    links.sort_by_key(|(location, ..)| (rank(location.file), location.span.start));
    let mut label = |(order, (location, message, color))| {
        Label::new(snippets.underline(location))
            .with_message(printable(message))
            .with_color(color)
            .with_order(order)
    };
    (0..).zip(links).map(&mut label).collect()
}

const fn color(severity: Severity) -> Color {
    match severity {
        Severity::Note => Color::Blue,
        Severity::Warning => Color::Yellow,
        Severity::Error => Color::Red,
    }
}

/// What is said at the code to look at first.
pub(super) fn subject(finding: &Finding) -> String {
    let owned = |place: &str, owner: &str| format!("`{place}` (owner {owner})");
    let region = owned(&finding.region, finding.owner.as_str());
    let container = owned(&finding.container, finding.container_owner.as_str());
    match (finding.region.is_empty(), finding.container.is_empty()) {
        (true, _) => format!("in `{}`", finding.function),
        (false, true) => region,
        (false, false) => format!("{region} in {container}"),
    }
}

fn reached(finding: &Finding) -> Option<String> {
    let words = |words: Vec<&str>| words.join(", ");
    let phases = words(finding.phases.iter().map(|phase| phase.as_str()).collect());
    let paths = words(finding.paths.iter().map(|path| path.as_str()).collect());
    let types = few(finding.types.iter().map(|name| name.as_str()));
    let remark = match (phases.is_empty(), types.is_empty()) {
        (_, true) => return None,
        (true, false) => format!("concerns {types}"),
        (false, false) => format!("in {phases} of {types}"),
    };
    if paths.is_empty() {
        return Some(remark);
    }
    Some(format!("{remark}, on {paths}"))
}

/// How far the fix can be trusted, and how to see it.
fn cure(finding: &Finding) -> Option<String> {
    let applicability = finding.fix.as_ref()?.applicability();
    let option = if applicability == Applicability::Safe { "" } else { " --unsafe" };
    Some(format!("{}: `cargo devmodel fix --diff{option}`", trust(finding)?))
}

fn trust(finding: &Finding) -> Option<&'static str> {
    match finding.fix.as_ref().map(Fix::applicability)? {
        Applicability::Safe => Some("safe fix"),
        Applicability::Unsafe => Some("fix to be reviewed"),
        Applicability::Display => None,
    }
}

/// How to watch it happen.
fn replay(finding: &Finding) -> Option<String> {
    let witness = finding.witness.as_ref()?;
    let (ty, path) = (shell_word(&printable(&witness.ty)), witness.path.as_str());
    Some(format!("replay: `cargo devmodel trace {ty} --path {path}`"))
}

#[cfg(test)]
mod tests {
    use super::write;
    use crate::format::View;
    use crate::format::snippet::Snippets;
    use devmodel_analyzer::lifecycle::{Evidence, Glue, ModelFacts, Owner, OwnershipModel};
    use devmodel_analyzer::model::{FileId, Location, Span};
    use devmodel_analyzer::{Analysis, Parsed, SourceFile, Statistics};
    use devmodel_rules::{Finding, Severity};

    const PIECES: [&[u8]; 12] = [
        b"f(x);",
        b"\n",
        b"\r\n",
        b"\r",
        b"\t",
        b"\x0c",
        b"\xff",
        b"\xe2\x80",
        b"\x1b[31m",
        "\u{2028}".as_bytes(),
        "\u{85}".as_bytes(),
        "\u{4e16}\u{301}".as_bytes(),
    ];

    /// Numbers that look random and are the same in every run.
    struct Dice(u64);

    impl Dice {
        fn roll(&mut self, sides: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (self.0 >> 33) as usize % sides
        }

        fn text(&mut self) -> Vec<u8> {
            let pieces = self.roll(40);
            (0..pieces).flat_map(|_| PIECES[self.roll(PIECES.len())]).copied().collect()
        }

        fn location(&mut self, files: &[SourceFile]) -> Location {
            let file = self.roll(files.len());
            let mut offset = || self.roll(files[file].text.len() + 3) as u32;
            let (one, other) = (offset(), offset());
            let span = Span::new(one.min(other), one.max(other));
            Location::new(FileId(file as u32), span)
        }
    }

    fn analysis(files: Vec<SourceFile>) -> Analysis {
        Analysis {
            files,
            parsed: Parsed::default(),
            statistics: Statistics::default(),
            unreadable: Vec::new(),
            model: ModelFacts {
                model: OwnershipModel::OwnerRefs,
                model_evidence: Vec::new(),
                glue: Glue::default(),
                assumed: Glue::default(),
                stated: false,
            },
            observations: Vec::new(),
            registrations: Vec::new(),
            conversions: Vec::new(),
            outcomes: Vec::new(),
            device: None,
            type_names: Vec::new(),
            calls: Vec::new(),
        }
    }

    fn finding(location: Location, evidence: Vec<Location>) -> Finding {
        let link = |location| Evidence { location, message: "here\n\x1b[31m".to_owned() };
        Finding {
            rule: "rule",
            severity: Severity::Warning,
            location,
            function: "f".into(),
            types: Vec::new(),
            phases: Vec::new(),
            paths: Vec::new(),
            region: String::new(),
            owner: Owner::Unknown,
            container: String::new(),
            container_owner: Owner::Unknown,
            message: String::new(),
            evidence: evidence.into_iter().map(link).collect(),
            fix: None,
            witness: None,
        }
    }

    #[test]
    fn any_bytes_and_places_can_be_shown() {
        let mut dice = Dice(1);
        for _ in 0..2_000 {
            let file = |name: &str, text| SourceFile { path: name.to_owned(), text };
            let files = vec![file("a.c", dice.text()), file("b\x1b.c", dice.text())];
            let evidence = (0..dice.roll(5)).map(|_| dice.location(&files)).collect();
            let finding = finding(dice.location(&files), evidence);
            let analysis = analysis(files);
            let view = View { analysis: &analysis, color: false, elapsed: None };
            let mut output = Vec::new();
            let mut snippets = Snippets::new(&analysis.files);
            write(&finding, &view, &mut snippets, &mut output).unwrap();
            let output = String::from_utf8(output).unwrap();
            assert!(!output.contains(['\x1b', '\r', '\u{85}']), "{output}");
        }
    }
}
