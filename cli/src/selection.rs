//! Which rules run.

use crate::arguments::Rules;
use crate::configuration::{Configuration, Values};
use anyhow::{Result, anyhow};
use devmodel_rules::Rule;

/// How alike two names are before one is offered for the other.
const ALIKE: f64 = 0.7;

/// The rules that the user asked for.
#[derive(Clone)]
pub(crate) struct Selection {
    select: Vec<&'static str>,
    ignore: Vec<&'static str>,
    /// What configurations say about the files of each folder.
    parts: Vec<Part>,
}

#[derive(Clone)]
struct Part {
    folder: String,
    select: Vec<&'static str>,
    ignore: Vec<&'static str>,
}

impl Selection {
    /// Checks that every name is one of the catalogue.
    pub(crate) fn new(
        rules: &Rules,
        configuration: &Configuration,
        catalogue: &'static [Rule],
    ) -> Result<Self> {
        let names = |given: &[String]| -> Result<Vec<&'static str>> {
            let rules = given.iter().map(|name| find(name.trim(), catalogue));
            rules.map(|rule| rule.map(|rule| rule.name)).collect()
        };
        Ok(Self {
            select: names(&rules.select)?,
            ignore: names(&rules.ignore)?,
            parts: configuration.parts.iter().map(Part::new).collect(),
        })
    }

    /// Whether this rule runs for any file.
    pub(crate) fn runs(&self, rule: &Rule) -> bool {
        let mut parts = self.parts.iter();
        self.decided(rule.name)
            .unwrap_or_else(|| self.parts.is_empty() || parts.any(|part| part.accepts(rule.name)))
    }

    /// Whether the rule of this name runs for this file.
    pub(crate) fn accepts(&self, rule: &str, file: &str) -> bool {
        self.decided(rule).unwrap_or_else(|| {
            let around = self.parts.iter().filter(|part| part.contains(file));
            let part = around.max_by_key(|part| part.folder.len()).or_else(|| self.parts.first());
            part.is_none_or(|part| part.accepts(rule))
        })
    }

    /// What the command line says about a rule, if it says anything.
    fn decided(&self, rule: &str) -> Option<bool> {
        match (self.ignore.contains(&rule), self.select.is_empty()) {
            (true, _) => Some(false),
            (false, true) => None,
            (false, false) => Some(self.select.contains(&rule)),
        }
    }
}

impl Part {
    /// Of each key the strongest layer counts that has it.
    fn new(part: &crate::configuration::Part) -> Self {
        let said = |of: fn(&Values) -> &Option<Vec<&'static str>>| {
            part.layers.iter().find_map(|layer| of(&layer.values).clone()).unwrap_or_default()
        };
        Self {
            folder: part.folder.clone(),
            select: said(|values| &values.select),
            ignore: said(|values| &values.ignore),
        }
    }

    fn accepts(&self, rule: &str) -> bool {
        let selected = self.select.is_empty() || self.select.contains(&rule);
        selected && !self.ignore.contains(&rule)
    }

    fn contains(&self, file: &str) -> bool {
        let rest = file.strip_prefix(self.folder.as_str());
        rest.is_some_and(|rest| self.folder.is_empty() || rest.starts_with('/'))
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
