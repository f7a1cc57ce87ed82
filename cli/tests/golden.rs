//! What each format looks like, compared with files in `golden`.
//!
//! `UPDATE_GOLDEN=1 cargo test` writes them.

mod support;

use std::fs;
use std::path::Path;
use support::{demo, run};

fn check(name: &str, words: &[&str]) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let tree = folder.join("tree");
    let words = [&words[..1], &[tree.to_str().unwrap()], &words[1..]].concat();
    let run = run(&demo::engine(), &words);
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
