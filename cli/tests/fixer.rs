//! How fixes are applied: to the fixed point, whole or not at all, and only if the result is better.

mod support;

use std::fs;
use std::process::{Command, Stdio};
use support::{Folder, lines, run};

/// The lines that are left of a file, and what is said about them.
fn fix(name: &str, text: &str, words: &[&str]) -> (String, String) {
    let folder = Folder::new(&format!("fixer-{name}")).with("a.c", text);
    let path = folder.path().to_str().unwrap();
    let run = run(&lines::engine(), &[&["fix", "--diff", path], words].concat());
    assert_eq!(run.status, 0, "{}", run.errors);
    patch(&folder, &run.output);
    (fs::read_to_string(folder.path().join("a.c")).unwrap(), run.errors)
}

fn patch(folder: &Folder, diff: &str) {
    use std::io::Write;
    let mut git = Command::new("git")
        .args(["apply", "--allow-empty", "--unidiff-zero"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    git.stdin.take().unwrap().write_all(diff.as_bytes()).unwrap();
    assert!(git.wait().unwrap().success(), "{diff}");
}

fn check(name: &str, text: &str, words: &[&str], left: &str, said: &str) {
    let (text, errors) = fix(name, text, words);
    assert_eq!((text.as_str(), errors.as_str()), (left, said));
}

#[test]
fn all_that_is_independent_goes_at_once() {
    check("once", "bad a\nint x;\nbad b\n", &[], "int x;\n", "2 fixes in 1 file\n");
}

#[test]
fn a_fix_may_bring_what_another_one_cures() {
    check("chain", "chain a\nbad b\n", &[], "", "3 fixes in 1 file\n");
}

#[test]
fn a_fix_that_brings_a_finding_is_refused_and_the_rest_is_made() {
    let text = "bad a\nbad b\ntrap c\nbad d\nbad e\ntrap f\nbad g\n";
    let said = "a.c: lines in `` is not fixed: it would bring lines: `by-hand c` is here\n\
                a.c: lines in `` is not fixed: it would bring lines: `by-hand f` is here\n\
                5 fixes in 1 file; 2 refused\n";
    check("trap", text, &[], "trap c\ntrap f\n", said);
}

#[test]
fn a_fix_that_needs_a_refused_one_is_not_made() {
    let said = "a.c: lines in `` is not fixed: it would bring lines: `by-hand a` is here\n\
                a.c: lines in `` is not fixed: it would bring lines: `trap a` is here\n\
                1 fix in 1 file; 2 refused\n";
    check("detour", "detour a\nbad b\n", &[], "detour a\n", said);
}

#[test]
fn a_fix_that_does_not_help_is_refused() {
    let said = "a.c: lines in `` is not fixed: the finding would still be there\n\
                1 fix in 1 file; 1 refused\n";
    check("stuck", "stuck a\nbad b\n", &[], "stuck a\n", said);
}

#[test]
fn a_fix_that_breaks_the_code_is_refused() {
    let said = "a.c: lines in `` is not fixed: `a.c` would parse worse\n\
                1 fix in 1 file; 1 refused\n";
    check("torn", "bad b\ntorn a\n", &[], "torn a\n", said);
}

#[test]
fn fixes_that_overlap_take_turns() {
    check("wide", "wide a\nbad b\nbad c\n", &[], "", "2 fixes in 1 file\n");
    check("wider", "wide a\nwide b\nint x;\n", &[], "int x;\n", "1 fix in 1 file\n");
}

#[test]
fn a_circle_ends() {
    let (text, errors) = fix("grow", "grow a\n", &[]);
    assert_eq!(text, "grow a\n");
    assert!(errors.contains("1 refused"), "{errors}");
}

#[test]
fn what_needs_review_waits_for_the_word() {
    let said = "1 fix in 1 file; 1 more with --unsafe\n";
    check("doubt", "doubt a\nbad b\n", &[], "doubt a\n", said);
    check("sure", "doubt a\nbad b\n", &["--unsafe"], "", "2 fixes in 1 file\n");
}

#[test]
fn only_the_rules_selected_are_fixed() {
    let left = "bad a\nchain b\n";
    check("rules", left, &["--ignore", "lines"], left, "0 fixes in 0 files\n");
}

#[test]
fn a_fix_spans_files_or_is_not_made() {
    let folder = Folder::new("fixer-far").with("a.c", "far a\n").with("b.c", "int x;\nfar a\n");
    let path = folder.path().to_str().unwrap();
    let run = run(&lines::engine(), &["fix", "--diff", path]);
    patch(&folder, &run.output);
    let text = |name| fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!((text("a.c"), text("b.c")), (String::new(), "int x;\n".to_owned()));
    assert_eq!(run.errors, "1 fix in 2 files\n");
}

/// Fixes a file in place with a command that has to succeed.
fn verify(name: &str, text: &str, command: &str) -> (String, u8, String) {
    let folder = Folder::new(&format!("fixer-verify-{name}")).with("a.c", text);
    let path = folder.path().to_str().unwrap();
    let words = ["fix", "--allow-dirty", "--verify", command, path];
    let run = run(&lines::engine(), &words);
    (fs::read_to_string(folder.path().join("a.c")).unwrap(), run.status, run.errors)
}

#[test]
fn what_the_command_accepts_stays() {
    let (text, status, errors) = verify("passes", "bad a\nint x;\n", "grep -q x a.c");
    assert_eq!((&*text, status, &*errors), ("int x;\n", 0, "1 fix in 1 file\n"));
}

#[test]
fn what_the_command_fails_with_is_found_and_taken_back() {
    let text = "bad a\nbad b\nbad c\nbad d\nbad e\n";
    let command = "grep -q 'bad b' a.c && grep -q 'bad d' a.c";
    let (text, status, errors) = verify("fails", text, command);
    let said = "a.c: lines in `` is not fixed: the command given with --verify fails with it\n\
                a.c: lines in `` is not fixed: the command given with --verify fails with it\n\
                3 fixes in 1 file; 2 refused\n";
    assert_eq!((&*text, status, &*errors), ("bad b\nbad d\n", 1, said));
}

#[test]
fn what_only_makes_way_for_a_repair_that_fails_goes_with_it() {
    let (text, _, errors) = verify("last", "chain a\nbad b\n", "grep -q 'a$' a.c");
    assert_eq!(text, "chain a\n", "{errors}");
}

#[test]
fn a_command_that_never_succeeds_leaves_everything_as_it_was() {
    let (text, status, errors) = verify("never", "bad a\nbad b\n", "false");
    let said =
        "error: the command given with --verify fails without any fix, too; nothing is changed\n";
    assert_eq!((&*text, status, &*errors), ("bad a\nbad b\n", 2, said));
}
