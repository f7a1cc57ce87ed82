//! Findings that the authors of a tree accept.

mod support;

use support::{Folder, Run, lines, run};

fn check(folder: &Folder, words: &[&str]) -> Run {
    let path = folder.path().to_str().unwrap();
    run(&lines::engine(), &[&["check", path, "--format", "short"], words].concat())
}

fn tree(name: &str) -> Folder {
    Folder::new(name)
        .with("type.c", support::TYPE)
        .with("a.c", "// devmodel: allow(lines): known\nbad x\nbad y\n")
        .with("b.rs", "#[expect(devmodel::lines)]\nconst A: &str = \"\nbad z\n\";\n")
}

fn found(run: &Run) -> Vec<&str> {
    run.output.lines().map(|line| line.split(": ").next().unwrap()).collect()
}

#[test]
fn what_is_accepted_is_not_reported_and_not_fixed() {
    let folder = tree("suppressed");
    let checked = check(&folder, &[]);
    assert_eq!((checked.status, checked.errors.as_str()), (1, ""));
    assert_eq!(found(&checked), ["a.c:3:1"]);
    let path = folder.path().to_str().unwrap();
    let fix = run(&lines::engine(), &["fix", "--diff", path]);
    assert!(fix.output.contains("-bad y") && !fix.output.contains("-bad x"), "{}", fix.output);
    assert!(!fix.output.contains("b.rs"), "{}", fix.output);
    assert_eq!(fix.errors, "1 fix in 1 file\n");
}

#[test]
fn a_fix_keeps_away_from_accepted_code() {
    // The fix deletes two lines, of which the second one stays.
    let text = "wide x\nbad y // devmodel: allow(all): known\n";
    let folder = Folder::new("suppressed-wide").with("a.c", text);
    let fix = run(&lines::engine(), &["fix", "--diff", folder.path().to_str().unwrap()]);
    assert_eq!(fix.output, "");
}

#[test]
fn what_accepts_nothing_is_named() {
    let folder = tree("suppressed-idle")
        .with("c.c", "int x; // devmodel: allow(lines): old\nint y; // devmodel: allow(all): old\n")
        .with("d.c", "bad x // devmodel: allow(lines)\n// devmodel: allow(linse): typing\nbad y\n")
        .with(
            "e.rs",
            "#[cfg_attr(devmodel, allow(devmodel::other_lines, reason = \"x\"))]\nfn f() {}\n",
        );
    let checked = check(&folder, &[]);
    assert_eq!(found(&checked), ["a.c:3:1", "d.c:1:1", "d.c:3:1"]);
    let remarks = [
        "c.c:1:8: warning: `lines` finds nothing here to be suppressed",
        "c.c:2:8: warning: `all` finds nothing here to be suppressed",
        "d.c:1:7: warning: this suppresses nothing without a reason: write `devmodel: allow(RULE): REASON`",
        "d.c:2:1: warning: no rule is called `linse`; did you mean `lines`?",
        "e.rs:1:1: warning: `other-lines` finds nothing here to be suppressed",
    ];
    assert_eq!(checked.errors.lines().collect::<Vec<_>>(), remarks);
    assert_eq!(check(&folder, &["--quiet"]).errors, "");
    // What does not run may be of use when it does.
    let others = check(&folder, &["--select", "other-lines"]);
    assert_eq!(others.errors.lines().count(), 3, "{}", others.errors);
    let json = check(&folder, &["--quiet"]);
    assert_eq!(json.errors, "");
    let path = folder.path().to_str().unwrap();
    let json = run(&lines::engine(), &["check", path, "--format", "json", "--quiet"]).output;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["suppressions"]["used"], 2);
    assert_eq!(json["suppressions"]["unused"].as_array().unwrap().len(), 5);
    assert_eq!(json["suppressions"]["unused"][0]["file"], "c.c");
}
