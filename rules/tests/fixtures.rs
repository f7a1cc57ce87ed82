//! What each rule reports in its fixtures, what its fixes make of them, and that they converge.
//!
//! `fixtures/<theme>/<rule>/` holds `bad-<idiom>` and `good-<idiom>`, each a file or a folder that
//! is a small tree. A bad one has a twin, `bad-<idiom>.fixed`, the result of all safe fixes, and
//! another, `bad-<idiom>.unsafe`, if there are fixes that need review: the result of those too. Leading
//! comments state the tree: `// model: owner-refs`, `// assume: auto-delete`; Rust may leave them out.
//! Marks on the line of a call say what is expected of it: `/* bad: rule */`, `/* bad: rule (unsafe) */`,
//! `/* bad: rule (display) */`, `/* bad: rule (no fix) */`, `/* ok: why */` and, for a miss that is
//! known, `/* todo: why */`.

use devmodel_analyzer::lifecycle::{Glue, OwnershipModel};
use devmodel_analyzer::model::Location;
use devmodel_analyzer::{Analysis, Language, Request, Sequential, Settings, SourceFile, analyze};
use devmodel_edit::{Applicability, Edit, Fix, LineIndex, apply, select, unified_diff};
use devmodel_rules::{CATALOGUE, Finding};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::RangeInclusive;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures");
const MAX_PASSES: usize = 8;

#[test]
fn fixtures_are_reported_and_fixed() {
    let mut problems = Vec::new();
    for (rule, folder) in rule_folders() {
        problems.extend(check(&rule, &folder));
    }
    problems.extend(rules_without_fixtures());
    let count = problems.len();
    assert!(problems.is_empty(), "{count} problems\n\n{}", problems.join("\n"));
}

/// The problems of one family: all cases of a rule.
fn check(rule: &str, folder: &Path) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, paths) in cases(folder) {
        let result = catch_unwind(AssertUnwindSafe(|| check_case(rule, &name, &paths)));
        let found = result.unwrap_or_else(|_| vec!["panicked".to_owned()]);
        problems.extend(found.into_iter().map(|problem| format!("{rule}/{name}: {problem}")));
    }
    problems
}

fn check_case(rule: &str, name: &str, paths: &CasePaths) -> Vec<String> {
    let Some(path) = &paths.case else { return vec!["a twin without a case".to_owned()] };
    let files = read_tree(path);
    let settings = match settings(&files) {
        Ok(settings) => settings,
        Err(problem) => return vec![problem],
    };
    let is_bad = name.starts_with("bad-");
    let mut problems = check_form(rule, is_bad, &files, paths);
    problems.extend(check_findings(rule, &files, &settings));
    match fix_all(rule, files.clone(), &settings, Applicability::Safe) {
        Ok(fixed) => {
            let twin = paths.twin.as_ref().map_or(files.clone(), |twin| read_tree(twin));
            problems.extend(differences(&twin, &fixed));
            problems.extend(check_result(rule, &files, &fixed, &settings));
        }
        Err(problem) => problems.push(problem),
    }
    match fix_all(rule, files.clone(), &settings, Applicability::Unsafe) {
        Ok(fixed) => {
            let twin = paths.review.as_ref().or(paths.twin.as_ref());
            let twin = twin.map_or(files.clone(), |twin| read_tree(twin));
            problems.extend(differences(&twin, &fixed));
            problems.extend(check_novelty(rule, &files, &fixed, &settings));
        }
        Err(problem) => problems.push(problem),
    }
    problems
}

/// After all fixes the rule has nothing to fix, no rule says anything about a region and a function of
/// which none said anything before, and all parses as before. What was left in every life may turn out
/// to be left in some still: that is no news.
fn check_novelty(
    rule: &str,
    files: &[SourceFile],
    fixed: &[SourceFile],
    settings: &Settings,
) -> Vec<String> {
    let all = |files: &[SourceFile]| {
        devmodel_rules::check(&analyze(files.to_vec(), settings, &Sequential), &|_| true)
    };
    let about = |finding: &Finding| (finding.function.clone(), finding.region.clone());
    let known: BTreeSet<_> = all(files).iter().map(about).collect();
    let mut problems = Vec::new();
    for finding in all(fixed) {
        let is_open =
            finding.rule == rule && word_of(&finding) != "no" && word_of(&finding) != "display";
        if is_open || !known.contains(&about(&finding)) {
            problems.push(format!("after all fixes: {}: {}", finding.rule, finding.message));
        }
    }
    if opaque_functions(fixed, settings) > opaque_functions(files, settings) {
        problems.push("after all fixes: parses worse".to_owned());
    }
    problems
}

