//! Verdicts that people gave to calls, matched with the calls that `audit` lists.

use anyhow::{Context as _, Result};
use serde_json::Value;
use std::path::Path;

/// One call and the class that a person put it in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Label {
    /// The file, relative to the tree.
    pub(crate) file: String,
    /// The line, in the version that was labelled.
    pub(crate) line: u64,
    /// The function that contains the call.
    pub(crate) function: String,
    /// The function called.
    callee: String,
    /// The region, as written in the source, or as structure and field.
    pub(crate) region: String,
    /// The container, as written in the source.
    pub(crate) container: String,
    /// The class.
    pub(crate) class: String,
    /// Other classes that are not wrong either.
    also: Vec<String>,
}

/// Classes that are no verdicts, and the verdicts that agree with them.
const CLASSES: [(&str, &[&str]); 2] = [
    ("teardown", &["redundant", "required-by-model"]),
    ("teardown-required", &["required-by-model"]),
];

impl Label {
    /// Reads a file of labels: an array of objects.
    pub(crate) fn read(file: &Path) -> Result<Vec<Self>> {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("cannot read {}", file.display()))?;
        let rows: Vec<Value> = serde_json::from_str(&text)
            .with_context(|| format!("{} is no array of labels", file.display()))?;
        Ok(rows.iter().map(Self::from).collect())
    }

    /// Whether a verdict agrees with what the person said.
    pub(crate) fn allows(&self, verdict: &str) -> bool {
        let mut classes = self.also.iter().chain([&self.class]);
        classes.any(|class| {
            let known = CLASSES.iter().find(|(name, _)| name == class);
            known.map_or(class == verdict, |(_, verdicts)| verdicts.contains(&verdict))
        })
    }

    /// How well a call fits; `None` if it is in another function. Lines shift between versions,
    /// so they only decide between calls that read alike.
    fn fit(&self, call: &Value) -> Option<(usize, std::cmp::Reverse<u64>)> {
        let place = [("file", &self.file), ("function", &self.function), ("callee", &self.callee)];
        if place.iter().any(|(key, value)| call[key] != **value) {
            return None;
        }
        let region = last_name(&self.region) == last_name(text(call, "region"));
        let container = last_name(&self.container) == last_name(text(call, "container"));
        let line = call["line"].as_u64().unwrap_or(0);
        let alike = 2 * usize::from(region) + usize::from(container);
        Some((alike, std::cmp::Reverse(line.abs_diff(self.line))))
    }
}

impl From<&Value> for Label {
    fn from(row: &Value) -> Self {
        let field = |key| text(row, key).to_owned();
        let (callee, region) = match row.get("subregion") {
            Some(_) => ("memory_region_del_subregion", field("subregion")),
            None => ("object_unparent", format!("{}.{}", text(row, "struct"), text(row, "field"))),
        };
        Self {
            file: field("file"),
            line: row["line"].as_u64().unwrap_or(0),
            function: field("function"),
            callee: callee.to_owned(),
            region,
            container: field("container"),
            class: field("class"),
            also: also(row),
        }
    }
}

/// One word or a list of them.
fn also(row: &Value) -> Vec<String> {
    let value = &row["also_acceptable"];
    let words = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    words.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// For each label the index of the call it is about. No call is taken twice; the best fits are
/// taken first.
pub(crate) fn matches(labels: &[Label], calls: &[Value]) -> Vec<Option<usize>> {
    let mut pairs = Vec::new();
    for (label, wanted) in labels.iter().enumerate() {
        let fits = calls.iter().enumerate();
        pairs.extend(fits.filter_map(|(call, value)| Some((wanted.fit(value)?, label, call))));
    }
    pairs.sort_by_key(|(fit, label, call)| (std::cmp::Reverse(*fit), *label, *call));
    let mut matched = vec![None; labels.len()];
    for (_, label, call) in pairs {
        if matched[label].is_none() && !matched.contains(&Some(call)) {
            matched[label] = Some(call);
        }
    }
    matched
}

pub(crate) fn text<'a>(row: &'a Value, key: &str) -> &'a str {
    row[key].as_str().unwrap_or_default()
}

/// `iwm` of `&swimctrl->iwm` and of `SWIMCtrl.iwm`, `slots` of `&memslots->slots[idx]`.
fn last_name(place: &str) -> &str {
    let place = place.split('[').next().unwrap_or_default();
    place
        .trim_end_matches("()")
        .rsplit(|c: char| !c.is_alphanumeric() && c != '_')
        .next()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Label, last_name, matches};
    use serde_json::json;

    fn label(line: u64, region: &str) -> Label {
        Label::from(&json!({ "file": "hw/a.c", "line": line, "function": "f",
            "subregion": region, "container": "&s->bar", "class": "runtime" }))
    }

    #[test]
    fn a_place_has_a_last_name() {
        assert_eq!(last_name("&memslots->slots[idx]"), "slots");
        assert_eq!(last_name("Memslots.slots[*]"), "slots");
        assert_eq!(last_name("get_system_memory()"), "get_system_memory");
    }

    #[test]
    fn text_decides_before_lines_and_no_call_is_taken_twice() {
        let call = |line, region| {
            json!({ "file": "hw/a.c", "function": "f", "line": line, "region": region,
                    "callee": "memory_region_del_subregion", "container": "S.bar" })
        };
        let calls = [call(12, "S.b"), call(30, "S.a"), call(40, "S.a")];
        let labels = [label(10, "&s->a"), label(11, "&s->b"), label(39, "&s->a")];
        assert_eq!(matches(&labels, &calls), [Some(1), Some(0), Some(2)]);
        assert_eq!(matches(&[label(1, "&s->a")], &[]), [None]);
    }

    #[test]
    fn classes_that_are_no_verdicts_allow_some() {
        let label = Label::from(&json!({ "class": "teardown", "also_acceptable": ["mixed"] }));
        assert!(label.allows("redundant") && label.allows("mixed"));
        assert!(!label.allows("runtime") && !label.allows("teardown"));
    }
}
