//! `fix` writes: all of it or nothing, and only what can be taken back.

mod support;

use cargo_devmodel::Engine;
use devmodel_analyzer::Analysis;
use devmodel_rules::{Finding, Rule};
use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};
use support::device::{after, before, fix};
use support::{Folder, Run, TYPE, command, demo, ended, process, run};

const WINDOW: &str = include_str!("golden/tree/hw/demo/window.c");

/// A tree of two devices.
fn tree(name: &str) -> Folder {
    Folder::new(name).with("hw/plover.c", before("plover")).with("hw/stilt.c", before("stilt"))
}

fn assert_fixed(folder: &Folder) {
    assert_eq!(folder.read("hw/plover.c"), after("plover"));
    assert_eq!(folder.read("hw/stilt.c"), after("stilt"));
    assert_eq!(left_over(folder), [] as [String; 0]);
}

/// Nothing was written, for a reason that one line tells.
fn assert_refused(folder: &Folder, run: &Run, messages: &[&str]) {
    assert_eq!((run.status, run.output.as_str()), (2, ""), "{}", run.errors);
    assert_eq!(run.errors.lines().count(), 1, "{}", run.errors);
    for message in messages {
        assert!(run.errors.contains(message), "{message}: {}", run.errors);
    }
    assert_eq!(folder.read("hw/plover.c"), before("plover"));
    assert!(folder.read("hw/stilt.c").starts_with(&before("stilt")));
    assert_eq!(left_over(folder), [] as [String; 0]);
}

fn left_over(folder: &Folder) -> Vec<String> {
    let entries = fs::read_dir(folder.path().join("hw")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.contains("devmodel")).collect()
}

fn change(folder: &Folder, file: &str) {
    let text = folder.read(file) + "/* a note */\n";
    fs::write(folder.path().join(file), text).unwrap();
}

#[test]
fn a_committed_tree_is_fixed_in_place() {
    let folder = tree("writing-in-place").committed();
    let run = process(&fix(&folder, &[]));
    assert_eq!((run.status, run.output.as_str()), (0, ""), "{}", run.errors);
    assert_eq!(run.errors, "2 fixes in 2 files\n");
    assert_fixed(&folder);
    assert_eq!(folder.git(&["status", "--porcelain"]), " M hw/plover.c\n M hw/stilt.c\n");
    folder.commit();
    let again = process(&fix(&folder, &[]));
    assert_eq!((again.status, again.errors.as_str()), (0, "0 fixes in 0 files\n"));
    assert_eq!(folder.git(&["status", "--porcelain"]), "");
}

#[test]
fn what_is_left_decides_about_the_status() {
    let status = |words: &[&str]| {
        let folder = Folder::new("writing-status").with("hw/demo/window.c", WINDOW);
        let tree = folder.with("types.c", TYPE);
        let words = [&["fix", tree.path().to_str().unwrap(), "--allow-dirty"], words].concat();
        run(&demo::engine(), &words).status
    };
    assert_eq!(status(&[]), 1, "an error needs --unsafe");
    assert_eq!(status(&["--unsafe"]), 0, "a note is left");
    assert_eq!(status(&["--unsafe", "--fail-on", "note"]), 1);
}

#[test]
fn other_bytes_do_not_move() {
    let kinds: [fn(String) -> String; 4] = [
        |text| text.replace('\n', "\r\n"),
        |text| text.trim_end().to_owned(),
        |text| text.replace("    ", "\t"),
        |text| format!("/* na\u{ef}ve \u{2028} */\u{c}\n{text}\n\n \t\n"),
    ];
    for kind in kinds {
        let folder =
            Folder::new("writing-bytes").with("hw/plover.c", kind(before("plover"))).committed();
        let run = process(&fix(&folder, &[]));
        assert_eq!(run.status, 0, "{}", run.errors);
        assert_eq!(folder.read("hw/plover.c"), kind(after("plover")));
    }
}

#[test]
fn uncommitted_changes_are_refused() {
    let folder = tree("writing-dirty").with("README", "text\n").committed();
    change(&folder, "hw/stilt.c");
    let messages = ["uncommitted changes in `hw/stilt.c`", "--allow-dirty"];
    assert_refused(&folder, &process(&fix(&folder, &[])), &messages);
    folder.git(&["add", "--all"]);
    assert_refused(&folder, &process(&fix(&folder, &[])), &messages);
    assert_eq!(process(&fix(&folder, &["--diff"])).status, 0, "it writes nothing");
    let run = process(&fix(&folder, &["--allow-dirty"]));
    assert_eq!((run.status, run.errors.as_str()), (0, "2 fixes in 2 files\n"));
    assert_eq!(folder.read("hw/stilt.c"), after("stilt") + "/* a note */\n");
}

