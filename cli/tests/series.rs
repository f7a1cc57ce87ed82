//! `fix --patches`: the mails, and what git makes of them.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use support::{Folder, command};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/series");

/// The options of most runs.
const OPTIONS: [&str; 5] =
    ["--assume", "auto-delete", "--from", "Rob Ïn <rob@example.org>", "--signoff"];

/// Runs `fix` on a tree, for which no git of the user has any settings.
fn fix(tree: &Path, words: &[&str]) -> Output {
    let mut fix = command(&["fix", tree.to_str().unwrap()]);
    undisturbed(&mut fix).args(words).env("SOURCE_DATE_EPOCH", "1700000000").output().unwrap()
}

fn undisturbed(command: &mut Command) -> &mut Command {
    let names = ["GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_DIR", "GIT_INDEX_FILE"];
    for name in names {
        command.env_remove(name);
    }
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1")
}

fn patches(tree: &Path, folder: &Path) -> Vec<PathBuf> {
    let output = fix(tree, &[&["--patches", folder.to_str().unwrap()], &OPTIONS[..]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let files = String::from_utf8(output.stdout).unwrap();
    files.lines().map(PathBuf::from).collect()
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn git(folder: &Path, words: &[&str]) -> String {
    let mut git = Command::new("git");
    git.arg("-C").arg(folder);
    git.args(["-c", "user.name=Ann", "-c", "user.email=a@b.c", "-c", "core.autocrlf=false"]);
    let output = undisturbed(&mut git).args(words).output().unwrap();
    assert!(output.status.success(), "{words:?}: {}", errors(&output));
    String::from_utf8(output.stdout).unwrap()
}

/// The tree of the golden files in a repository, its texts changed.
fn repository(name: &str, change: fn(&str) -> Vec<u8>) -> Folder {
    let files = [
        "MAINTAINERS",
        "system/memory.c",
        "hw/diver/loon.c",
        "hw/wader/avocet.c",
        "hw/wader/stilt.c",
    ];
    let text = |file: &str| fs::read_to_string(format!("{GOLDEN}/tree/{file}")).unwrap();
    let folder =
        files.iter().fold(Folder::new(name), |folder, file| folder.with(file, change(&text(file))));
    git(folder.path(), &["init", "--quiet"]);
    git(folder.path(), &["add", "--all"]);
    git(folder.path(), &["commit", "--quiet", "--message", "import"]);
    folder
}

/// Applies the series to a repository, and the diff to its start, and compares.
fn check(name: &str, change: fn(&str) -> Vec<u8>) {
    let tree = repository(name, change);
    let series = Folder::new(&format!("{name}-patches"));
    let files = patches(tree.path(), series.path());
    assert_eq!(files.len(), 3);
    let diff = series.path().join("diff");
    fs::write(&diff, fix(tree.path(), &["--diff", "--assume", "auto-delete"]).stdout).unwrap();
    git(tree.path(), &["checkout", "--quiet", "-b", "mailed"]);
    let mails: Vec<&str> = files[1..].iter().map(|file| file.to_str().unwrap()).collect();
    git(tree.path(), &[&["am", "--quiet"], &mails[..]].concat());
    git(tree.path(), &["checkout", "--quiet", "-b", "applied", "mailed~2"]);
    git(tree.path(), &["apply", diff.to_str().unwrap()]);
    git(tree.path(), &["commit", "--quiet", "--all", "--message", "fix"]);
    assert_eq!(git(tree.path(), &["diff", "--stat", "mailed", "applied"]), "");
    assert_ne!(git(tree.path(), &["diff", "--stat", "mailed~2", "mailed"]), "");
}

#[test]
fn every_file_is_as_it_should_be() {
    let folder = Folder::new("series-golden");
    for file in patches(&Path::new(GOLDEN).join("tree"), folder.path()) {
        let name = file.file_name().unwrap().to_str().unwrap();
        let text = fs::read_to_string(&file).unwrap();
        let text = text.replace(env!("CARGO_PKG_VERSION"), "VERSION");
        let golden = Path::new(GOLDEN).join(name);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&golden, &text).unwrap();
        }
        assert!(text == fs::read_to_string(&golden).unwrap(), "{name} differs:\n{text}");
    }
}

#[test]
fn plain_text_is_applied() {
    check("series-plain", |text| text.as_bytes().to_vec());
}

#[test]
fn carriage_returns_and_tabs_are_kept() {
    check("series-crlf", |text| text.replace("    ", "\t").replace('\n', "\r\n").into_bytes());
}

#[test]
fn other_encodings_are_kept() {
    check("series-latin", |text| text.chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect());
}

#[test]
fn a_last_line_without_end_is_kept() {
    check("series-no-end", |text| {
        text.trim_end().replace("    timer_free(s->dive);\n}\n", "}").into()
    });
}

#[test]
fn the_author_is_who_commits() {
    let tree = repository("series-author", |text| text.as_bytes().to_vec());
    let run = |name: &str, variables: &[(&str, &str)]| {
        let folder = Folder::new(name);
        let mut fix = command(&["fix", "--patches"]);
        undisturbed(&mut fix).arg(folder.path()).arg(tree.path()).envs(variables.iter().copied());
        let output = fix.output().unwrap();
        let cover = fs::read_to_string(folder.path().join("0000-cover-letter.txt"));
        let from = cover.ok().and_then(|text| {
            Some(text.lines().find(|line| line.starts_with("From: "))?.to_owned())
        });
        (output.status.code(), from, errors(&output))
    };
    let (status, from, errors) = run("series-author-none", &[]);
    assert_eq!((status, from), (Some(2), None));
    assert!(errors.contains("name the author with `--from 'Name <mail>'`"), "{errors}");
    git(tree.path(), &["config", "user.name", "Cora"]);
    git(tree.path(), &["config", "user.email", "cora@example.org"]);
    let config = run("series-author-config", &[]).1;
    assert_eq!(config.as_deref(), Some("From: Cora <cora@example.org>"));
    let environment = run("series-author-environment", &[("GIT_AUTHOR_NAME", "Eve")]).1;
    assert_eq!(environment.as_deref(), Some("From: Eve <cora@example.org>"));
}

#[test]
fn wrong_use_writes_nothing() {
    let folder = Folder::new("series-wrong");
    let tree = Path::new(GOLDEN).join("tree");
    let dir = folder.path().to_str().unwrap();
    let refused = |words: &[&str], message: &str| {
        let output = fix(&tree, words);
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        assert!(errors(&output).contains(message), "{words:?}: {}", errors(&output));
    };
    refused(&["--patches", dir, "--from", "Rob"], "`--from Rob` is not of the form `Name <mail>`");
    refused(&["--patches", dir, "--diff"], "cannot be used with");
    refused(&["--diff", "--signoff"], "cannot be used with");
    refused(&["--signoff"], "--patches <DIR>");
    assert_eq!(fs::read_dir(dir).unwrap().count(), 0);
    let (mine, note) = (folder.path().join("0009-mine.patch"), folder.path().join("note.txt"));
    fs::write(&note, "mine").unwrap();
    fs::write(&mine, "mine").unwrap();
    refused(&[&["--patches", dir], &OPTIONS[..]].concat(), "0009-mine.patch` is there already");
    assert_eq!(fs::read_dir(dir).unwrap().count(), 2);
    fs::remove_file(mine).unwrap();
    assert_eq!(patches(&tree, folder.path()).len(), 3);
    assert_eq!(fs::read_to_string(note).unwrap(), "mine");
}

#[test]
fn a_part_of_the_series() {
    let tree = Path::new(GOLDEN).join("tree");
    let names = |name: &str, words: &[&str]| {
        let folder = Folder::new(name);
        let dir = folder.path().to_str().unwrap();
        let output = fix(&tree, &[&["--patches", dir], &OPTIONS[..], words].concat());
        let files = String::from_utf8_lossy(&output.stdout).into_owned();
        let files = files.lines().map(|line| line.replace(&format!("{dir}/"), ""));
        (files.skip(1).collect::<Vec<_>>(), errors(&output))
    };
    let stilt = "0001-hw-wader-stilt-do-not-delete-the-subregions.patch";
    let wader = "0001-hw-wader-do-not-delete-the-subregions.patch";
    assert_eq!(names("series-only", &["--only", "waders"]).0, [wader]);
    assert_eq!(names("series-file", &["--only", "hw/wader/stilt.c"]).0, [stilt]);
    assert_eq!(names("series-skip", &["--skip", "hw/diver/"]).0, [wader]);
    assert_eq!(names("series-both", &["--only", "hw", "--skip", "hw/wader"]).0.len(), 1);
    let (files, errors) = names("series-wrong-part", &["--skip", "hw/wade"]);
    assert_eq!(files, [""; 0]);
    assert!(errors.contains("nothing is fixed in `hw/wade`; name a path, or one of"), "{errors}");
    assert!(errors.ends_with("the subsystems: hw/diver, Waders\n"), "{errors}");
}

#[test]
fn nothing_to_fix_is_no_series() {
    let folder = Folder::new("series-none");
    let dir = folder.path().join("new");
    let tree = Path::new(GOLDEN).join("tree");
    let words =
        ["--patches", dir.to_str().unwrap(), "--select", "redundant-unparent", "--from", "a <b@c>"];
    let output = fix(&tree, &words);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(output.stdout, b"");
    assert!(!dir.exists());
}
