//! What the tool says about a tree, as facts that can be kept: names and counts, by file and
//! function, never by line, and no source text.

use super::cache::Cached;
use crate::toml_file;
use crate::tool::Tool;
use crate::workspace;
use anyhow::{Context as _, Result, ensure};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

const CONFIGURATIONS: &str = include_str!("../../corpus/configurations.toml");

/// How often each thing was seen.
type Counts = BTreeMap<String, u64>;

/// The facts about one tree, under every configuration.
pub(crate) fn observe(tool: &Tool, tree: &Cached) -> Result<Value> {
    let configurations = toml_file::parse(CONFIGURATIONS)?;
    let mut observed = Map::new();
    for configuration in toml_file::elements(&configurations, "configuration") {
        let name = toml_file::string(configuration, "name")?;
        let arguments = toml_file::strings(configuration, "arguments");
        let facts = facts(tool, tree, &arguments).with_context(|| name.clone())?;
        // Where nothing ends a region's life, no glue makes a difference.
        let is_last = facts["calls"].as_object().is_some_and(Map::is_empty);
        observed.insert(name, facts);
        if is_last {
            break;
        }
    }
    Ok(json!({ "configurations": observed, "version": tree.version }))
}

/// What is expected of a tree; `None` if nothing was blessed yet.
pub(crate) fn expected(tree: &str) -> Result<Option<Value>> {
    let file = file(tree);
    if !workspace::root().join(&file).exists() {
        return Ok(None);
    }
    let text = workspace::read(&file)?;
    let value = serde_json::from_str(&text).with_context(|| format!("{file} is broken"))?;
    Ok(Some(value))
}

/// Makes what was observed the expectation.
pub(crate) fn bless(tree: &str, observed: &Value) -> Result<()> {
    let text = serde_json::to_string_pretty(observed)?;
    workspace::write(file(tree), &format!("{text}\n"))
}

fn file(tree: &str) -> String {
    format!("xtask/corpus/expect/{tree}.json")
}

fn facts(tool: &Tool, tree: &Cached, arguments: &[String]) -> Result<Value> {
    let check = tool.json("check", &tree.path, arguments)?;
    let audit = tool.json("audit", &tree.path, arguments)?;
    let diff = tool.run("fix", &tree.path, &with(arguments, &["--diff"]))?;
    same_with_one_thread(tool, tree, arguments, &audit)?;
    let findings = list(&check, "findings")?;
    let calls = list(&audit, "calls")?;
    Ok(json!({
        "findings": count(findings.iter().map(|finding| word(finding, "rule"))),
        "fixed": changed_lines(&diff),
        "glue": check["tree"]["glue"],
        "model": check["tree"]["model"],
        "verdicts": count(calls.iter().map(|call| word(call, "verdict"))),
        "calls": by_file(calls, call_text),
        "found": by_file(findings, finding_text),
    }))
}

/// The number of threads must not show in the output.
fn same_with_one_thread(
    tool: &Tool,
    tree: &Cached,
    arguments: &[String],
    audit: &Value,
) -> Result<()> {
    let alone = tool.json("audit", &tree.path, &with(arguments, &["--jobs", "1"]))?;
    ensure!(alone == *audit, "`audit` says something else with `--jobs 1`");
    Ok(())
}

fn with(arguments: &[String], more: &[&str]) -> Vec<String> {
    let more = more.iter().map(|&word| word.to_owned());
    arguments.iter().cloned().chain(more).collect()
}

fn list<'a>(report: &'a Value, key: &str) -> Result<&'a [Value]> {
    let list = report[key].as_array();
    list.map(Vec::as_slice).with_context(|| format!("the report has no `{key}`"))
}

fn count(words: impl IntoIterator<Item = String>) -> Counts {
    let mut counts = Counts::new();
    for word in words {
        *counts.entry(word).or_default() += 1;
    }
    counts
}

