//! Wrong usage: one message, exit status 2.

mod support;

use cargo_devmodel::Engine;
use std::fs::File;
use std::path::Path;
use std::process::Command;
use std::{env, io, iter};
use support::{Folder, TYPE, command, demo, ended, process, run};

fn refused(words: &[&str], message: &str) {
    let run = run(&demo::engine(), words);
    assert_eq!(run.status, 2, "{words:?}: {}", run.errors);
    assert_eq!(run.output, "", "{words:?}");
    assert!(run.errors.contains(message), "{words:?}: {}", run.errors);
}

#[test]
fn wrong_words() {
    refused(&[], "Usage: cargo devmodel");
    refused(&["chek"], "a similar subcommand exists: 'check'");
    refused(&["check", "--formt", "json"], "'--format'");
    refused(&["check", "--format", "xml"], "[possible values: human, short, json]");
    refused(&["check", "--model", "none"], "owner-refs");
    refused(&["check", "--assume", "auto-delete,magic"], "auto-unparent");
    refused(&["check", "--jobs", "0"], "0 is not in 1..=512");
    refused(&["check", "a", "b"], "unexpected argument 'b'");
    refused(&["check", "--verbose", "--quiet"], "cannot be used with");
    refused(&["check", "--exclude", "[", "tests"], "`--exclude [` is not a glob");
}

#[test]
fn unknown_rules() {
    let near =
        "no rule is called `redundant-del-subregoin`; did you mean `redundant-del-subregion`?";
    refused(&["explain", "redundant-del-subregoin"], near);
    refused(&["check", "--select", "redundant-del-subregoin"], near);
    refused(&["fix", "--diff", "--ignore", "redundant-del-subregoin"], near);
    let far =
        "the rules are: redundant-del-subregion, del-subregion-in-finalize, unparent-in-finalize";
    refused(&["explain", "x"], far);
}

#[test]
fn unknown_types() {
    let folder = Folder::new("unknown-types").with("a.c", TYPE);
    let tree = folder.path().to_str().unwrap();
    let missing = |name: &str, message: &str| {
        let run = run(&Engine::default(), &["trace", name, tree]);
        assert_eq!((run.status, run.output.as_str()), (2, ""), "{}", run.errors);
        assert!(run.errors.contains(message), "{}", run.errors);
    };
    missing("dmeo", "no type is called `dmeo` in this tree; did you mean `demo`?");
    missing("x", "no type is called `x` in this tree; name it as its table does");
    refused(&["trace"], "<TYPE>");
    refused(&["trace", "demo", tree, "--path", "plug"], "[possible values: introspect,");
}

#[test]
fn unknown_models() {
    let words = "it is MODEL[+GLUE]..MODEL[+GLUE], where MODEL is one of auto, owner-refs";
    for pair in ["owner-refs", "owner-refs..b", "a..framework", "auto..framework+auto"] {
        refused(&["models", "--model-diff", pair], words);
    }
    refused(&["models", "--path", "plug"], "[possible values: introspect,");
    refused(&["models", "--show", "dead"], "[possible values: leaking,");
    let both = ["models", "--show", "leaking", "--model-diff", "auto..framework"];
    refused(&both, "cannot be used with");
}

#[test]
fn explain_prints_pages_and_the_list() {
    let page = run(&demo::engine(), &["explain", "unparent-in-finalize"]);
    assert_eq!((page.status, page.output.as_str()), (0, "# A page\n\nwith text.\n"));
    let list = run(&demo::engine(), &["explain"]);
    assert_eq!(list.output.lines().count(), 3);
    assert_eq!(
        list.output.lines().next(),
        Some("redundant-del-subregion    a call that the core makes anyway")
    );
}

#[test]
fn cargo_calls_it_with_its_name() {
    let direct = process(&["--version"]);
    assert_eq!(direct, process(&["devmodel", "--version"]));
    assert_eq!(direct.status, 0);
    assert!(direct.output.starts_with("cargo-devmodel "));
    assert!(
        process(&["devmodel", "check", "--help"]).output.contains("Usage: cargo devmodel check")
    );
}

#[test]
fn cargo_shows_the_help() {
    let binary = Path::new(env!("CARGO_BIN_EXE_cargo-devmodel")).parent().unwrap();
    let others = env::var_os("PATH").unwrap_or_default();
    let paths = iter::once(binary.to_owned()).chain(env::split_paths(&others));
    let paths = env::join_paths(paths).unwrap();
    let cargo = |words: &[&str]| {
        // A manual page on the machine would be shown instead.
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(words).env("PATH", &paths).env_remove("NO_COLOR").env("MANPATH", "/dev/null");
        ended(cargo)
    };
    let help = process(&["--help"]);
    assert!(help.output.contains("Usage: cargo devmodel <COMMAND>"), "{}", help.output);
    for words in [&["devmodel", "--help"][..], &["devmodel", "help"], &["help", "devmodel"]] {
        assert_eq!(cargo(words), help, "{words:?}");
    }
    let check = process(&["check", "--help"]);
    assert!(check.output.contains("Usage: cargo devmodel check [OPTIONS] [PATH]"));
    assert_eq!(cargo(&["devmodel", "check", "--help"]), check);
    assert_eq!(cargo(&["devmodel", "help", "check"]), check);
    let listed = cargo(&["--list"]);
    assert!(listed.output.contains("    devmodel\n"), "{}", listed.output);
}

#[test]
fn a_reader_who_left_is_no_failure() {
    let folder = Folder::new("usage-pipe").with("a.c", TYPE);
    let path = folder.path().to_str().unwrap();
    for words in [&["explain"][..], &["--help"], &["check", "--help"]] {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        let output = command(words).stdout(writer).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{words:?}");
        assert_eq!(output.stderr, b"", "{words:?}");
    }
    let (reader, writer) = io::pipe().unwrap();
    drop(reader);
    let unread = command(&["audit", path]).stdout(writer).output().unwrap();
    assert_eq!(unread.status, command(&["audit", path]).output().unwrap().status);
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_a_failure() {
    let full = File::options().write(true).open("/dev/full").unwrap();
    let output = command(&["--help"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.starts_with("error: cannot write the output: "), "{errors}");
}