/// Names, twins and marks agree with each other.
fn check_form(rule: &str, is_bad: bool, files: &[SourceFile], paths: &CasePaths) -> Vec<String> {
    let marks = marks(files);
    let mut problems = Vec::new();
    if is_bad != paths.twin.is_some() {
        problems.push("a bad case has a twin, a good one has none".to_owned());
    }
    if is_bad != marks.values().any(|mark| matches!(mark, Mark::Bad { .. })) {
        problems.push("a bad case has a line marked `bad`, a good one has none".to_owned());
    }
    for (place, mark) in &marks {
        if matches!(mark, Mark::Bad { rule: other, .. } if other != rule) {
            problems.push(format!("{place}: marked for another rule"));
        }
    }
    let unsafely = |mark: &Mark| matches!(mark, Mark::Bad { fix: "unsafe", .. });
    if paths.review.is_some() != marks.values().any(unsafely) {
        problems
            .push("a case with unsafe fixes has a twin for them, and no other has one".to_owned());
    }
    problems
}

/// What is reported is what is marked, and the other way round.
fn check_findings(rule: &str, files: &[SourceFile], settings: &Settings) -> Vec<String> {
    let marks = marks(files);
    let (analysis, findings) = findings(rule, files.to_vec(), settings);
    let mut met = BTreeSet::new();
    let mut problems = Vec::new();
    for finding in &findings {
        let places = places(&analysis, finding.location);
        let mark = places.iter().find_map(|place| marks.get_key_value(place));
        match mark {
            Some((place, mark)) => {
                met.insert(place.clone());
                problems.extend(contradiction(place, mark, finding));
            }
            None => problems.push(format!("{}: unmarked: {}", places[0], finding.message)),
        }
    }
    for (place, mark) in &marks {
        if matches!(mark, Mark::Bad { .. }) && !met.contains(place) {
            problems.push(format!("{place}: not reported{}", verdict_at(&analysis, place)));
        }
    }
    problems
}

fn contradiction(place: &Place, mark: &Mark, finding: &Finding) -> Option<String> {
    let message = &finding.message;
    match mark {
        Mark::Good => Some(format!("{place}: marked `ok`: {message}")),
        Mark::Miss => Some(format!("{place}: no miss any more, mark it `bad`: {message}")),
        Mark::Bad { fix, .. } if *fix != word_of(finding) => {
            let offered = word_of(finding);
            Some(format!("{place}: offers {offered} fix, marked to have {fix} one"))
        }
        Mark::Bad { .. } => None,
    }
}

/// The analyser's own words about a call that no rule reports.
fn verdict_at(analysis: &Analysis, place: &Place) -> String {
    let calls = analysis.calls.iter();
    calls
        .filter(|call| places(analysis, call.location).contains(place))
        .map(|call| format!("; `{}` is {}: {}", call.callee, call.verdict.as_str(), call.reason))
        .collect()
}

/// After the fixes nothing is left to report but what has no fix, and all parses as before.
fn check_result(
    rule: &str,
    files: &[SourceFile],
    fixed: &[SourceFile],
    settings: &Settings,
) -> Vec<String> {
    if fixed.iter().zip(files).all(|(after, before)| after.text == before.text) {
        return Vec::new();
    }
    let mut problems = check_findings(rule, fixed, settings);
    if opaque_functions(fixed, settings) > opaque_functions(files, settings) {
        problems.push("parses worse".to_owned());
    }
    problems.iter().map(|problem| format!("after the fixes: {problem}")).collect()
}

fn opaque_functions(files: &[SourceFile], settings: &Settings) -> usize {
    let settings = Settings { request: Request::EveryCall, ..settings.clone() };
    analyze(files.to_vec(), &settings, &Sequential).statistics.opaque_functions
}

