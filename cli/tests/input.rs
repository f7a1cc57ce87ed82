//! Trees that are not what one hopes for: a message or a skipped file, never a panic or a hang.

mod support;

use std::fs;
use support::{Folder, Run, TYPE, demo, process, run};

/// What the whole program says about a tree that has a type in it.
fn survives(folder: &Folder) {
    for verb in ["check", "audit"] {
        let run = process(&[verb, folder.path().to_str().unwrap()]);
        assert_eq!((run.status, run.errors.contains("bug")), (0, false), "{run:?}");
    }
}

/// What is skipped in a tree of which the rest is fine, as `--verbose` names it.
fn skips(folder: &Folder, skipped: &[&str]) {
    let run = check(folder, &["--verbose"]);
    assert_eq!(run.status, 0, "{}", run.errors);
    let lines: Vec<&str> =
        run.errors.lines().filter_map(|line| line.strip_prefix("skipped ")).collect();
    assert_eq!(lines, skipped);
    survives(folder);
}

fn check(folder: &Folder, words: &[&str]) -> Run {
    let path = folder.path().to_str().unwrap();
    run(&demo::engine(), &[&["check", path], words].concat())
}

fn refused(words: &[&str], messages: &[&str]) {
    let run = process(words);
    assert_eq!((run.status, run.output.as_str()), (2, ""), "{}", run.errors);
    assert_eq!(run.errors.lines().count(), 1, "{}", run.errors);
    for message in messages {
        assert!(run.errors.contains(message), "{message}: {}", run.errors);
    }
}

#[test]
fn bytes_are_taken_as_they_are() {
    let folder = Folder::new("input-bytes")
        .with("crlf.c", TYPE.replace('\n', "\r\n"))
        .with("latin-1.c", b"/* \xe9\xff\xfe */ int a;\n")
        .with("utf-16-mark.c", b"\xef\xbb\xbfint b;\n")
        .with("empty.c", "")
        .with("form-feed.h", "int c;\n\x0c\nint d;")
        .with("x.c.inc", "int e;\n");
    skips(&folder, &[]);
    let run = check(&folder, &[]);
    assert!(run.output.contains("6 files,"), "{}", run.output);
    assert_eq!(run.errors, "");
}

#[test]
fn data_is_skipped() {
    let folder = Folder::new("input-data")
        .with("a.c", TYPE)
        .with("nul.c", b"int a;\0\n")
        .with("nul-late.h", [vec![b' '; 100_000], vec![0]].concat())
        .with("sub/huge.c", vec![b'/'; 50 << 20]);
    skips(
        &folder,
        &[
            "nul-late.h: binary (NUL bytes)",
            "nul.c: binary (NUL bytes)",
            "sub/huge.c: larger than 16 MiB",
        ],
    );
    let warning =
        "warning: skipped 3: 2 binary (NUL bytes), 1 larger than 16 MiB; --verbose names them\n";
    assert_eq!(check(&folder, &[]).errors, warning);
    assert_eq!(check(&folder, &["--quiet"]).errors, "");
}

#[test]
fn nesting_as_deep_as_you_like() {
    let nested = |open: &str, close: &str| {
        format!("void f(void) {{ {} {} }}\n", open.repeat(10_000), close.repeat(10_000))
    };
    let folder = Folder::new("input-nesting")
        .with("a.c", TYPE)
        .with("braces.c", nested("{", "}"))
        .with("open.c", nested("{", ""))
        .with("close.c", nested("", "}"))
        .with("parentheses.c", nested("(", ")"))
        .with("unary.c", nested("x = !", ";"))
        .with("conditions.c", nested("if (x) ", ";"))
        .with(
            "initialisers.c",
            format!("int a[] = {}{};\n", "{".repeat(10_000), "}".repeat(10_000)),
        );
    skips(&folder, &[]);
}

#[test]
#[cfg(unix)]
fn links_are_not_followed() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new("input-links").with("sub/a.c", TYPE);
    let at = |name: &str| folder.path().join(name);
    symlink(".", at("loop")).unwrap();
    symlink("../..", at("sub/up")).unwrap();
    symlink("self.c", at("self.c")).unwrap();
    symlink("sub/a.c", at("twice.c")).unwrap();
    symlink("gone", at("dangling")).unwrap();
    let links =
        ["loop", "self.c", "sub/up", "twice.c"].map(|name| format!("{name}: symbolic link"));
    skips(&folder, &links.each_ref().map(String::as_str));
    let run = check(&folder, &[]);
    assert!(run.output.contains("\n1 file,"), "{}", run.output);
    assert_eq!(run.errors, "", "what links point to is not lost");
}

#[test]
#[cfg(unix)]
fn a_link_to_the_tree_is_the_tree() {
    let folder = Folder::new("input-linked").with("tree/a.c", TYPE);
    let link = folder.path().join("link");
    std::os::unix::fs::symlink("tree", &link).unwrap();
    assert_eq!(run(&demo::engine(), &["check", link.to_str().unwrap()]).status, 0);
}

#[test]
#[cfg(unix)]
fn what_may_not_be_read_is_skipped() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new("input-locked")
        .with("a.c", TYPE)
        .with("locked.c", "int a;\n")
        .with("sub/b.c", "int b;\n");
    let lock = |name: &str, mode| {
        let path = folder.path().join(name);
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    lock("locked.c", 0);
    lock("sub", 0);
    // Permissions do not bind the superuser.
    let bound = fs::read(folder.path().join("locked.c")).is_err();
    let skipped = ["locked.c: not readable", "sub: not readable"];
    skips(&folder, if bound { &skipped } else { &[] });
    lock("sub", 0o755);
}

