//! Whether a tree is better after repairs than before.

use super::Repair;
use devmodel_analyzer::lifecycle::LifecyclePath;
use devmodel_analyzer::model::{FileId, Name};
use devmodel_rules::Finding;
use std::collections::BTreeMap;
use std::fmt;

/// Why a repair is not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// The file would parse worse.
    ParsesWorse(String),
    /// The finding would still be there.
    Stays,
    /// There would be a finding that was not there before.
    Brings {
        /// Its rule.
        rule: &'static str,
        /// What it says.
        message: String,
    },
    /// The user's own command fails with it.
    FailsCommand,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ParsesWorse(path) => write!(f, "`{path}` would parse worse"),
            Self::Stays => f.write_str("the finding would still be there"),
            Self::Brings { rule, message } => write!(f, "it would bring {rule}: {message}"),
            Self::FailsCommand => f.write_str("the command given with --verify fails with it"),
        }
    }
}

/// A finding wherever it moves: what it is about, without positions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Subject {
    rule: &'static str,
    file: FileId,
    function: Name,
    region: String,
    container: String,
}

impl Subject {
    /// What a finding is about.
    pub(crate) fn of(finding: &Finding) -> Self {
        Self {
            rule: finding.rule,
            file: finding.location.file,
            function: finding.function.clone(),
            region: finding.region.clone(),
            container: finding.container.clone(),
        }
    }
}

/// How many findings there are of each subject.
fn census<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> BTreeMap<Subject, usize> {
    let mut counts = BTreeMap::new();
    for finding in findings {
        *counts.entry(Subject::of(finding)).or_default() += 1;
    }
    counts
}

/// A finding, taken apart by the types and paths that it is about, so that one which is about
/// fewer is not taken for a new one. The rule plays no part: a region that was left on two paths, and
/// now is on one of them, goes by another name.
type Case = (Subject, Option<Name>, Option<LifecyclePath>);

fn cases(finding: &Finding) -> Vec<Case> {
    let types = finding.types.iter().cloned().map(Some);
    let types: Vec<Option<Name>> =
        if finding.types.is_empty() { vec![None] } else { types.collect() };
    let paths = finding.paths.iter().copied().map(Some);
    let paths: Vec<Option<LifecyclePath>> =
        if finding.paths.is_empty() { vec![None] } else { paths.collect() };
    let subject = Subject { rule: "", ..Subject::of(finding) };
    let pairs = types.iter().flat_map(|ty| paths.iter().map(move |path| (ty.clone(), *path)));
    pairs.map(|(ty, path)| (subject.clone(), ty, path)).collect()
}

/// The findings of `after` that say what none of `before` says.
pub(crate) fn new<'f>(before: &[Finding], after: &'f [Finding]) -> Vec<&'f Finding> {
    let mut known = BTreeMap::<Case, usize>::new();
    for case in before.iter().flat_map(cases) {
        *known.entry(case).or_default() += 1;
    }
    let mut is_new = |finding: &&Finding| {
        let counts = cases(finding).into_iter().map(|case| match known.get_mut(&case) {
            Some(count) if *count > 0 => {
                *count -= 1;
                false
            }
            _ => true,
        });
        counts.fold(false, |some, one| some | one)
    };
    after.iter().filter(|finding| is_new(finding)).collect()
}

/// Whether a finding that was repaired is still there.
pub(crate) fn stays(before: &[Finding], repaired: &[Repair], after: &[Finding]) -> bool {
    let cured = census(repaired.iter().flat_map(|repair| &repair.findings));
    let (before, after) = (census(before), census(after));
    let count =
        |census: &BTreeMap<Subject, usize>, subject| census.get(subject).copied().unwrap_or(0);
    cured.iter().any(|(subject, cured)| count(&after, subject) + cured > count(&before, subject))
}