#[test]
fn a_changed_file_that_would_not_be_rewritten_is_refused_too() {
    let folder = tree("writing-dirty-other").with("a b\u{e9}.txt", "text\n").committed();
    fs::remove_file(folder.path().join("a b\u{e9}.txt")).unwrap();
    assert_refused(&folder, &process(&fix(&folder, &[])), &["changes in `a b\u{e9}.txt`"]);
}

#[test]
fn untracked_files_are_refused_if_they_would_be_rewritten() {
    let folder = Folder::new("writing-untracked").with("hw/stilt.c", after("stilt")).committed();
    let folder = folder.with("hw/other.c", "int a;\n");
    assert_eq!(process(&fix(&folder, &[])).status, 0);
    let folder = folder.with("hw/plover.c", before("plover")).with("hw/stilt.c", before("stilt"));
    folder.git(&["commit", "--quiet", "--all", "--message", "stilt"]);
    let messages = ["not tracked by git: `hw/plover.c`;", "--allow-dirty"];
    assert_refused(&folder, &process(&fix(&folder, &[])), &messages);
    assert_eq!(process(&fix(&folder, &["--allow-dirty"])).status, 0);
    assert_fixed(&folder);
}

#[test]
fn without_a_repository_there_is_a_warning() {
    let folder = tree("writing-no-repository");
    let run = process(&fix(&folder, &[]));
    let warning =
        "warning: 2 files are in no git repository: only a backup brings the old text back\n";
    assert_eq!(run.errors, format!("{warning}2 fixes in 2 files\n"));
    assert_eq!(run.status, 0);
    assert_fixed(&folder);
    let folder = tree("writing-no-repository");
    assert_eq!(process(&fix(&folder, &["--quiet"])).errors, "");
}

#[test]
fn only_the_part_below_the_root_counts() {
    let outer = Folder::new("writing-outer")
        .with("notes.txt", "text\n")
        .with("tree/hw/plover.c", before("plover"))
        .with("tree/hw/stilt.c", before("stilt"))
        .committed();
    change(&outer, "notes.txt");
    let folder = Folder::open("writing-outer/tree");
    change(&folder, "hw/stilt.c");
    assert_refused(&folder, &process(&fix(&folder, &[])), &["changes in `hw/stilt.c`"]);
    fs::write(folder.path().join("hw/stilt.c"), before("stilt")).unwrap();
    let run = process(&fix(&folder, &[]));
    assert_eq!(run.status, 0, "{}", run.errors);
    assert_fixed(&folder);
}

#[test]
fn a_repository_inside_counts_for_its_files() {
    let folder = Folder::new("writing-inner").with("hw/stilt.c", before("stilt")).committed();
    let inner = Folder::new("writing-inner/inner").with("plover.c", before("plover")).committed();
    let folder = folder.with("hw/plover.c", before("plover"));
    folder.git(&["add", "hw"]);
    folder.git(&["commit", "--quiet", "--message", "plover"]);
    change(&inner, "plover.c");
    assert_refused(&folder, &process(&fix(&folder, &[])), &["changes in `inner/plover.c`"]);
    inner.commit();
    assert_eq!(process(&fix(&folder, &[])).status, 0);
    assert_fixed(&folder);
    assert_eq!(inner.read("plover.c"), after("plover") + "/* a note */\n");
}

#[test]
fn submodules_count_where_they_are_read() {
    let library = Folder::new("writing-library").with("plover.c", before("plover")).committed();
    let folder = Folder::new("writing-submodule").with("hw/stilt.c", before("stilt")).committed();
    let source = library.path().to_str().unwrap();
    let add = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", source, "lib"];
    folder.git(&add);
    folder.commit();
    change(&folder, "lib/plover.c");
    let run = process(&fix(&folder, &["--submodules"]));
    assert_eq!((run.status, run.errors.contains("changes in `lib`")), (2, true), "{}", run.errors);
    let run = process(&fix(&folder, &[]));
    assert_eq!((run.status, run.errors.as_str()), (0, "1 fix in 1 file\n"));
    folder.commit();
    folder.git(&["-C", "lib", "checkout", "--quiet", "plover.c"]);
    assert_eq!(process(&fix(&folder, &["--submodules"])).status, 0);
    assert_eq!(folder.read("lib/plover.c"), after("plover"));
}

#[test]
fn the_repository_of_a_hook_is_another_one() {
    let other = tree("writing-hook-other").committed();
    let folder = tree("writing-hook").committed();
    change(&folder, "hw/stilt.c");
    let mut command = command(&fix(&folder, &[]));
    command.env("GIT_DIR", other.path().join(".git")).env("GIT_INDEX_FILE", "/dev/null");
    assert_refused(&folder, &ended(command), &["changes in `hw/stilt.c`"]);
}

