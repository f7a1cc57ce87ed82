//! An engine that takes each line of a file for a finding, after the first word of it.
//!
//! | line | its fix |
//! |---|---|
//! | `bad x` | deletes the line |
//! | `chain x` | makes it `bad x` |
//! | `trap x` | makes it `by-hand x`, which is a finding without a fix |
//! | `detour x` | makes it `trap x` |
//! | `stuck x` | adds a blank, and it is found again |
//! | `grow x` | makes it `grow xx`, for ever |
//! | `torn x` | makes it a function that does not parse |
//! | `wide x` | deletes the line and the next one |
//! | `doubt x` | deletes the line, which needs review |
//! | `far x` | deletes the line and every line `far x` of other files |

use cargo_devmodel::Engine;
use devmodel_analyzer::lifecycle::Owner;
use devmodel_analyzer::model::{FileId, Location, Span};
use devmodel_analyzer::{Analysis, Executor, Settings, Sources};
use devmodel_edit::{Edit, Fix};
use devmodel_rules::{Finding, Remedy, Rule, Severity};

const CATALOGUE: &[Rule] = &[rule("lines"), rule("other-lines")];

const fn rule(name: &'static str) -> Rule {
    const REMEDY: Remedy = Remedy { one: "drop a line", many: "drop lines" };
    Rule { name, summary: "", remedy: REMEDY, source: "", check: |_| Vec::new() }
}

/// The engine.
pub(crate) fn engine() -> Engine {
    Engine { catalogue: CATALOGUE, analyze, check }
}

fn analyze(sources: Sources, settings: &Settings, executor: &dyn Executor) -> Analysis {
    let mut analysis = devmodel_analyzer::analyze(sources, settings, executor);
    // The tree has no types, and that would be an error.
    analysis.statistics.types = 1;
    analysis
}

fn check(analysis: &Analysis, selected: &dyn Fn(&Rule) -> bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, source) in analysis.files.iter().enumerate() {
        let text = String::from_utf8_lossy(&source.text);
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let place = (FileId(file as u32), start, line);
            findings.extend(finding(analysis, place).filter(|_| selected(&CATALOGUE[0])));
            start += line.len();
        }
    }
    findings
}

/// A file, where a line starts in it, and the line.
type Place<'t> = (FileId, usize, &'t str);

fn finding(analysis: &Analysis, place: Place<'_>) -> Option<Finding> {
    let (file, start, line) = place;
    let (word, name) = line.trim_end_matches('\n').split_once(' ')?;
    let span = Span::new(start as u32, (start + line.len()) as u32);
    let edit = |text: String| vec![Edit { file, span, text }];
    let fix = match word {
        "bad" => Some(Fix::safe(edit(String::new()))),
        "chain" => Some(Fix::safe(edit(format!("bad {name}\n")))),
        "trap" => Some(Fix::safe(edit(format!("by-hand {name}\n")))),
        "detour" => Some(Fix::safe(edit(format!("trap {name}\n")))),
        "stuck" => Some(Fix::safe(edit(format!("stuck {name} \n")))),
        "grow" => Some(Fix::safe(edit(format!("grow {name}x\n")))),
        "torn" => Some(Fix::safe(edit("int torn(void)\n{\n    return (;\n}\n".to_owned()))),
        "wide" => Some(Fix::safe(vec![Edit::deletion(file, two_lines(analysis, place))])),
        "doubt" => Some(Fix::needs_review(edit(String::new()))),
        "far" => Some(Fix::safe(everywhere(analysis, line))),
        "by-hand" => None,
        _ => return None,
    };
    Some(Finding {
        rule: CATALOGUE[0].name,
        severity: Severity::Warning,
        location: Location::new(file, span),
        function: "".into(),
        types: Vec::new(),
        phases: Vec::new(),
        paths: Vec::new(),
        region: format!("{word} {}", name.trim_end()),
        owner: Owner::SelfObject,
        container: String::new(),
        container_owner: Owner::SelfObject,
        message: format!("`{word} {name}` is here"),
        evidence: Vec::new(),
        fix,
        witness: None,
    })
}

fn two_lines(analysis: &Analysis, (file, start, line): Place<'_>) -> Span {
    let after = &analysis.file(file).text[start + line.len()..];
    let next = after.iter().position(|byte| *byte == b'\n').map_or(after.len(), |at| at + 1);
    Span::new(start as u32, (start + line.len() + next) as u32)
}

fn everywhere(analysis: &Analysis, line: &str) -> Vec<Edit> {
    let files = analysis.files.iter().enumerate();
    let edits = files.filter_map(|(file, source)| {
        let start = String::from_utf8_lossy(&source.text).find(line)?;
        let span = Span::new(start as u32, (start + line.len()) as u32);
        Some(Edit::deletion(FileId(file as u32), span))
    });
    edits.collect()
}
