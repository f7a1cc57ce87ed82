//! What people found in the crates before any rule ran, against what `check` reports: how much of it is
//! found, and where code that looks alike is reported.

use anyhow::{Context as _, Result};
use serde_json::Value;
use std::collections::BTreeMap;

const PLACES: &str = "xtask/corpus/labels/registrations-crates.json";

/// How one rule does on the places that people know.
#[derive(Debug, Default, PartialEq, Eq)]
struct Score {
    /// Defects that are reported.
    found: usize,
    /// Defects that are not.
    missed: Vec<String>,
    /// Right code that nothing is said about.
    silent: usize,
    /// Right code that is reported.
    reported: Vec<String>,
}

/// Prints, for each rule, how many of the known defects are among the findings.
pub(crate) fn print(findings: &[Value]) -> Result<()> {
    let text = crate::workspace::read(PLACES)?;
    let places: Vec<Value> =
        serde_json::from_str(&text).with_context(|| format!("{PLACES} is no array"))?;
    for (rule, score) in scores(&places, findings) {
        let Score { found, missed, silent, reported } = score;
        let (defects, alike) = (found + missed.len(), silent + reported.len());
        println!(
            "{rule:<36} known defects found {found} of {defects}  look-alikes silent {silent} of {alike}"
        );
        missed.iter().for_each(|place| println!("    missed: {place}"));
        reported.iter().for_each(|place| println!("    looks alike: {place}"));
    }
    Ok(())
}

fn scores<'a>(places: &'a [Value], findings: &[Value]) -> BTreeMap<&'a str, Score> {
    let mut scores: BTreeMap<&str, Score> = BTreeMap::new();
    for place in places {
        let same = |finding: &Value| {
            ["rule", "file", "function"].iter().all(|key| finding[key] == place[key])
        };
        let [rule, file, function] =
            ["rule", "file", "function"].map(|key| place[key].as_str().unwrap_or_default());
        let score = scores.entry(rule).or_default();
        let name = || format!("{file} {function}");
        match (findings.iter().any(same), place["true"] == true) {
            (true, true) => score.found += 1,
            (false, true) => score.missed.push(name()),
            (false, false) => score.silent += 1,
            (true, false) => score.reported.push(name()),
        }
    }
    scores
}

#[cfg(test)]
mod tests {
    use super::{PLACES, Score, scores};
    use serde_json::{Value, json};

    #[test]
    fn known_places_are_found_by_rule_file_and_function() {
        let at = |function: &str| json!({ "rule": "r", "file": "a.rs", "function": function });
        let known = |function: &str, defect: bool| {
            let mut place = at(function);
            place["true"] = json!(defect);
            place
        };
        let places = [known("f", true), known("g", true), known("h", false), known("i", false)];
        let scores = scores(&places, &[at("f"), at("h"), at("j")]);
        let named = |function: &str| vec![format!("a.rs {function}")];
        let expected = Score { found: 1, missed: named("g"), silent: 1, reported: named("h") };
        assert_eq!(scores["r"], expected);
    }

    #[test]
    fn every_place_is_in_a_pinned_crate() {
        let text = crate::workspace::read(PLACES).expect("the file");
        let places: Vec<Value> = serde_json::from_str(&text).expect("an array");
        let tree = crate::corpus::pins::Tree::named("crates").expect("the pins can be read");
        let crate::corpus::pins::Source::Crates(crates) = tree.source else { panic!("no crates") };
        for place in &places {
            let file = place["file"].as_str().expect("a file");
            let folder = file.split('/').next().expect("a folder");
            assert!(crates.iter().any(|pinned| pinned.stem() == folder), "{file}");
            assert!(place["true"].is_boolean() && place["rationale"].is_string(), "{file}");
        }
    }
}
