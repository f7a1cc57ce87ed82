//! Two sets of facts, side by side where they differ.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A fact that is not as expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    /// Which fact.
    pub(crate) fact: String,
    /// What was expected, if anything.
    pub(crate) expected: Option<String>,
    /// What was found, if anything.
    pub(crate) found: Option<String>,
}

/// All differences, sorted by fact.
pub(crate) fn differences(expected: &Value, found: &Value) -> Vec<Difference> {
    let [expected, found] = [expected, found].map(flat);
    let facts: BTreeSet<&String> = expected.keys().chain(found.keys()).collect();
    facts
        .into_iter()
        .filter(|fact| expected.get(*fact) != found.get(*fact))
        .map(|fact| Difference {
            fact: fact.clone(),
            expected: expected.get(fact).cloned(),
            found: found.get(fact).cloned(),
        })
        .collect()
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "nothing".to_owned());
        writeln!(f, "{}", self.fact)?;
        writeln!(f, "    expected  {}", side(&self.expected))?;
        write!(f, "    found     {}", side(&self.found))
    }
}

fn flat(facts: &Value) -> BTreeMap<String, String> {
    let mut leaves = BTreeMap::new();
    flatten(String::new(), facts, &mut leaves);
    leaves
}

fn flatten(name: String, facts: &Value, leaves: &mut BTreeMap<String, String>) {
    let Value::Object(table) = facts else {
        leaves.insert(name, facts.to_string());
        return;
    };
    for (key, value) in table {
        let separator = if name.is_empty() { "" } else { " / " };
        flatten(format!("{name}{separator}{key}"), value, leaves);
    }
}

#[cfg(test)]
mod tests {
    use super::differences;
    use serde_json::json;

    #[test]
    fn both_sides_are_shown_sorted() {
        let expected = json!({ "b": { "same": 1, "other": 2 }, "a": { "gone": 3 } });
        let found = json!({ "b": { "same": 1, "other": 5, "new": 1 }, "a": {} });
        let shown: Vec<String> =
            differences(&expected, &found).iter().map(ToString::to_string).collect();
        assert_eq!(
            shown,
            [
                "a / gone\n    expected  3\n    found     nothing",
                "b / new\n    expected  nothing\n    found     1",
                "b / other\n    expected  2\n    found     5",
            ]
        );
    }
}
