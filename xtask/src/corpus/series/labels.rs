//! What the author of a patch series did to each file, as line numbers.

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::Path;

/// A series, as labelled for one version of a tree.
#[derive(Deserialize)]
pub(crate) struct Labels {
    /// The tree.
    pub(crate) tree: String,
    /// What `fix` is told about the tree that the series is for.
    pub(crate) arguments: Vec<String>,
    /// Every file that is labelled.
    pub(crate) files: Vec<Label>,
}

/// One file of the series.
#[derive(Deserialize)]
pub(crate) struct Label {
    /// Its path below the tree.
    pub(crate) file: String,
    /// The number of the patch.
    pub(crate) patch: u32,
    /// The checksum of the file that the lines are of.
    pub(crate) sha256: String,
    /// The lines that are right to delete.
    pub(crate) deleted: Vec<Lines>,
    /// How many lines the patch deletes, by its author's diffstat; none if there was no patch.
    diffstat: Option<usize>,
    /// How many of these this version of the file does not have.
    #[serde(default)]
    absent: usize,
    /// What the author deleted and should not have.
    #[serde(default)]
    pub(crate) kept: Kept,
}

/// Lines that the author deleted and that must stay.
#[derive(Default, Deserialize)]
pub(crate) struct Kept {
    /// The lines.
    pub(crate) lines: Vec<Lines>,
    /// The calls that the lines make, directly or through a function.
    pub(crate) calls: Vec<Call>,
}

/// A call that must stay.
#[derive(Deserialize)]
pub(crate) struct Call {
    /// Its line.
    pub(crate) line: usize,
    /// The verdicts of `audit` that say so.
    pub(crate) verdicts: Vec<String>,
    /// Why it must stay.
    pub(crate) why: String,
}

/// Lines in a row, counted from one: `12` or `12-14`.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(try_from = "String")]
pub(crate) struct Lines {
    first: usize,
    last: usize,
}

impl Labels {
    /// Reads a file of labels.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        let labels: Self = serde_json::from_str(&text)
            .with_context(|| format!("{} is no file of labels", path.display()))?;
        for label in &labels.files {
            label.adds_up()?;
        }
        Ok(labels)
    }
}

impl Label {
    /// The file without the lines that are right to delete.
    pub(crate) fn expected(&self, before: &[u8]) -> Vec<u8> {
        let deleted: BTreeSet<usize> = self.deleted.iter().flat_map(Lines::numbers).collect();
        let lines = before.split_inclusive(|byte| *byte == b'\n').zip(1..);
        let left = lines.filter(|(_, number)| !deleted.contains(number));
        left.flat_map(|(line, _)| line).copied().collect()
    }

    fn adds_up(&self) -> Result<()> {
        let labelled = count(&self.deleted) + count(&self.kept.lines) + self.absent;
        ensure!(
            self.diffstat.is_none_or(|lines| lines == labelled),
            "{}: {labelled} lines are labelled, the diffstat has {:?}",
            self.file,
            self.diffstat
        );
        Ok(())
    }
}

/// How many lines these are.
pub(crate) fn count(lines: &[Lines]) -> usize {
    lines.iter().map(|lines| lines.numbers().count()).sum()
}

impl Lines {
    /// Whether a line is one of these.
    pub(crate) fn contains(&self, line: usize) -> bool {
        self.numbers().contains(&line)
    }

    fn numbers(&self) -> std::ops::RangeInclusive<usize> {
        self.first..=self.last
    }
}

impl TryFrom<String> for Lines {
    type Error = anyhow::Error;

    fn try_from(text: String) -> Result<Self> {
        let (first, last) = text.split_once('-').unwrap_or((&text, &text));
        let lines = Self { first: first.parse()?, last: last.parse()? };
        ensure!(0 < lines.first && lines.first <= lines.last, "`{text}` are no lines");
        Ok(lines)
    }
}

#[cfg(test)]
mod tests {
    use super::Label;
    use serde_json::json;

    fn label(diffstat: usize) -> Label {
        let label = json!({ "file": "a.c", "patch": 1, "sha256": "", "diffstat": diffstat,
            "absent": 1, "deleted": ["2-3", "5"], "kept": { "lines": ["1"], "calls": [] } });
        serde_json::from_value(label).expect("a label")
    }

    #[test]
    fn lines_are_counted_from_one() {
        assert_eq!(label(5).expected(b"1\n2\r\n3\n4\n5"), b"1\n4\n");
    }

    #[test]
    fn the_diffstat_is_the_sum() {
        assert!(label(5).adds_up().is_ok());
        assert!(label(4).adds_up().is_err());
    }

    #[test]
    fn lines_in_a_wrong_order_are_refused() {
        for wrong in ["3-2", "0", "", "1-2-3"] {
            let lines: Result<super::Lines, _> = serde_json::from_value(json!(wrong));
            assert!(lines.is_err(), "{wrong}");
        }
    }
}
