//! `corpus series`: what `fix` makes of the files of a patch series, against what its author made of
//! them.

mod labels;

use super::rewrite::{self, Files};
use super::{archive, skipped};
use crate::tool::Tool;
use crate::workspace;
use anyhow::{Context as _, Result, ensure};
use labels::{Call, Label, Labels, count};
use serde_json::Value;
use std::path::{Path, PathBuf};

const LABELS: [&str; 2] = ["series-10.0.json", "series-7.2.json"];

/// Compare what `fix` makes of the files of a patch series with what its author made of them.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A file of labels: which lines of which files the author deleted, and which of these are
    /// right; the two of this workspace if none is given.
    #[arg(long, value_name = "FILE")]
    labels: Vec<PathBuf>,
    /// Run this binary instead of building the one of this workspace.
    #[arg(long, value_name = "PATH")]
    tool: Option<PathBuf>,
}

/// A tree, and what the tool says about it.
struct Subject {
    tree: PathBuf,
    changed: Files,
    calls: Vec<Value>,
}

/// Prints one line for each file; fails if one has other bytes than the labels ask for, or if a call
/// that must stay has no reason to.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let mut files = arguments.labels.clone();
    if files.is_empty() {
        files = LABELS.map(|file| workspace::root().join("xtask/corpus/labels").join(file)).into();
    }
    let mut wrong = Vec::new();
    for file in &files {
        let labels = Labels::read(file)?;
        let Some(cached) = super::tree(&labels.tree)? else { continue };
        let tool = Tool::get(arguments.tool.as_deref())?;
        println!("\n{} {}: fix --diff {}", labels.tree, cached.version, labels.arguments.join(" "));
        if !is_labelled_version(&labels, &cached.path)? {
            skipped(&labels.tree, "the labels are for another version of its files");
            continue;
        }
        wrong.extend(compare(&labels, &Subject::new(&tool, cached.path, &labels.arguments)?)?);
    }
    ensure!(wrong.is_empty(), "not as labelled:\n  {}", wrong.join("\n  "));
    Ok(())
}

fn is_labelled_version(labels: &Labels, tree: &Path) -> Result<bool> {
    for label in &labels.files {
        if archive::sha256(&rewrite::read(&tree.join(&label.file))?) != label.sha256 {
            return Ok(false);
        }
    }
    Ok(true)
}

impl Subject {
    fn new(tool: &Tool, tree: PathBuf, arguments: &[String]) -> Result<Self> {
        let changed = rewrite::rewrite(tool, &tree, arguments)?;
        let audit = tool.json("audit", &tree, arguments)?;
        let calls = audit["calls"].as_array().context("the report has no `calls`")?.clone();
        Ok(Self { tree, changed, calls })
    }

    fn calls<'a>(&'a self, file: &'a str) -> impl Iterator<Item = (usize, &'a Value)> {
        let calls = self.calls.iter().filter(move |call| call["file"] == *file);
        calls.filter_map(|call| Some((call["line"].as_u64()?.try_into().ok()?, call)))
    }
}

/// Returns what is not as labelled.
fn compare(labels: &Labels, subject: &Subject) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    for label in &labels.files {
        wrong.extend(bytes(label, subject)?);
        wrong.extend(label.kept.calls.iter().filter_map(|call| explained(label, call, subject)));
        wrong.extend(unlabelled(label, subject));
    }
    let others: Vec<&str> = subject.changed.keys().map(String::as_str).collect();
    let others = others.into_iter().filter(|path| labels.files.iter().all(|l| l.file != *path));
    println!("  changed, but no part of the series: {}", others.collect::<Vec<_>>().join(", "));
    Ok(wrong)
}

/// Whether the tool's file is the expected one, to the byte.
fn bytes(label: &Label, subject: &Subject) -> Result<Option<String>> {
    let before = rewrite::read(&subject.tree.join(&label.file))?;
    let expected = label.expected(&before);
    let found = subject.changed.get(&label.file).unwrap_or(&before);
    let (deleted, kept) = (count(&label.deleted), count(&label.kept.lines));
    let is_equal = *found == expected;
    println!(
        "  patch {:>2}  {:<27} deleted {deleted:>2}  kept {kept:>2}  {}  sha256 {:.16}",
        label.patch,
        label.file,
        if is_equal { "equal" } else { "DIFFERS" },
        archive::sha256(found),
    );
    if is_equal {
        return Ok(None);
    }
    let diff = devmodel_edit::unified_diff(&label.file, &expected, found);
    println!("from what is expected to what was found:\n{}", String::from_utf8_lossy(&diff));
    Ok(Some(format!("{}: the bytes differ", label.file)))
}

/// Whether `audit` says why a call stays.
fn explained(label: &Label, call: &Call, subject: &Subject) -> Option<String> {
    let place = format!("{}:{}", label.file, call.line);
    let Some((_, row)) = subject.calls(&label.file).find(|(line, _)| *line == call.line) else {
        return Some(format!("{place}: `audit` has no row"));
    };
    let [function, verdict, reason] =
        ["function", "verdict", "reason"].map(|key| row[key].as_str().unwrap_or_default());
    println!("      {place} {function}: {verdict}: {reason}\n          label: {}", call.why);
    let is_right = call.verdicts.iter().any(|one| one == verdict) && !reason.is_empty();
    (!is_right).then(|| format!("{place}: {verdict}, not {}", call.verdicts.join(" or ")))
}

/// Calls on lines that must stay of which nobody said why.
fn unlabelled(label: &Label, subject: &Subject) -> Vec<String> {
    let is_labelled = |line| label.kept.calls.iter().any(|call| call.line == line);
    let is_kept = |line| label.kept.lines.iter().any(|lines| lines.contains(line));
    let calls = subject.calls(&label.file).map(|(line, _)| line);
    let unlabelled = calls.filter(|&line| is_kept(line) && !is_labelled(line));
    unlabelled.map(|line| format!("{}:{line}: the label has no reason", label.file)).collect()
}
