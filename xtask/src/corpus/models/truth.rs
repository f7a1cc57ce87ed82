//! What was measured: files of names, see the field `how` of each.

use super::report::{Outcome, names};
use anyhow::{Context as _, Result};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

type Names = BTreeSet<String>;

/// One file.
#[derive(Debug)]
pub(super) struct Truth {
    /// The types of each target.
    targets: BTreeMap<String, Names>,
    /// Targets that must be good enough by themselves.
    pub(super) required: Names,
    /// What was measured on them.
    pub(super) measurements: Vec<Measurement>,
    /// Names that the program computes when it starts, and the type that all of them are and that
    /// the tree names.
    computed: BTreeMap<String, String>,
    /// Types that are not held themselves but leave a child behind.
    children: Names,
    /// Types of which a leak of a region or an address space was found by reading.
    pub(super) sample: Names,
}

/// What was left at the end of one path.
#[derive(Debug)]
pub(super) struct Measurement {
    model: String,
    path: String,
    /// `None`: whatever the glue, because it does nothing on this path.
    glue: Option<Names>,
    /// What is being compared, for people.
    pub(super) what: String,
    /// Whether every other type of the target was seen to go.
    pub(super) complete: bool,
    /// The types, by target, if not all of the target went this way.
    types: BTreeMap<String, Names>,
    /// The types that were left, by target.
    pub(super) held: BTreeMap<String, Names>,
    /// What is known from elsewhere, by target.
    pub(super) elsewhere: BTreeMap<String, String>,
}

impl Truth {
    /// Reads a file.
    pub(super) fn read(file: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("cannot read {}", file.display()))?;
        serde_json::from_str(&text)
            .map_err(anyhow::Error::from)
            .and_then(|value| Self::parse(&value))
            .with_context(|| format!("{} is no file of measurements", file.display()))
    }

    fn parse(file: &Value) -> Result<Self> {
        let measurements = file["measurements"].as_array().context("no `measurements`")?;
        Ok(Self {
            targets: by_target(file, "targets")?,
            required: names(file, "required")?,
            measurements: measurements.iter().map(Measurement::parse).collect::<Result<_>>()?,
            computed: texts(file, "computed")?,
            children: object(file, "children")?.keys().cloned().collect(),
            sample: object(file, "sample")?.keys().cloned().collect(),
        })
    }

    /// The types of all targets.
    pub(super) fn all_types(&self) -> Names {
        self.targets.values().flatten().cloned().collect()
    }

    /// A prediction about a type is one about those that differ from it only by a computed name.
    pub(super) fn with_computed(&self, predicted: &Names) -> Names {
        let computed = self.computed.iter().filter(|(_, kind)| predicted.contains(*kind));
        predicted.iter().chain(computed.map(|(name, _)| name)).cloned().collect()
    }

    /// Everything that leaks under the tree's own model, itself or through a child.
    pub(super) fn all_leaking(&self) -> Names {
        let own = self.measurements.first();
        let held = own.into_iter().flat_map(|own| own.held.values()).flatten();
        held.chain(&self.children).cloned().collect()
    }
}

impl Measurement {
    fn parse(row: &Value) -> Result<Self> {
        let text =
            |key: &str| row[key].as_str().map(str::to_owned).with_context(|| format!("no `{key}`"));
        let glue = (!row["glue"].is_null()).then(|| names(row, "glue")).transpose()?;
        Ok(Self {
            model: text("model")?,
            path: text("path")?,
            glue,
            what: text("what")?,
            complete: row["complete"].as_bool().context("no `complete`")?,
            types: by_target(row, "types")?,
            held: by_target(row, "held")?,
            elsewhere: texts(row, "elsewhere")?,
        })
    }

    /// Model and path.
    pub(super) fn name(&self) -> String {
        format!("{}, {}", self.model, self.path)
    }

    /// Whether an outcome is the one that was measured.
    pub(super) fn is_about(&self, outcome: &Outcome) -> bool {
        self.model == outcome.model
            && self.path == outcome.path
            && self.glue.as_ref().is_none_or(|glue| *glue == outcome.glue)
    }

    /// The types of which is known whether they were left; `None` if only those that were are known.
    pub(super) fn types(&self, truth: &Truth, target: &str) -> Option<Names> {
        let own = self.types.get(target).or_else(|| truth.targets.get(target));
        own.filter(|_| self.complete).cloned()
    }
}