#[test]
#[cfg(unix)]
fn names_that_cannot_be_written_are_skipped() {
    use std::os::unix::ffi::OsStrExt;
    let folder = Folder::new("input-names").with("a.c", TYPE);
    let name = std::ffi::OsStr::from_bytes(b"b\xff\x1b[1m.c");
    fs::write(folder.path().join(name), "int a;\n").unwrap();
    skips(&folder, &["b\u{fffd}\u{fffd}[1m.c: name is not UTF-8"]);
}

#[test]
#[cfg(unix)]
fn a_queue_is_not_waited_for() {
    let folder = Folder::new("input-queue").with("a.c", TYPE);
    let queue = folder.path().join("queue.c");
    let made = std::process::Command::new("mkfifo").arg(&queue).status();
    assert!(made.is_ok_and(|status| status.success()));
    skips(&folder, &[]);
    refused(&["check", queue.to_str().unwrap()], &["queue.c", "neither a file nor a folder"]);
}

#[test]
fn other_projects_are_skipped() {
    let folder = Folder::new("input-submodules")
        .with(".gitmodules", "[submodule \"x\"]\n\tpath = roms/x\n\turl = y\n")
        .with(".gitignore", "/build/\n")
        .with(".devmodelignore", "tests\n")
        .with("a.c", TYPE)
        .with(".hidden/a.c", TYPE)
        .with("build/a.c", TYPE)
        .with("roms/x/a.c", TYPE)
        .with("roms/y.c", TYPE)
        .with("tests/a.c", TYPE);
    skips(&folder, &["roms/x: submodule"]);
    let files = |words: &[&str], files: &str| {
        let run = check(&folder, words);
        assert!(run.output.contains(files), "{words:?}: {}", run.output);
        assert_eq!(run.errors, "");
    };
    files(&[], "\n2 files,");
    files(&["--submodules"], "\n3 files,");
    files(&["--exclude", "roms"], "\n1 file,");
    files(&["--exclude", "/roms/*.c", "--submodules"], "\n2 files,");
}

#[test]
fn what_cargo_made_or_copied_is_skipped() {
    let tag = "Signature: 8a477f597d28d172789f06886806bc55\n# by cargo\n";
    let folder = Folder::new("input-built")
        .with("Cargo.toml", "[package]\n")
        .with("src/lib.rs", "fn a() {}\n")
        .with("target/i386/cpu.rs", "fn b() {}\n")
        .with("src/target/CACHEDIR.TAG", "a word\n")
        .with("src/target/mod.rs", "fn c() {}\n")
        .with("out/CACHEDIR.TAG", tag)
        .with("out/debug/build/a/out/made.rs", "fn d() {}\n")
        .with("sub/target/.rustc_info.json", "{}")
        .with("sub/target/doc/a.rs", "fn e() {}\n")
        .with("vendor/other/.cargo-checksum.json", "{}")
        .with("vendor/other/src/lib.rs", "fn f() {}\n");
    skips(
        &folder,
        &["out: build output", "sub/target: build output", "vendor/other: vendored crate"],
    );
    let run = check(&folder, &[]);
    assert!(run.output.contains("\n3 files,"), "{}", run.output);
    assert_eq!(run.errors, "", "nothing of the tree is lost");
    let vendored = folder.path().join("vendor/other");
    let named = run_on(vendored.to_str().unwrap());
    assert!(named.output.contains("\n1 file,"), "{}", named.output);
}

fn run_on(path: &str) -> Run {
    run(&demo::engine(), &["check", path])
}

#[test]
fn a_crate_needs_no_type_in_a_table() {
    let folder = Folder::new("input-crate").with("src/lib.rs", "pub struct Device;\n");
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    for verb in ["check", "audit", "models"] {
        for path in [at(""), at("src/lib.rs")] {
            let run = process(&[verb, &path]);
            assert_eq!((run.status, run.errors.as_str()), (0, ""), "{run:?}");
        }
    }
}

#[test]
fn nothing_to_work_on() {
    let folder =
        Folder::new("input-nothing").with("text/README", "text\n").with("plain/a.c", "int a;\n");
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (gone, text, plain, readme) = (at("gone"), at("text"), at("plain"), at("text/README"));
    for verb in ["check", "audit"] {
        refused(&[verb, &gone], &[&gone, "No such file", "name a source tree"]);
        refused(
            &[verb, &text],
            &["no source (*.c, *.h, *.inc, *.rs)", &text, "name a source tree"],
        );
        refused(&[verb, &readme], &["is no source", &readme]);
        refused(&[verb, &plain], &["no device type", &plain, "1 file without", "--tree-root"]);
    }
    refused(&["fix", "--diff", &plain], &["no device type"]);
    refused(&["check", &plain, "--tree-root", &text], &["is not in", &plain, &text]);
    refused(&["check", "--tree-root", &readme], &["is not a folder"]);
}

#[test]
fn output_does_not_depend_on_threads() {
    let tree = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/tree");
    for format in ["human", "short", "json"] {
        for verb in ["check", "audit"] {
            let with =
                |jobs| run(&demo::engine(), &[verb, tree, "--format", format, "--jobs", jobs]);
            let one = with("1");
            assert!(one.status < 2, "{}", one.errors);
            assert_eq!(one, with("2"));
            assert_eq!(one, with("7"));
        }
    }
}