/// Applies fixes that may be trusted this far, pass by pass, until there are none.
fn fix_all(
    rule: &str,
    mut files: Vec<SourceFile>,
    settings: &Settings,
    least: Applicability,
) -> Result<Vec<SourceFile>, String> {
    for _ in 0..MAX_PASSES {
        let (analysis, findings) = findings(rule, files, settings);
        files = analysis.files;
        let fixes = findings.iter().filter_map(|finding| finding.fix.as_ref());
        let fixes: Vec<&Fix> = fixes.filter(|fix| fix.applicability() >= least).collect();
        if fixes.is_empty() {
            return Ok(files);
        }
        for edits in select(&fixes).files() {
            apply_to(&mut files, edits)?;
        }
    }
    Err(format!("fixes are still found after {MAX_PASSES} passes"))
}

fn apply_to(files: &mut [SourceFile], edits: &[Edit]) -> Result<(), String> {
    let file = &mut files[edits[0].file.0 as usize];
    file.text = apply(&file.text, edits).map_err(|error| format!("{}: {error}", file.path))?;
    Ok(())
}

fn findings(rule: &str, files: Vec<SourceFile>, settings: &Settings) -> (Analysis, Vec<Finding>) {
    let analysis = analyze(files, settings, &Sequential);
    let findings = devmodel_rules::check(&analysis, &|candidate| candidate.name == rule);
    (analysis, findings)
}

/// How far the fix may be trusted, in a word.
fn word_of(finding: &Finding) -> &'static str {
    finding.fix.as_ref().map_or("no", |fix| fix.applicability().as_str())
}

fn differences(expected: &[SourceFile], actual: &[SourceFile]) -> Vec<String> {
    let texts = |files: &[SourceFile]| -> BTreeMap<String, Vec<u8>> {
        files.iter().map(|file| (file.path.clone(), file.text.clone())).collect()
    };
    let (expected, actual) = (texts(expected), texts(actual));
    let paths: BTreeSet<&String> = expected.keys().chain(actual.keys()).collect();
    let none = Vec::new();
    paths
        .into_iter()
        .filter_map(|path| {
            let before = expected.get(path).unwrap_or(&none);
            let diff = unified_diff(path, before, actual.get(path).unwrap_or(&none));
            (!diff.is_empty()).then(|| format!("from the twin to the result:\n{}", shown(&diff)))
        })
        .collect()
}

fn shown(text: &[u8]) -> String {
    String::from_utf8_lossy(text).replace('\r', "\\r")
}

/// A line of a file of a case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    path: String,
    line: u32,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.path, self.line)
    }
}

/// The lines of `location`, first to last.
fn places(analysis: &Analysis, location: Location) -> Vec<Place> {
    let file = analysis.file(location.file);
    let lines = LineIndex::new(&file.text);
    let line = |offset| lines.position(offset).line;
    let range: RangeInclusive<u32> = line(location.span.start)..=line(location.span.end);
    range.map(|line| Place { path: file.path.clone(), line }).collect()
}

/// What a line says about itself.
#[derive(Debug)]
enum Mark {
    Bad { rule: String, fix: &'static str },
    Good,
    Miss,
}

fn marks(files: &[SourceFile]) -> BTreeMap<Place, Mark> {
    let mut marks = BTreeMap::new();
    for file in files {
        let text = String::from_utf8_lossy(&file.text);
        for (number, line) in (1..).zip(text.lines()) {
            if let Some(mark) = mark(line) {
                marks.insert(Place { path: file.path.clone(), line: number }, mark);
            }
        }
    }
    marks
}

fn mark(line: &str) -> Option<Mark> {
    let (_, comment) = line.rsplit_once("/* ")?;
    let (comment, _) = comment.split_once(" */")?;
    match comment.split_once(": ")? {
        ("bad", rule) => {
            let (rule, fix) = rule.split_once(" (").unwrap_or((rule, "safe)"));
            let words = ["safe", "unsafe", "display", "no"];
            let fix = fix.trim_end_matches([')']).trim_end_matches(" fix");
            let fix = words.into_iter().find(|word| *word == fix)?;
            Some(Mark::Bad { rule: rule.to_owned(), fix })
        }
        ("ok", _) => Some(Mark::Good),
        ("todo", _) => Some(Mark::Miss),
        _ => None,
    }
}

/// What the leading comments of the files say about the tree.
fn settings(files: &[SourceFile]) -> Result<Settings, String> {
    let mut settings = Settings::default();
    for file in files {
        let text = String::from_utf8_lossy(&file.text);
        for option in text.lines().map_while(|line| line.strip_prefix("// ")) {
            set(&mut settings, option).ok_or_else(|| format!("unknown option `{option}`"))?;
        }
    }
    // What Rust crates do with their own containers depends on no model.
    let needs_model = files.iter().any(|file| file.language() == Language::C);
    if needs_model && settings.model.is_none() {
        return Err("states no model".to_owned());
    }
    Ok(settings)
}

fn set(settings: &mut Settings, option: &str) -> Option<()> {
    match option.split_once(": ")? {
        ("model", word) => settings.model = Some(model(word)?),
        ("assume", words) => {
            for word in words.split(", ") {
                *glue(&mut settings.assume, word)? = true;
            }
        }
        _ => return None,
    }
    Some(())
}

fn model(word: &str) -> Option<OwnershipModel> {
    use OwnershipModel::{Framework, OwnerRefs, RegionRefs, SameOwnerUnreferenced};
    let models = [OwnerRefs, RegionRefs, SameOwnerUnreferenced, Framework];
    models.into_iter().find(|model| model.as_str() == word)
}

fn glue<'g>(glue: &'g mut Glue, word: &str) -> Option<&'g mut bool> {
    match word {
        "auto-delete" => Some(&mut glue.auto_delete),
        "auto-unparent" => Some(&mut glue.auto_unparent),
        _ => None,
    }
}