#[test]
fn what_git_cannot_tell_is_refused() {
    let folder = tree("writing-broken").with(".git", "gitdir: gone\n");
    let messages = [
        "cannot tell what is committed",
        "--allow-dirty",
        "git says: fatal: not a git repository: ",
    ];
    assert_refused(&folder, &process(&fix(&folder, &[])), &messages);
    let without_git = |folder: &Folder| {
        let mut command = command(&fix(folder, &[]));
        command.env("PATH", "");
        ended(command)
    };
    assert_refused(&folder, &without_git(&folder), &["cannot run git", "--allow-dirty"]);
    let folder = tree("writing-without-git");
    if !folder.path().ancestors().any(|folder| folder.join(".git").exists()) {
        assert_eq!(without_git(&folder).status, 0);
        assert_fixed(&folder);
    }
}

#[cfg(unix)]
fn set_mode(folder: &Folder, path: &str, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    let permissions = fs::Permissions::from_mode(mode);
    fs::set_permissions(folder.path().join(path), permissions).unwrap();
}

#[test]
#[cfg(unix)]
fn permissions_are_kept() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tree("writing-modes");
    for (file, mode) in [("hw/plover.c", 0o755), ("hw/stilt.c", 0o640)] {
        set_mode(&folder, file, mode);
    }
    assert_eq!(process(&fix(&folder, &[])).status, 0);
    assert_fixed(&folder);
    for (file, mode) in [("hw/plover.c", 0o755), ("hw/stilt.c", 0o640)] {
        let found = fs::metadata(folder.path().join(file)).unwrap().permissions().mode();
        assert_eq!(found & 0o7777, mode, "{file}");
    }
}

#[test]
#[cfg(unix)]
fn what_is_read_only_is_refused() {
    let folder = tree("writing-read-only");
    set_mode(&folder, "hw/stilt.c", 0o444);
    let run = process(&fix(&folder, &[]));
    assert_refused(
        &folder,
        &run,
        &["nothing was written: `hw/stilt.c` is read-only; make it writable"],
    );
    set_mode(&folder, "hw/stilt.c", 0o644);
    set_mode(&folder, "hw", 0o555);
    let run = process(&fix(&folder, &[]));
    set_mode(&folder, "hw", 0o755);
    assert_refused(
        &folder,
        &run,
        &["nothing was written: the folder of `hw/plover.c` is read-only"],
    );
}

/// Runs `fix` where no file may grow beyond 32 KiB: what happens then is up to the signal.
#[cfg(target_os = "linux")]
fn limited(folder: &Folder, on_signal: &str) -> Command {
    let program = command(&fix(folder, &["--allow-dirty"]));
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{on_signal} ulimit -f 64; exec \"$0\" \"$@\"")]);
    shell.arg(program.get_program()).args(program.get_args());
    shell
}

/// A tree of which the second file does not fit into the limit.
#[cfg(target_os = "linux")]
fn beyond_limit(name: &str) -> (Folder, String) {
    let text = before("stilt") + &"/* padding */\n".repeat(20_000);
    (tree(name).with("hw/stilt.c", &text), text)
}

/// Whoever ignores the signal gets the error, in the call in which a full disk gives it.
#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_leaves_everything_as_it_was() {
    let (folder, text) = beyond_limit("writing-full");
    let messages =
        ["nothing was written: cannot write a temporary file for `hw/stilt.c`", "make room"];
    assert_refused(&folder, &ended(limited(&folder, "trap '' XFSZ;")), &messages);
    assert_eq!(folder.read("hw/stilt.c"), text);
}

#[test]
#[cfg(target_os = "linux")]
fn killed_in_the_middle_of_a_file_it_tears_none() {
    let (folder, text) = beyond_limit("writing-torn");
    let status = limited(&folder, "").status().unwrap();
    assert_eq!(status.code(), None, "the signal killed it");
    assert_eq!((folder.read("hw/plover.c"), folder.read("hw/stilt.c")), (before("plover"), text));
    assert_ne!(left_over(&folder), [] as [String; 0]);
    assert_eq!(process(&fix(&folder, &["--allow-dirty"])).status, 0);
    assert_eq!(left_over(&folder), [] as [String; 0], "the next run");
    assert_eq!(folder.read("hw/plover.c"), after("plover"));
}

/// The rules, and then somebody who saves a file before `fix` comes to write it.
fn check_and_change(analysis: &Analysis, selected: &dyn Fn(&Rule) -> bool) -> Vec<Finding> {
    let folder = Folder::open("writing-changed");
    if folder.read("hw/stilt.c") == before("stilt") {
        change(&folder, "hw/stilt.c");
    }
    (Engine::default().check)(analysis, selected)
}