/// Names for each target; nothing where the key is missing.
fn by_target(row: &Value, key: &str) -> Result<BTreeMap<String, Names>> {
    let targets = object(row, key)?;
    targets.keys().map(|target| Ok((target.clone(), names(&row[key], target)?))).collect()
}

fn texts(row: &Value, key: &str) -> Result<BTreeMap<String, String>> {
    let text = |(name, value): (&String, &Value)| Some((name.clone(), value.as_str()?.to_owned()));
    object(row, key)?
        .iter()
        .map(text)
        .collect::<Option<_>>()
        .with_context(|| format!("`{key}`: no texts"))
}

fn object<'a>(row: &'a Value, key: &str) -> Result<&'a Map<String, Value>> {
    static NONE: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
    match &row[key] {
        Value::Null => Ok(&NONE),
        value => value.as_object().with_context(|| format!("`{key}` is no object")),
    }
}

#[cfg(test)]
mod tests {
    use super::{Outcome, Truth};
    use crate::workspace;
    use serde_json::json;

    fn truth() -> Truth {
        Truth::parse(&json!({
            "targets": { "t": ["a", "b", "soc"] }, "required": ["t"],
            "measurements": [
                { "model": "owner-refs", "path": "introspect", "what": "held", "complete": true,
                  "held": { "t": ["a"] }, "elsewhere": { "t": "1 of 3" } },
                { "model": "owner-refs", "path": "unplug", "what": "held", "complete": true,
                  "glue": [], "types": { "t": ["b"] }, "held": { "t": [] } },
                { "model": "owner-refs", "path": "failed-realize", "what": "held",
                  "complete": false, "held": { "t": ["b"] } } ],
            "computed": { "x-cpu": "cpu" }, "children": { "soc": ["a"] }, "sample": { "a": "device-pinned" } }))
        .expect("the file is complete")
    }

    #[test]
    fn glue_matters_where_it_is_given() {
        let outcome = |path: &str, glue: &[&str]| Outcome {
            model: "owner-refs".to_owned(),
            path: path.to_owned(),
            glue: glue.iter().map(|glue| (*glue).to_owned()).collect(),
            ..Outcome::default()
        };
        let truth = truth();
        let (introspect, unplug) = (&truth.measurements[0], &truth.measurements[1]);
        assert!(introspect.is_about(&outcome("introspect", &["auto-delete"])));
        assert!(unplug.is_about(&outcome("unplug", &[])));
        assert!(!unplug.is_about(&outcome("unplug", &["auto-delete"])));
        assert!(!unplug.is_about(&outcome("introspect", &[])));
    }

    #[test]
    fn only_types_that_went_the_path_are_known() {
        let truth = truth();
        let known: Vec<Option<usize>> = truth
            .measurements
            .iter()
            .map(|row| row.types(&truth, "t").map(|types| types.len()))
            .collect();
        assert_eq!(known, [Some(3), Some(1), None]);
    }

    #[test]
    fn a_type_with_a_child_that_stays_is_not_clean() {
        let leaking = truth().all_leaking();
        assert_eq!(leaking.into_iter().collect::<Vec<_>>(), ["a", "soc"]);
    }

    #[test]
    fn a_computed_name_is_found_by_its_kind() {
        let predict = |name: &str| truth().with_computed(&[name.to_owned()].into());
        assert_eq!(predict("cpu").into_iter().collect::<Vec<_>>(), ["cpu", "x-cpu"]);
        assert_eq!(predict("a").into_iter().collect::<Vec<_>>(), ["a"]);
    }

    #[test]
    fn the_files_of_this_workspace_are_consistent() {
        for file in super::super::LABELS {
            let file = workspace::root().join("xtask/corpus/labels").join(file);
            let truth = Truth::read(&file).expect("the file can be read");
            let types = truth.all_types();
            assert!(truth.sample.iter().all(|name| types.contains(name)), "{file:?}");
            for row in &truth.measurements {
                for (target, held) in &row.held {
                    let types = row.types(&truth, target).unwrap_or_else(|| types.clone());
                    assert!(held.is_subset(&types), "{file:?} {} {target}", row.name());
                }
            }
        }
    }
}
