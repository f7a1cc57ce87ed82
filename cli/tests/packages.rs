//! Which packages cargo names, and that nothing of them is run.

mod support;

use std::fs;
use support::{Folder, Run, command, ended, lines, run};

/// A workspace of two packages, in which every text has a finding.
fn workspace(name: &str) -> Folder {
    let package = |name: &str| {
        format!(
            "[package]\nname = \"{name}\"\nversion = \"1.2.3\"\nedition = \"2024\"\n\
             [features]\ndefault = [\"slow\"]\nslow = []\nfast = [\"slow\"]\n"
        )
    };
    let text = "const A: &str = \"\nbad x\n\";\n";
    Folder::new(name)
        .with("Cargo.toml", "[workspace]\nmembers = [\"*/uart\", \"*/timer\"]\nresolver = \"3\"\n")
        .with("dev/uart/Cargo.toml", package("uart"))
        .with("dev/uart/src/lib.rs", text)
        .with("dev/uart/build.rs", "fn main() { std::fs::write(\"/run\", \"\").unwrap(); }\n")
        .with("dev/timer/Cargo.toml", package("timer"))
        .with("dev/timer/src/main.rs", text)
        .with("dev/timer/src/glue.c", "bad y\n")
        .with("tools/loose.rs", text)
}

fn at(folder: &Folder, path: &str) -> String {
    folder.path().join(path).to_str().unwrap().to_owned()
}

fn check(folder: &Folder, manifest: &str, words: &[&str]) -> Run {
    let manifest = at(folder, manifest);
    let words = [&["check", "--format", "short", "--manifest-path", &manifest], words].concat();
    run(&lines::engine(), &words)
}

fn found(folder: &Folder, manifest: &str, words: &[&str], paths: &[&str]) {
    let run = check(folder, manifest, words);
    assert_eq!(run.errors, "", "{words:?}");
    let starts = run.output.lines().map(|line| line.split(':').next().unwrap());
    assert_eq!(starts.collect::<Vec<_>>(), paths, "{words:?}");
}

fn refused(folder: &Folder, words: &[&str], message: &str) {
    let run = check(folder, "Cargo.toml", words);
    assert_eq!((run.status, run.output.as_str()), (2, ""), "{words:?}: {}", run.errors);
    assert!(run.errors.contains(message), "{words:?}: {}", run.errors);
}

const UART: &str = "dev/uart/src/lib.rs";
const TIMER: [&str; 2] = ["dev/timer/src/glue.c", "dev/timer/src/main.rs"];
const ALL: [&str; 3] = [TIMER[0], TIMER[1], UART];

#[test]
fn packages_are_chosen_as_cargo_chooses_them() {
    let folder = workspace("packages-chosen");
    found(&folder, "Cargo.toml", &[], &ALL);
    found(&folder, "dev/uart/Cargo.toml", &[], &[UART]);
    found(&folder, "dev/uart/Cargo.toml", &["--workspace"], &ALL);
    found(&folder, "dev/uart/Cargo.toml", &["--all"], &ALL);
    found(&folder, "dev/uart/Cargo.toml", &["-p", "timer"], &TIMER);
    found(&folder, "Cargo.toml", &["--package", "u*"], &[UART]);
    found(&folder, "Cargo.toml", &["-p", "uart@1.2", "-p", "time?"], &ALL);
    found(&folder, "Cargo.toml", &["--exclude", "*.c"], &[TIMER[1], UART]);
    refused(
        &folder,
        &["-p", "urat"],
        "no package of the workspace is called `urat`; did you mean `uart`?",
    );
    refused(&folder, &["-p", "x"], "it has timer, uart");
    refused(&folder, &["-p", "uart@2"], "no package of the workspace is called `uart@2`");
    refused(&folder, &["."], "cannot be used with");
}

#[test]
fn features_are_those_of_the_packages() {
    let folder = workspace("packages-features");
    found(&folder, "Cargo.toml", &["--features", "fast"], &ALL);
    found(&folder, "Cargo.toml", &["--no-default-features", "-F", "uart/fast slow"], &ALL);
    found(&folder, "Cargo.toml", &["--all-features"], &ALL);
    let text = "#[cfg(feature = \"fast\")]\nconst A: &str = \"\nbad x\n\";\n";
    let folder = folder.with("dev/timer/src/main.rs", text);
    let without = [TIMER[0], UART];
    found(&folder, "Cargo.toml", &[], &ALL);
    found(&folder, "Cargo.toml", &["-F", "slow"], &without);
    found(&folder, "Cargo.toml", &["-F", "uart/fast"], &without);
    found(&folder, "Cargo.toml", &["-F", "timer/fast"], &ALL);
    refused(&folder, &["-F", "fats"], "has the feature `fats`; did you mean `fast`?");
    refused(&folder, &["-F", "other/fast"], "no selected package has the feature `other/fast`");
}

