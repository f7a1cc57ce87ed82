//! `corpus findings`: what `check` reports, against findings that people have judged.

use crate::tool::Tool;
use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Trees whose findings people have judged, and the files of what they said.
const JUDGED: [(&str, &str); 2] =
    [("qemu-10.0", "findings-10.0.json"), (CRATES, "findings-crates.json")];

/// The tree of which every finding is judged, so that what is wrong can be held against its size.
const CRATES: &str = "crates";

/// One false finding of the judged tree is allowed for so many lines.
const LINES: usize = 10_000;

/// Compare the findings of `check` with those that people have judged.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The name of a tree, or a folder; every tree with judged findings if none is given.
    tree: Option<String>,
    /// A JSON array of objects with `rule`, `file`, `line`, `region` and `true`.
    #[arg(long, value_name = "FILE")]
    labels: Option<PathBuf>,
    /// Run this binary instead of building the one of this workspace.
    #[arg(long, value_name = "PATH")]
    tool: Option<PathBuf>,
}

/// How one rule does.
#[derive(Debug, Default, PartialEq, Eq)]
struct Score {
    /// Judged true and reported.
    right: usize,
    /// Judged false and reported.
    wrong: usize,
    /// Judged true and no longer reported.
    lost: Vec<String>,
    /// Reported in all, judged or not.
    reported: usize,
}

/// Prints the share of true findings for each rule; fails if a finding judged false is reported, or
/// more than one in ten judged true is not. Of the crates every finding must be judged, and a false one
/// is allowed for every 10,000 lines.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let mut tool = None;
    for (tree, labels) in judged(arguments) {
        let path = if Path::new(&tree).is_dir() {
            PathBuf::from(&tree)
        } else {
            let Some(cached) = super::tree(&tree)? else { continue };
            cached.path
        };
        let tool = match &tool {
            Some(tool) => tool,
            None => tool.insert(Tool::get(arguments.tool.as_deref())?),
        };
        println!("{tree}");
        compare(tool, &path, &labels, tree == CRATES).with_context(|| tree.clone())?;
    }
    Ok(())
}

/// The trees to look at, each with its file of judgements.
fn judged(arguments: &Arguments) -> Vec<(String, PathBuf)> {
    let file = |name: &str| crate::workspace::root().join("xtask/corpus/labels").join(name);
    let (tree, labels) = (&arguments.tree, &arguments.labels);
    if tree.is_none() && labels.is_none() {
        return JUDGED.map(|(tree, name)| (tree.to_owned(), file(name))).into();
    }
    let tree = tree.as_deref().unwrap_or(JUDGED[0].0);
    let known = JUDGED.iter().find(|(name, _)| *name == tree).unwrap_or(&JUDGED[0]);
    vec![(tree.to_owned(), labels.clone().unwrap_or_else(|| file(known.1)))]
}

fn compare(tool: &Tool, tree: &Path, labels: &Path, complete: bool) -> Result<()> {
    let text = std::fs::read_to_string(labels).with_context(|| labels.display().to_string())?;
    let labels: Vec<Value> = serde_json::from_str(&text)?;
    let report = tool.json("check", tree, &[])?;
    let findings = report["findings"].as_array().context("no `findings`")?;
    let scores = scores(&labels, findings);
    for (rule, score) in &scores {
        let Score { right, wrong, lost, reported } = score;
        let gone = lost.len();
        println!(
            "{rule:<36} reported {reported:>4}  judged true {right:>3}  false {wrong}  lost {gone}"
        );
        lost.iter().for_each(|place| println!("    lost: {place}"));
    }
    let wrong: usize = scores.values().map(|score| score.wrong).sum();
    let (right, lost) = (scores.values().map(|score| score.right).sum::<usize>(), lost(&scores));
    if complete {
        super::known::print(findings)?;
        all_judged(&labels, findings)?;
        let lines = rust_lines(tree)?;
        println!("false findings in {lines} lines of Rust: {wrong}");
        ensure!(wrong * LINES < lines.max(1), "more than one false finding in {LINES} lines");
    } else {
        ensure!(wrong == 0, "{wrong} findings are reported that were judged false");
    }
    ensure!(lost * 10 <= right + lost, "{lost} of {} true findings are lost", right + lost);
    Ok(())
}

/// Fails, and names them, if there are findings that nobody has judged.
fn all_judged(labels: &[Value], findings: &[Value]) -> Result<()> {
    let places: Vec<String> = findings
        .iter()
        .filter(|finding| !labels.iter().any(|label| same(label, finding)))
        .map(|finding| format!("{} {}", place(finding), text(finding, "rule")))
        .collect();
    ensure!(places.is_empty(), "not judged yet:\n  {}", places.join("\n  "));
    Ok(())
}

