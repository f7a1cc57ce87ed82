//! What files of the tree say about how it is analysed.

mod support;

use support::{Folder, Run, demo, lines, process, run};

const TREE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/tree");

fn tree(name: &str, configuration: &str) -> Folder {
    Folder::new(name)
        .with("devmodel.toml", configuration)
        .with("a.c", "bad x\n")
        .with("sub/b.c", "doubt y\n")
        .with("sub/c.c", support::TYPE)
}

fn check(folder: &Folder, words: &[&str]) -> Run {
    let path = folder.path().to_str().unwrap();
    run(&lines::engine(), &[&["check", path, "--format", "short"], words].concat())
}

fn found(folder: &Folder, words: &[&str], status: u8, files: &[&str]) {
    let run = check(folder, words);
    assert_eq!((run.status, run.errors.as_str()), (status, ""), "{words:?}");
    let starts = run.output.lines().map(|line| line.split(':').next().unwrap());
    assert_eq!(starts.collect::<Vec<_>>(), files, "{words:?}");
}

#[test]
fn the_command_line_is_stronger() {
    let folder = tree("configuration-keys", "ignore = ['lines']\nexclude = ['/a.c']\n");
    found(&folder, &[], 0, &[]);
    found(&folder, &["--select", "lines"], 1, &["sub/b.c"]);
    found(&folder, &["--no-config"], 1, &["a.c", "sub/b.c"]);
    let folder = tree("configuration-select", "select = ['other-lines']\nfail-on = 'error'\n");
    found(&folder, &[], 0, &[]);
    found(&folder, &["--select", "lines"], 0, &["a.c", "sub/b.c"]);
    found(&folder, &["--select", "lines", "--fail-on", "warning"], 1, &["a.c", "sub/b.c"]);
    let stated = folder.path().join("devmodel.toml");
    let other = tree("configuration-stated", "exclude = ['sub/']");
    found(&other, &[], 1, &["a.c"]);
    found(
        &other,
        &["--exclude", "a.c", "--select", "lines", "--config", stated.to_str().unwrap()],
        0,
        &["sub/b.c"],
    );
}

#[test]
fn fixes_keep_to_it() {
    let folder = tree("configuration-fix", "exclude = ['a.c']\n");
    let path = folder.path().to_str().unwrap();
    let fix = run(&lines::engine(), &["fix", "--diff", "--unsafe", path]);
    assert!(!fix.output.contains("a/a.c") && fix.output.contains("a/sub/b.c"), "{}", fix.output);
    let folder = tree("configuration-fix-rules", "ignore = ['lines']\n");
    let fix = run(&lines::engine(), &["fix", "--diff", folder.path().to_str().unwrap()]);
    assert_eq!((fix.output.as_str(), fix.status), ("", 0));
}

#[test]
fn models_are_stated() {
    let folder = Folder::new("configuration-model")
        .with("devmodel.toml", "model = 'framework'\nassume = ['auto-delete']\n");
    let file = folder.path().join("devmodel.toml");
    let words = ["check", TREE, "--config", file.to_str().unwrap()];
    let with = |more: &[&str]| run(&demo::engine(), &[&words, more].concat()).output;
    assert!(with(&[]).contains("model framework (as stated), glue auto-delete"), "{}", with(&[]));
    let stated = with(&["--model", "region-refs", "--assume", "auto-unparent"]);
    assert!(stated.contains("model region-refs (as stated), glue auto-unparent"), "{stated}");
    assert!(with(&["--model", "auto"]).contains("model owner-refs (system/memory.c"));
}