#[test]
fn a_file_that_changes_meanwhile_is_not_overwritten() {
    let folder = tree("writing-changed");
    let engine = Engine { check: check_and_change, ..Engine::default() };
    let run = run(&engine, &fix(&folder, &["--allow-dirty"]));
    let message =
        "nothing was written: `hw/stilt.c` was changed while it was analysed; run `fix` again";
    assert_refused(&folder, &run, &[message]);
    assert_eq!(folder.read("hw/stilt.c"), before("stilt") + "/* a note */\n");
}

/// How many files the tree has in which the writing is killed.
const MANY: usize = 24;

/// The old and the new text of one of them: long enough to be torn.
fn texts(number: usize) -> (String, String) {
    let (name, padding) = (format!("plover{number}"), "/* padding */\n".repeat(2_000));
    (before(&name) + &padding, after(&name) + &padding)
}

fn many(name: &str) -> Folder {
    (0..MANY).fold(Folder::new(name), |folder, number| {
        folder.with(&format!("hw/{number}.c"), texts(number).0)
    })
}

/// How many files are new; fails if one is neither old nor new.
fn count_new(folder: &Folder) -> usize {
    let is_new = |number: &usize| {
        let text = folder.read(&format!("hw/{number}.c"));
        let (old, new) = texts(*number);
        assert!(text == old || text == new, "file {number} is torn: {} bytes", text.len());
        text == new
    };
    (0..MANY).filter(is_new).count()
}

/// A sign that the process has come to a certain point.
type Sign = fn(&Folder, &SystemTime) -> bool;

/// There are temporary files.
const STAGES: Sign = |folder, _| !left_over(folder).is_empty();

/// A file was replaced, or somebody began to write to it.
const REPLACES: Sign = |folder, made| {
    let entries = fs::read_dir(folder.path().join("hw")).unwrap();
    let mut sources = entries.map(|entry| entry.unwrap().path());
    sources.any(|path| {
        let is_source = path.extension().is_some_and(|ending| ending == "c");
        is_source && fs::metadata(path).is_ok_and(|found| found.modified().unwrap() > *made)
    })
};

/// Runs `fix` and kills it so long after the sign; returns how long it lived from then on, and whether
/// it was killed.
fn killed(folder: &Folder, sign: Sign, after: Duration) -> (Duration, bool) {
    let made = SystemTime::now();
    let words = fix(folder, &["--quiet", "--allow-dirty"]);
    let mut child = command(&words).spawn().unwrap();
    while !sign(folder, &made) && child.try_wait().unwrap().is_none() {}
    let seen = Instant::now();
    while seen.elapsed() < after && child.try_wait().unwrap().is_none() {}
    child.kill().unwrap();
    let status = child.wait().unwrap();
    (seen.elapsed(), status.code().is_none())
}

#[test]
#[cfg(unix)]
fn whenever_it_is_killed_every_file_is_whole() {
    let mut interrupted = 0;
    for sign in [STAGES, REPLACES] {
        let (whole, was_killed) = killed(&many("writing-killed"), sign, Duration::MAX);
        assert!(!was_killed);
        // Most of the time goes by with waiting for the disk.
        for delay in [0, 10, 100].map(|share| whole * share / 1_000) {
            let folder = many("writing-killed");
            interrupted += usize::from(killed(&folder, sign, delay).1);
            count_new(&folder);
        }
    }
    assert!(interrupted > 0, "the process was always too fast");
}

/// Interrupts a run that has begun to write; returns whether there was one.
#[cfg(unix)]
fn interrupted(folder: &Folder) -> bool {
    let made = SystemTime::now();
    let mut child = command(&fix(folder, &["--quiet", "--allow-dirty"])).spawn().unwrap();
    while !STAGES(folder, &made) && child.try_wait().unwrap().is_none() {}
    let runs = child.try_wait().unwrap().is_none();
    let id = child.id().to_string();
    let sent = Command::new("kill").args(["-INT", &id]).stderr(Stdio::null()).status().unwrap();
    // What comes after the writing may be interrupted.
    child.wait().unwrap();
    runs && sent.success()
}

#[test]
#[cfg(unix)]
fn an_interrupt_waits_until_all_is_written() {
    let was_interrupted = (0..5).any(|_| {
        let folder = many("writing-interrupted");
        let was_interrupted = interrupted(&folder);
        assert_eq!((count_new(&folder), left_over(&folder).len()), (MANY, 0));
        was_interrupted
    });
    assert!(was_interrupted, "the process was always too fast");
}
