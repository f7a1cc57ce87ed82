//! Findings that the authors of a tree accept, and statements of theirs that accept nothing.

use crate::selection::nearest;
use devmodel_analyzer::allowance::{ALL, Allowance, Flaw, allowances, switched_off};
use devmodel_analyzer::model::{FileId, Location};
use devmodel_analyzer::{Analysis, Features};
use devmodel_rules::{Finding, Rule};

/// Findings, and what was kept from being one.
pub(crate) struct Sifted {
    /// What nobody accepts, in the order given.
    pub(crate) findings: Vec<Finding>,
    /// Where the findings are that somebody accepts.
    pub(crate) suppressed: Vec<Location>,
    /// What became of the statements.
    pub(crate) suppressions: Suppressions,
}

/// What became of the statements that findings are accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Suppressions {
    /// How many of them accept something.
    pub(crate) used: usize,
    /// Those that don't, and what is wrong with them, ordered by file and position.
    pub(crate) unused: Vec<Remark>,
}

/// What is wrong with a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Remark {
    /// The comment or attribute.
    pub(crate) location: Location,
    /// What to say about it: lower case, no full stop, code in backticks.
    pub(crate) message: String,
}

/// What is looked for where.
pub(crate) struct Asked<'a> {
    /// Whether a file is asked about.
    pub(crate) file: &'a dyn Fn(FileId) -> bool,
    /// Whether the rule of this name runs for a file.
    pub(crate) rule: &'a dyn Fn(&str, FileId) -> bool,
    /// The features that are on, if they were asked for.
    pub(crate) features: Option<&'a Features>,
    /// Every rule there is.
    pub(crate) catalogue: &'static [Rule],
}

/// Takes out the findings that are accepted, and those in code that no feature turns on.
pub(crate) fn sift(findings: Vec<Finding>, analysis: &Analysis, asked: &Asked<'_>) -> Sifted {
    let findings = switched_on(findings, analysis, asked);
    let stated = allowances(&analysis.files, asked.file);
    let mut uses: Vec<Vec<bool>> = stated.iter().map(|one| vec![false; one.rules.len()]).collect();
    let (mut open, mut suppressed) = (Vec::new(), Vec::new());
    for finding in findings {
        let mut is_accepted = false;
        for (one, uses) in stated.iter().zip(&mut uses) {
            for (rule, used) in one.rules.iter().zip(uses) {
                if (rule == finding.rule || rule == ALL) && one.covers(finding.location) {
                    *used = true;
                    is_accepted = true;
                }
            }
        }
        match is_accepted {
            true => suppressed.push(finding.location),
            false => open.push(finding),
        }
    }
    let used = uses.iter().filter(|uses| uses.contains(&true)).count();
    let remarks = stated.iter().zip(&uses).flat_map(|(one, uses)| remarks(one, uses, asked));
    let unused = remarks.collect();
    Sifted { findings: open, suppressed, suppressions: Suppressions { used, unused } }
}

fn switched_on(mut findings: Vec<Finding>, analysis: &Analysis, asked: &Asked<'_>) -> Vec<Finding> {
    if let Some(features) = asked.features {
        let off = switched_off(&analysis.files, features, asked.file);
        findings.retain(|finding| !off.iter().any(|code| code.covers(finding.location)));
    }
    findings
}

/// What is to be said about one statement. One about a rule that does not run may be of use yet.
fn remarks(one: &Allowance, uses: &[bool], asked: &Asked<'_>) -> Vec<Remark> {
    let remark = |message: String| Remark { location: one.location, message };
    let rules = one.rules.iter().zip(uses);
    let unknown = rules.clone().filter_map(|(rule, _)| unknown(rule, asked.catalogue));
    let mut remarks: Vec<Remark> = unknown.map(remark).collect();
    match one.flaw {
        Some(Flaw::Form) => remarks.push(remark(
            "this suppresses nothing: write `devmodel: allow(RULE, ...): REASON`".to_owned(),
        )),
        Some(Flaw::NoReason) => remarks.push(remark(
            "this suppresses nothing without a reason: write `devmodel: allow(RULE): REASON`"
                .to_owned(),
        )),
        None => {
            let runs = |rule: &str| match rule {
                ALL => {
                    asked.catalogue.iter().all(|rule| (asked.rule)(rule.name, one.location.file))
                }
                rule => is_known(rule, asked.catalogue) && (asked.rule)(rule, one.location.file),
            };
            let idle = rules.filter(|(rule, used)| !**used && runs(rule));
            let idle =
                idle.map(|(rule, _)| format!("`{rule}` finds nothing here to be suppressed"));
            remarks.extend(idle.map(remark));
        }
    }
    remarks
}

fn is_known(name: &str, catalogue: &[Rule]) -> bool {
    name == ALL || catalogue.iter().any(|rule| rule.name == name)
}

fn unknown(name: &str, catalogue: &[Rule]) -> Option<String> {
    if is_known(name, catalogue) {
        return None;
    }
    let near = nearest(name, catalogue.iter().map(|rule| rule.name), 1);
    Some(match near.first() {
        Some(near) => format!("no rule is called `{name}`; did you mean `{near}`?"),
        None => format!("no rule is called `{name}`"),
    })
}