fn by_file(entries: &[Value], text: fn(&Value) -> String) -> BTreeMap<String, Counts> {
    let mut files = BTreeMap::<String, Counts>::new();
    for entry in entries {
        let counts = files.entry(word(entry, "file")).or_default();
        *counts.entry(text(entry)).or_default() += 1;
    }
    files
}

fn call_text(call: &Value) -> String {
    let [function, callee] = ["function", "callee"].map(|key| word(call, key));
    let [region, verdict] = ["region", "verdict"].map(|key| word(call, key));
    format!("{function}: {callee}({region}): {verdict}")
}

fn finding_text(finding: &Value) -> String {
    let [function, rule] = ["function", "rule"].map(|key| word(finding, key));
    let [region, fix] = ["region", "applicability"].map(|key| word(finding, key));
    format!("{function}: {rule}({region}): {fix}")
}

fn word(entry: &Value, key: &str) -> String {
    entry[key].as_str().unwrap_or_default().to_owned()
}

/// How many lines a unified diff adds to and removes from each file.
fn changed_lines(diff: &str) -> BTreeMap<String, Counts> {
    let mut files = BTreeMap::<String, Counts>::new();
    let mut file = String::new();
    let mut left = (0, 0);
    for line in diff.lines() {
        if left == (0, 0) {
            if let Some(path) = line.strip_prefix("--- a/") {
                path.clone_into(&mut file);
            } else if let Some(ranges) = line.strip_prefix("@@ ") {
                left = lengths(ranges);
            }
            continue;
        }
        let change = match line.as_bytes().first() {
            Some(b'-') => Some(("removed_lines", (1, 0))),
            Some(b'+') => Some(("added_lines", (0, 1))),
            Some(b'\\') => continue,
            _ => None,
        };
        let (old, new) = change.map_or((1, 1), |(_, lines)| lines);
        left = (left.0.saturating_sub(old), left.1.saturating_sub(new));
        if let Some((word, _)) = change {
            *entry(&mut files, &file).entry(word.to_owned()).or_default() += 1;
        }
    }
    files
}

fn entry<'a>(files: &'a mut BTreeMap<String, Counts>, file: &str) -> &'a mut Counts {
    files
        .entry(file.to_owned())
        .or_insert_with(|| ["added_lines", "removed_lines"].map(|word| (word.to_owned(), 0)).into())
}

/// The lengths in `-1,5 +1,4 @@`; a length of one is left out.
fn lengths(ranges: &str) -> (u64, u64) {
    let mut lengths = ranges.split_whitespace().map(|range| {
        let length = range.split_once(',').map_or("1", |(_, length)| length);
        length.parse().unwrap_or(0)
    });
    (lengths.next().unwrap_or_default(), lengths.next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::{by_file, call_text, changed_lines};
    use serde_json::json;

    #[test]
    fn lines_of_a_diff_are_counted_by_file() {
        let diff = "\
--- a/hw/one.c
+++ b/hw/one.c
@@ -1,4 +1,2 @@ static void one(void)
 {
--- a comment that looks like a header
-    gone();
 }
@@ -9 +7 @@
-old
+new
--- a/hw/two.c
+++ b/hw/two.c
@@ -1,2 +1 @@
-first
 second
\\ No newline at end of file
";
        let counted = json!(changed_lines(diff));
        let expected = json!({
            "hw/one.c": { "added_lines": 1, "removed_lines": 3 },
            "hw/two.c": { "added_lines": 0, "removed_lines": 1 },
        });
        assert_eq!(counted, expected);
    }

    #[test]
    fn calls_are_counted_without_their_lines() {
        let call = |line| {
            json!({ "file": "hw/a.c", "line": line, "function": "f", "callee": "del",
                    "region": "S.r", "verdict": "runtime" })
        };
        let counted = json!(by_file(&[call(1), call(2)], call_text));
        assert_eq!(counted, json!({ "hw/a.c": { "f: del(S.r): runtime": 2 } }));
    }
}