/// Where a case and its twin are.
#[derive(Debug, Default)]
struct CasePaths {
    case: Option<PathBuf>,
    twin: Option<PathBuf>,
    /// The twin of all fixes, those that need review too.
    review: Option<PathBuf>,
}

fn rule_folders() -> Vec<(String, PathBuf)> {
    let themes = entries(Path::new(FIXTURES)).into_iter().filter(|theme| theme.is_dir());
    let is_rule = |folder: &PathBuf| folder.is_dir() && !folder.join("Cargo.toml").exists();
    let rules = themes.flat_map(|theme| entries(&theme)).filter(is_rule);
    rules.map(|folder| (file_name(&folder), folder)).collect()
}

/// The cases of a rule, by name without extension.
fn cases(folder: &Path) -> BTreeMap<String, CasePaths> {
    let mut cases: BTreeMap<String, CasePaths> = BTreeMap::new();
    for path in entries(folder) {
        let name = file_name(&path);
        let stem = name.split('.').next().unwrap_or_default().to_owned();
        let case = cases.entry(stem).or_default();
        if name.contains(".fixed") {
            case.twin = Some(path);
        } else if name.contains(".unsafe") {
            case.review = Some(path);
        } else {
            case.case = Some(path);
        }
    }
    cases
}

fn rules_without_fixtures() -> Vec<String> {
    let folders: BTreeMap<String, PathBuf> = rule_folders().into_iter().collect();
    let has = |rule: &str, prefix: &str| {
        let cases = folders.get(rule).map(|folder| cases(folder)).unwrap_or_default();
        cases.keys().any(|name| name.starts_with(prefix))
    };
    let missing = CATALOGUE
        .iter()
        .filter(|rule| !has(rule.name, "bad-") || !has(rule.name, "good-"))
        .map(|rule| format!("{}: lacks a bad or a good fixture", rule.name));
    let unknown = folders
        .keys()
        .filter(|name| CATALOGUE.iter().all(|rule| rule.name != name.as_str()))
        .map(|name| format!("{name}: fixtures of a rule that is not in the catalogue"));
    missing.chain(unknown).collect()
}

/// The files of a case, ordered by path; paths are relative to the case.
fn read_tree(case: &Path) -> Vec<SourceFile> {
    let root = if case.is_dir() { case } else { case.parent().expect("a case has a folder") };
    let mut files = Vec::new();
    let mut rest = vec![case.to_owned()];
    while let Some(path) = rest.pop() {
        if path.is_dir() {
            rest.extend(entries(&path));
        } else {
            files.push(read_file(root, &path));
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn read_file(root: &Path, path: &Path) -> SourceFile {
    let relative = path.strip_prefix(root).expect("the file is below the root");
    let named = |part: &std::ffi::OsStr| {
        part.to_string_lossy().replace(".fixed.", ".").replace(".unsafe.", ".")
    };
    let parts: Vec<String> = relative.iter().map(named).collect();
    let text = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    SourceFile { path: parts.join("/"), text }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let read = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> =
        read.map(|entry| entry.expect("a listed entry can be read").path()).collect();
    paths.sort();
    paths
}

fn file_name(path: &Path) -> String {
    path.file_name().expect("an entry has a name").to_string_lossy().into_owned()
}