/// The program in a folder, where it finds what it needs by itself.
fn inside(folder: &Folder, path: &str, words: &[&str]) -> Run {
    let mut command = command(words);
    command.current_dir(folder.path().join(path)).env_remove("CARGO");
    ended(command)
}

#[test]
fn the_manifest_is_the_nearest_one() {
    let folder = workspace("packages-nearest");
    let files = |path: &str, files: &str| {
        let run = inside(&folder, path, &["check"]);
        assert_eq!((run.status, run.errors.as_str()), (0, ""), "{path}");
        assert!(run.output.contains(files), "{path}: {}", run.output);
    };
    // The workspace is the tree.
    files("dev/uart/src", "\n5 files,");
    files("dev/uart", "\n5 files,");
    files("", "\n5 files,");
    // A workspace says nothing about the folders in it that are no package.
    files("tools", "\n1 file,");
    let run = inside(&folder, "tools", &["check", "-p", "uart"]);
    assert_eq!(run.status, 2);
    assert!(run.errors.contains("there is no Cargo.toml here"), "{}", run.errors);
}

#[test]
fn what_cargo_does_not_take_is_read_as_files() {
    let folder = workspace("packages-broken").with("Cargo.toml", "[workspace\n");
    let run = check(&folder, "Cargo.toml", &[]);
    assert_eq!((run.status, run.output.lines().count()), (1, 4), "{}", run.output);
    assert_eq!(run.errors.lines().count(), 1, "{}", run.errors);
    assert!(run.errors.starts_with("warning: `cargo metadata` knows no packages, so the files of"));
    assert!(run.errors.ends_with(" are read: unclosed table, expected `]`\n"), "{}", run.errors);
    assert_eq!(check(&folder, "Cargo.toml", &["--quiet"]).errors, "");
    refused(&folder, &["--workspace"], "`cargo metadata` knows no packages");
    let gone = run_without_cargo(&folder);
    assert!(gone.errors.contains("cannot run cargo"), "{}", gone.errors);
    assert_eq!(gone.status, 0);
}

fn run_without_cargo(folder: &Folder) -> Run {
    let mut command = command(&["check", "--manifest-path", &at(folder, "Cargo.toml")]);
    command.env("CARGO", folder.path().join("no-such-cargo"));
    ended(command)
}

#[test]
#[cfg(unix)]
fn nothing_of_the_tree_is_run() {
    use std::os::unix::fs::PermissionsExt;
    let folder = workspace("packages-hostile");
    let mark = at(&folder, "mark");
    let program = at(&folder, "bin/program");
    let toolchain = at(&folder, "toolchain");
    let config = format!(
        "[build]\nrustc = \"{program}\"\nrustc-wrapper = \"{program}\"\n\
         rustc-workspace-wrapper = \"{program}\"\n[alias]\nmetadata = \"check\"\n"
    );
    let folder = folder
        .with("bin/program", format!("#!/bin/sh\ntouch '{mark}'\n"))
        .with("toolchain/bin/cargo", format!("#!/bin/sh\ntouch '{mark}'\n"))
        .with("toolchain/bin/rustc", format!("#!/bin/sh\ntouch '{mark}'\n"))
        .with("rust-toolchain.toml", format!("[toolchain]\npath = \"{toolchain}\"\n"))
        .with(".cargo/config.toml", config);
    for file in ["bin/program", "toolchain/bin/cargo", "toolchain/bin/rustc"] {
        fs::set_permissions(folder.path().join(file), fs::Permissions::from_mode(0o755)).unwrap();
    }
    let mut command = command(&["check", "--workspace"]);
    command.current_dir(folder.path()).env_remove("CARGO").env_remove("RUSTUP_TOOLCHAIN");
    command.env("RUSTC_WRAPPER", &program).env("RUSTC", &program);
    let run = ended(command);
    assert_eq!((run.status, run.errors.as_str()), (0, ""));
    assert!(run.output.contains("\n5 files,"), "{}", run.output);
    assert!(!folder.path().join("mark").exists(), "a program of the tree was run");
    assert!(!folder.path().join("Cargo.lock").exists(), "cargo has written something");
}
