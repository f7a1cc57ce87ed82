//! `corpus findings`: what `check` reports, against findings that people have judged.

use crate::tool::Tool;
use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Compare the findings of `check` with those that people have judged.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The name of a tree, or a folder.
    #[arg(default_value = "qemu-10.0")]
    tree: String,
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
/// more than one in ten judged true is not.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let default = crate::workspace::root().join("xtask/corpus/labels/findings-10.0.json");
    let path = arguments.labels.as_ref().unwrap_or(&default);
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let labels: Vec<Value> = serde_json::from_str(&text)?;
    let tree = if Path::new(&arguments.tree).is_dir() {
        PathBuf::from(&arguments.tree)
    } else {
        let Some(cached) = super::tree(&arguments.tree)? else { return Ok(()) };
        cached.path
    };
    let report = Tool::get(arguments.tool.as_deref())?.json("check", &tree, &[])?;
    let scores = scores(&labels, report["findings"].as_array().context("no `findings`")?);
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
    ensure!(wrong == 0, "{wrong} findings are reported that were judged false");
    ensure!(lost * 10 <= right + lost, "{lost} of {} true findings are lost", right + lost);
    Ok(())
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
        let same = |finding: &&Value| {
            ["rule", "file", "line", "region"].iter().all(|key| finding[key] == label[key])
        };
        let reported = findings.iter().any(|finding| same(&finding));
        let score = scores.entry(text(label, "rule")).or_default();
        match (reported, label["true"].as_bool()) {
            (true, Some(true)) => score.right += 1,
            (true, _) => score.wrong += 1,
            (false, Some(true)) => {
                let place = format!("{}:{}", text(label, "file"), label["line"]);
                score.lost.push(format!("{place} {}", text(label, "region")));
            }
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
    use super::{Score, scores};
    use serde_json::json;

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
}
