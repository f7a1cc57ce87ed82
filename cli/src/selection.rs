//! Which rules run.

use crate::arguments::Rules;
use anyhow::{Result, anyhow};
use devmodel_rules::Rule;

/// How alike two names are before one is offered for the other.
const ALIKE: f64 = 0.7;

/// The rules that the user asked for.
pub(crate) struct Selection {
    select: Vec<&'static str>,
    ignore: Vec<&'static str>,
}

impl Selection {
    /// Checks that every name is one of the catalogue.
    pub(crate) fn new(rules: &Rules, catalogue: &'static [Rule]) -> Result<Self> {
        let names = |given: &[String]| -> Result<Vec<&'static str>> {
            let rules = given.iter().map(|name| find(name.trim(), catalogue));
            rules.map(|rule| rule.map(|rule| rule.name)).collect()
        };
        Ok(Self { select: names(&rules.select)?, ignore: names(&rules.ignore)? })
    }

    /// Whether this rule runs.
    pub(crate) fn accepts(&self, rule: &Rule) -> bool {
        let selected = self.select.is_empty() || self.select.contains(&rule.name);
        selected && !self.ignore.contains(&rule.name)
    }
}

/// The rule of this name.
pub(crate) fn find(name: &str, catalogue: &'static [Rule]) -> Result<&'static Rule> {
    let found = catalogue.iter().find(|rule| rule.name == name);
    let near = || nearest(name, catalogue.iter().map(|rule| rule.name), 1);
    found.ok_or_else(|| match near().first() {
        Some(other) => anyhow!("no rule is called `{name}`; did you mean `{other}`?"),
        None => anyhow!("no rule is called `{name}`; the rules are: {}", list(catalogue)),
    })
}

/// The names most like this one, the nearest first.
pub(crate) fn nearest<'n>(
    name: &str,
    names: impl Iterator<Item = &'n str>,
    at_most: usize,
) -> Vec<&'n str> {
    let mut near: Vec<(f64, &str)> = names
        .map(|other| (strsim::normalized_damerau_levenshtein(name, other), other))
        .filter(|(alike, _)| *alike >= ALIKE)
        .collect();
    near.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(other.1)));
    near.into_iter().take(at_most).map(|(_, name)| name).collect()
}

fn list(catalogue: &[Rule]) -> String {
    let names: Vec<&str> = catalogue.iter().map(|rule| rule.name).collect();
    names.join(", ")
}