#[test]
fn mistakes_are_named() {
    let refused = |text: &str, place: &str, message: &str| {
        let folder = tree("configuration-wrong", text);
        let run = check(&folder, &[]);
        assert_eq!((run.status, run.output.as_str()), (2, ""), "{text}");
        assert_eq!(run.errors.lines().count(), 1, "{}", run.errors);
        assert!(
            run.errors.contains(&format!("devmodel.toml:{place}: {message}")),
            "{}",
            run.errors
        );
    };
    refused("\nselct = []\n", "2:1", "no key is called `selct`; did you mean `select`?");
    refused("x = 1\n", "1:1", "no key is called `x`; the keys are: select, ignore, exclude,");
    refused("select = 'lines'\n", "1:10", "`select` takes a list of strings");
    refused("ignore = ['lines', 1]\n", "1:20", "`ignore` takes a list of strings");
    refused(
        "ignore = [\n  'linse',\n]\n",
        "2:3",
        "`ignore`: no rule is called `linse`; did you mean `lines`?",
    );
    refused("model = 'none'\n", "1:9", "`model`: `none` is none of auto, owner-refs,");
    refused("fail-on = true\n", "1:11", "`fail-on` takes a string");
    refused(
        "assume = ['magic']\n",
        "1:11",
        "`assume`: `magic` is none of auto-delete, auto-unparent",
    );
    refused("\nselect = [\n", "2:11", "unclosed array, expected `]`");
    let gone = process(&["check", TREE, "--config", "no/such.toml"]);
    assert_eq!(gone.status, 2);
    assert!(gone.errors.contains("cannot read `no/such.toml`"), "{}", gone.errors);
}

#[test]
fn manifests_speak_for_their_packages() {
    let package = |name: &str, says: &str| {
        format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[package.metadata.devmodel]\n{says}\n"
        )
    };
    let text = "const A: &str = \"\nbad x\n\";\n";
    let folder = Folder::new("configuration-manifests")
        .with("Cargo.toml", "[workspace]\nmembers = [\"a\", \"b\"]\nresolver = \"3\"\n[workspace.metadata.devmodel]\nignore = ['lines']\n")
        .with("devmodel.toml", "ignore = ['other-lines']\nexclude = ['skipped.rs']\n")
        .with("a/Cargo.toml", package("a", ""))
        .with("a/src/lib.rs", text)
        .with("b/Cargo.toml", package("b", "ignore = []"))
        .with("b/src/lib.rs", text)
        .with("b/src/skipped.rs", text);
    let found = |manifest: &str, files: &[&str]| {
        let manifest = folder.path().join(manifest);
        let words = ["check", "--format", "short", "--manifest-path", manifest.to_str().unwrap()];
        let run = run(&lines::engine(), &words);
        assert_eq!(run.errors, "");
        let starts = run.output.lines().map(|line| line.split(':').next().unwrap());
        assert_eq!(starts.collect::<Vec<_>>(), files, "{manifest:?}");
    };
    // The manifest of `b` is stronger than the workspace's, and that than the file.
    found("Cargo.toml", &["b/src/lib.rs"]);
    found("a/Cargo.toml", &[]);
    found("b/Cargo.toml", &["b/src/lib.rs"]);
    // A crate that is named by its path has the same configuration.
    let by_path = |package: &str| {
        let path = folder.path().join(package);
        run(&lines::engine(), &["check", "--format", "short", path.to_str().unwrap()]).output
    };
    assert_eq!(by_path("a"), "");
    assert!(by_path("b").starts_with("src/lib.rs:2:1: "), "{}", by_path("b"));
    assert!(!by_path("b").contains("skipped.rs"));
    let two = folder
        .with("a/Cargo.toml", package("a", "model = 'framework'"))
        .with("b/Cargo.toml", package("b", "modle = 'framework'"));
    let manifest = two.path().join("Cargo.toml");
    let words = ["check", "--manifest-path", manifest.to_str().unwrap()];
    let refused = |message: &str| {
        let run = run(&lines::engine(), &words);
        assert_eq!(run.status, 2);
        assert!(run.errors.contains(message), "{}", run.errors);
    };
    refused("b/Cargo.toml:6:1: no key is called `modle`; did you mean `model`?");
    let _two = two.with("b/Cargo.toml", package("b", ""));
    refused("`model` is one thing for the package in `a` and another one for that in `b`");
}