/// How many lines the Rust files below a folder have.
fn rust_lines(folder: &Path) -> Result<usize> {
    let mut lines = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            lines += rust_lines(&path)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            lines += std::fs::read(&path)?.iter().filter(|byte| **byte == b'\n').count();
        }
    }
    Ok(lines)
}

/// Whether a label is about a finding.
fn same(label: &Value, finding: &Value) -> bool {
    ["rule", "file", "line", "region"].iter().all(|key| finding[key] == label[key])
}

fn place(value: &Value) -> String {
    format!("{}:{} {}", text(value, "file"), value["line"], text(value, "region"))
}

fn lost(scores: &BTreeMap<String, Score>) -> usize {
    scores.values().map(|score| score.lost.len()).sum()
}

fn scores(labels: &[Value], findings: &[Value]) -> BTreeMap<String, Score> {
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    for finding in findings {
        scores.entry(text(finding, "rule")).or_default().reported += 1;
    }
    for label in labels {
        let reported = findings.iter().any(|finding| same(label, finding));
        let score = scores.entry(text(label, "rule")).or_default();
        match (reported, label["true"].as_bool()) {
            (true, Some(true)) => score.right += 1,
            (true, _) => score.wrong += 1,
            (false, Some(true)) => score.lost.push(place(label)),
            (false, _) => {}
        }
    }
    scores
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Arguments, Score, all_judged, judged, rust_lines, scores};
    use serde_json::json;
    use std::path::PathBuf;

    #[test]
    fn judged_findings_are_counted() {
        let at = |line: u32| json!({ "rule": "r", "file": "a.c", "line": line, "region": "A.b" });
        let judged = |line: u32, is_true: bool| {
            let mut label = at(line);
            label["true"] = json!(is_true);
            label
        };
        let labels = [judged(1, true), judged(2, false), judged(3, true), judged(4, false)];
        let scores = scores(&labels, &[at(1), at(2), at(5)]);
        let lost = vec!["a.c:3 A.b".to_owned()];
        assert_eq!(scores["r"], Score { right: 1, wrong: 1, lost, reported: 3 });
    }

    #[test]
    fn what_nobody_judged_is_named() {
        let at = |line: u32| json!({ "rule": "r", "file": "a.rs", "line": line, "region": "A.b" });
        assert!(all_judged(&[at(1)], &[at(1)]).is_ok());
        let error = all_judged(&[at(1)], &[at(1), at(2)]).expect_err("the second is not judged");
        assert_eq!(error.to_string(), "not judged yet:\n  a.rs:2 A.b r");
    }

    #[test]
    fn lines_of_rust_are_counted_in_all_folders() {
        let folder = tempfile::tempdir().expect("a folder");
        let below = folder.path().join("src");
        std::fs::create_dir(&below).expect("a folder");
        std::fs::write(below.join("a.rs"), "fn a() {\n}\n").expect("a file");
        std::fs::write(folder.path().join("b.rs"), "\n").expect("a file");
        std::fs::write(folder.path().join("c.c"), "\n\n").expect("a file");
        assert_eq!(rust_lines(folder.path()).expect("a number"), 3);
    }

    #[test]
    fn each_tree_has_its_judgements() {
        let names = |tree: Option<&str>, labels: Option<&str>| -> Vec<(String, String)> {
            let [tree, labels] = [tree, labels].map(|it| it.map(str::to_owned));
            let labels = labels.map(PathBuf::from);
            let arguments = Arguments { tree, labels, tool: None };
            let name = |path: PathBuf| path.file_name().expect("a name").display().to_string();
            judged(&arguments).into_iter().map(|(tree, path)| (tree, name(path))).collect()
        };
        let pair = |tree: &str, file: &str| (tree.to_owned(), file.to_owned());
        let qemu = pair("qemu-10.0", "findings-10.0.json");
        let crates = pair("crates", "findings-crates.json");
        assert_eq!(names(None, None), [qemu.clone(), crates.clone()]);
        assert_eq!(names(Some("crates"), None), [crates]);
        assert_eq!(names(Some("qemu-10.0"), None), [qemu]);
        assert_eq!(names(None, Some("x.json")), [pair("qemu-10.0", "x.json")]);
        assert_eq!(names(Some("crates"), Some("x.json")), [pair("crates", "x.json")]);
    }
}
