//! What the tool says: the outcomes of `models`, and the types of the findings on introspection.

use crate::tool::Tool;
use anyhow::{Context as _, Result};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// The rules whose findings are leaks of regions and address spaces.
const RULES: &str = "leak-on-introspection,self-reference-cycle";

const INTROSPECT: &str = "introspect";

/// Both reports.
pub(super) struct Reports {
    /// One for each model, glue and path.
    pub(super) outcomes: Vec<Outcome>,
    /// The types of all findings.
    pub(super) findings: BTreeSet<String>,
}

/// What becomes of all types under one model, glue and path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    /// The ownership model.
    pub(super) model: String,
    /// What the core does by itself.
    pub(super) glue: BTreeSet<String>,
    /// The lifecycle path.
    pub(super) path: String,
    /// How many types were simulated.
    pub(super) types: u64,
    /// Types that hold themselves at the end.
    pub(super) leaking: BTreeSet<String>,
    /// Types that leave only a child.
    pub(super) leaking_children: BTreeSet<String>,
    /// Types that fault on the way.
    pub(super) faulting: BTreeSet<String>,
    /// Types of which the tool cannot say.
    pub(super) undecided: BTreeSet<String>,
}

impl Reports {
    /// Asks the tool.
    pub(super) fn get(tool: &Tool, tree: &Path) -> Result<Self> {
        let models = tool.json("models", tree, &[])?;
        let select = ["--select", RULES].map(str::to_owned);
        let check = tool.json("check", tree, &select)?;
        Ok(Self { outcomes: outcomes(&models)?, findings: findings(&check)? })
    }

    /// All outcomes, whether there is a measurement or not.
    pub(super) fn table(&self) {
        println!("types  leaking  by child  faulting  undecided  model, glue, path");
        for outcome in &self.outcomes {
            println!(
                "{:>5}  {:>7}  {:>8}  {:>8}  {:>9}  {}",
                outcome.types,
                outcome.leaking.len(),
                outcome.leaking_children.len(),
                outcome.faulting.len(),
                outcome.undecided.len(),
                outcome.name()
            );
        }
    }
}

impl Outcome {
    /// Model, glue and path.
    pub(super) fn name(&self) -> String {
        let glue: String = self.glue.iter().map(|glue| format!(" + {glue}")).collect();
        format!("{}{glue}, {}", self.model, self.path)
    }

    /// What else is said about a type that is not among the leaking ones.
    pub(super) fn why_not(&self, name: &str) -> &'static str {
        let said = [
            (&self.undecided, " (undecided)"),
            (&self.leaking_children, " (by a child)"),
            (&self.faulting, " (faulting)"),
        ];
        said.iter().find(|(names, _)| names.contains(name)).map_or("", |(_, remark)| remark)
    }
}

fn outcomes(report: &Value) -> Result<Vec<Outcome>> {
    let outcomes = report["outcomes"].as_array().context("the report has no `outcomes`")?;
    outcomes.iter().map(outcome).collect()
}

fn outcome(row: &Value) -> Result<Outcome> {
    let text = |key: &str| {
        row[key].as_str().map(str::to_owned).with_context(|| format!("an outcome has no `{key}`"))
    };
    Ok(Outcome {
        model: text("model")?,
        glue: names(row, "glue")?,
        path: text("path")?,
        types: row["types"].as_u64().context("an outcome has no number of `types`")?,
        leaking: names(row, "leaking")?,
        leaking_children: names(row, "leaking_children")?,
        faulting: names(row, "faulting")?,
        undecided: names(row, "undecided")?,
    })
}

fn findings(report: &Value) -> Result<BTreeSet<String>> {
    let findings = report["findings"].as_array().context("the report has no `findings`")?;
    let mut found = BTreeSet::new();
    for finding in findings {
        if names(finding, "paths")?.contains(INTROSPECT) {
            found.extend(names(finding, "types")?);
        }
    }
    Ok(found)
}

/// An array of strings.
pub(super) fn names(row: &Value, key: &str) -> Result<BTreeSet<String>> {
    let values = row[key].as_array().with_context(|| format!("`{key}` is no array"))?;
    let name = |value: &Value| value.as_str().map(str::to_owned);
    values.iter().map(name).collect::<Option<_>>().with_context(|| format!("`{key}`: no names"))
}

#[cfg(test)]
mod tests {
    use super::{findings, outcomes};
    use serde_json::json;

    #[test]
    fn an_outcome_says_what_else_it_knows_of_a_type() {
        let report = json!({ "outcomes": [{ "model": "region-refs", "path": "introspect",
            "glue": ["auto-unparent", "auto-delete"], "types": 4, "leaking": ["a"],
            "leaking_children": ["b"], "faulting": [], "undecided": ["c"] }] });
        let outcomes = outcomes(&report).expect("the report is complete");
        assert_eq!(outcomes[0].name(), "region-refs + auto-delete + auto-unparent, introspect");
        assert_eq!(
            ["b", "c", "d"].map(|name| outcomes[0].why_not(name)),
            [" (by a child)", " (undecided)", ""]
        );
    }

    #[test]
    fn what_is_missing_is_named() {
        let error = outcomes(&json!({ "outcomes": [{ "model": "m", "path": "p", "glue": [] }] }));
        assert!(error.expect_err("no types").to_string().contains("`types`"));
        let error = outcomes(&json!({})).expect_err("no outcomes");
        assert!(error.to_string().contains("`outcomes`"));
    }

    #[test]
    fn only_findings_on_introspection_count() {
        let report = json!({ "findings": [
            { "paths": ["introspect", "unplug"], "types": ["a", "b"] },
            { "paths": ["unplug"], "types": ["c"] } ] });
        let found = findings(&report).expect("the report is complete");
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["a", "b"]);
    }
}
