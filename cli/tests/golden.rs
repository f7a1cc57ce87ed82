//! What each format looks like, compared with files in `golden`.
//!
//! `UPDATE_GOLDEN=1 cargo test` writes them.

mod support;

use cargo_devmodel::Engine;
use std::fs;
use std::path::Path;
use support::{demo, run};

/// The demonstration tree, and what an analysis could say about it.
fn check(name: &str, words: &[&str]) {
    compare(name, "tree", &demo::engine(), &[&words[..1], &["TREE"], &words[1..]].concat());
}

/// Devices that live and die, and what the analysis does say about them.
fn check_lives(name: &str, words: &[&str]) {
    compare(name, "lives", &Engine::default(), words);
}

/// Runs on a tree of `golden`, which stands for `TREE` in the words.
fn compare(name: &str, tree: &str, engine: &Engine, words: &[&str]) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let tree = folder.join(tree);
    let tree = tree.to_str().unwrap();
    let words: Vec<&str> =
        words.iter().map(|word| if *word == "TREE" { tree } else { word }).collect();
    let run = run(engine, &words);
    assert_eq!(run.errors, "", "nothing but the report");
    let golden = folder.join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&golden, &run.output).unwrap();
    }
    let expected = fs::read_to_string(&golden).unwrap();
    assert!(run.output == expected, "{name} differs:\n{}", run.output);
}

#[test]
fn check_human() {
    check("check.human.txt", &["check"]);
}

#[test]
fn check_human_in_color() {
    check("check.color.txt", &["check", "--color", "always"]);
}

#[test]
fn check_short() {
    check("check.short.txt", &["check", "--format", "short"]);
}

#[test]
fn check_short_in_color() {
    let words = ["check", "--format", "short", "--color", "always"];
    check("check.short.color.txt", &words);
}

#[test]
fn check_json() {
    check("check.json", &["check", "--format", "json"]);
}

#[test]
fn check_without_findings() {
    let words = ["check", "--model", "framework", "--exclude", "window.c"];
    check("check.clean.txt", &words);
}

#[test]
fn audit_human() {
    check("audit.human.txt", &["audit", "--assume", "auto-delete"]);
}

#[test]
fn audit_short() {
    check("audit.short.txt", &["audit", "--format", "short"]);
}

#[test]
fn audit_json() {
    check("audit.json", &["audit", "--format", "json"]);
}

#[test]
fn fix_diff() {
    check("fix.diff", &["fix", "--diff", "--unsafe", "--quiet"]);
}

#[test]
fn check_human_with_a_replay() {
    let words = ["check", "TREE", "--select", "self-reference-cycle"];
    check_lives("lives.check.txt", &words);
}

#[test]
fn trace_human() {
    check_lives("trace.human.txt", &["trace", "heron", "TREE"]);
}

#[test]
fn trace_short() {
    check_lives("trace.short.txt", &["trace", "egret", "TREE", "--format", "short"]);
}

#[test]
fn trace_json() {
    check_lives("trace.json", &["trace", "stork", "TREE", "--format", "json"]);
}

#[test]
fn replay_of_what_is_held() {
    check_lives("replay.unplug.txt", &["trace", "heron", "TREE", "--path", "unplug"]);
}

#[test]
fn replay_of_a_child_that_is_held_in_color() {
    let words = ["trace", "stork", "TREE", "--path", "introspect", "--color", "always"];
    check_lives("replay.introspect.color.txt", &words);
}

#[test]
fn replay_of_failures() {
    check_lives(
        "replay.failed-realize.txt",
        &["trace", "heron", "TREE", "--path", "failed-realize"],
    );
}

#[test]
fn replay_of_a_fault() {
    let words = ["trace", "egret", "TREE", "--path", "replug", "--assume", "auto-delete"];
    check_lives("replay.replug.txt", &words);
    let words = ["trace", "egret", "TREE", "--path", "unplug", "--format", "short"];
    check_lives("replay.short.txt", &words);
}

#[test]
fn models_human() {
    check_lives("models.human.txt", &["models", "TREE"]);
}

#[test]
fn models_short() {
    check_lives("models.short.txt", &["models", "TREE", "--format", "short", "--path", "unplug"]);
}

#[test]
fn models_json() {
    let diff = "owner-refs..same-owner-unreferenced";
    let words = ["models", "TREE", "--format", "json", "--path", "unplug", "--model-diff", diff];
    check_lives("models.json", &words);
}

#[test]
fn models_by_name() {
    let words = ["models", "TREE", "--show", "leaking", "--model", "region-refs"];
    check_lives("models.show.txt", &words);
}

#[test]
fn models_compared() {
    let diff = "auto..region-refs+auto-delete+auto-unparent";
    check_lives("models.diff.txt", &["models", "TREE", "--model-diff", diff]);
}
