//! Which part of which tree is reported, and what the exit status says.

mod support;

use support::{demo, run};

const TREE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/tree");

fn check(words: &[&str], status: u8, lines: &[&str]) {
    let words = [&["check", "--format", "short"], words].concat();
    let run = run(&demo::engine(), &words);
    assert_eq!(run.status, status, "{words:?}: {}", run.errors);
    let starts = run.output.lines().map(|line| line.split(": ").next().unwrap());
    assert_eq!(starts.collect::<Vec<_>>(), lines, "{words:?}");
}

#[test]
fn a_part_of_a_tree() {
    let found = ["hw/demo/window.c:24:9", "hw/demo/window.c:32:5", "hw/demo/window.c:34:5"];
    let at = |part: &str| format!("{TREE}/{part}");
    check(&[TREE], 1, &found);
    check(&["--tree-root", TREE], 1, &found);
    check(&[&at("hw"), "--tree-root", TREE], 1, &found);
    check(&[&at("hw/demo/window.c"), "--tree-root", TREE], 1, &found);
    check(&[&at("hw/demo/window-types.c"), "--tree-root", TREE], 0, &[]);
    check(&[&at("system"), "--tree-root", TREE], 0, &[]);
}

#[test]
fn a_file_is_seen_with_its_neighbours() {
    let words = ["check", &format!("{TREE}/hw/demo/window.c")];
    let run = run(&demo::engine(), &words);
    assert_eq!(run.status, 0, "{}", run.errors);
    assert!(run.output.contains("\n2 files,"), "{}", run.output);
}

#[test]
fn rules_are_selected() {
    let (slot, rom) = ("hw/demo/window.c:24:9", "hw/demo/window.c:34:5");
    check(&[TREE, "--select", "redundant-del-subregion"], 1, &[slot]);
    check(&[TREE, "--select", "redundant-del-subregion,unparent-in-finalize"], 1, &[slot, rom]);
    check(&[TREE, "--ignore", "del-subregion-in-finalize"], 1, &[slot, rom]);
    let both = ["--ignore", "del-subregion-in-finalize", "--ignore", "redundant-del-subregion"];
    check(&[&[TREE], &both[..]].concat(), 0, &[rom]);
    check(&[TREE, "--select", "unparent-in-finalize", "--ignore", "unparent-in-finalize"], 0, &[]);
}

#[test]
fn severity_decides_the_status() {
    let (note, warning) = ("unparent-in-finalize", "redundant-del-subregion");
    let (rom, slot) = ("hw/demo/window.c:34:5", "hw/demo/window.c:24:9");
    check(&[TREE, "--select", note], 0, &[rom]);
    check(&[TREE, "--select", note, "--fail-on", "note"], 1, &[rom]);
    check(&[TREE, "--select", warning, "--fail-on", "error"], 0, &[slot]);
    let audit = run(&demo::engine(), &["audit", TREE]);
    assert_eq!(audit.status, 0);
}

#[test]
fn only_trusted_fixes_are_printed() {
    let fix = |words: &[&str]| run(&demo::engine(), &[&["fix", "--diff", TREE], words].concat());
    let safe = fix(&[]);
    assert_eq!(safe.status, 0);
    assert!(safe.output.contains("-        memory_region_del_subregion(&s->bar"));
    assert!(!safe.output.contains("-                                &s->shadow"));
    assert_eq!(safe.errors, "1 fix in 1 file; 1 more with --unsafe; 1 to be fixed by hand\n");
    let all = fix(&["--unsafe"]);
    assert!(all.output.contains("-                                &s->shadow"));
    assert_eq!(all.errors, "2 fixes in 1 file; 1 to be fixed by hand\n");
    let none = fix(&["--select", "unparent-in-finalize"]);
    assert_eq!((none.status, none.output.as_str()), (0, ""));
    assert_eq!(none.errors, "0 fixes in 0 files; 1 to be fixed by hand\n");
}
