//! `fix --interactive`: questions, answers, and what becomes of the files.

mod support;

use cargo_devmodel::Engine;
use devmodel_analyzer::Analysis;
use devmodel_edit::{Edit, Fix};
use devmodel_rules::{Finding, Rule};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use support::device::{after, before, fix};
use support::{Folder, Run, answer, command, demo};

const TREE: [&str; 3] = ["hw/demo/window.c", "hw/demo/window-types.c", "system/memory.c"];

/// A copy of the demonstration tree, which has two fixes in one file.
fn demonstration(name: &str) -> Folder {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/tree");
    let read = |file: &str| fs::read(golden.join(file)).unwrap();
    TREE.iter().fold(Folder::new(name), |folder, file| folder.with(file, read(file)))
}

/// Answers the questions about the demonstration tree.
fn decide(name: &str, engine: &Engine, input: &str, color: bool) -> (Folder, Run) {
    let folder = demonstration(name);
    let tree = folder.path().to_str().unwrap();
    let words = ["fix", "--interactive", "--unsafe", "--allow-dirty", "--quiet", tree];
    let run = answer(engine, &words, input, color);
    assert_eq!(run.errors, "");
    (folder, run)
}

/// Which of the two calls are still there.
fn left(folder: &Folder) -> (bool, bool) {
    let text = folder.read("hw/demo/window.c");
    (
        text.contains("&s->slot[i].io);\n    }\n}\n\nstatic void window_fin"),
        text.contains("&s->shadow"),
    )
}

fn golden(name: &str, input: &str, color: bool) {
    let (_, run) = decide(&name.replace('.', "-"), &demo::engine(), input, color);
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&golden, &run.output).unwrap();
    }
    assert!(run.output == fs::read_to_string(&golden).unwrap(), "{name} differs:\n{}", run.output);
}

#[test]
fn questions_look_like_this() {
    golden("interactive.txt", "y\nwhat\nn\n", false);
}

#[test]
fn questions_in_color_look_like_this() {
    golden("interactive.color.txt", "y\n", true);
}

#[test]
fn every_key_does_what_the_help_says() {
    let check = |input: &str, expected: (bool, bool), questions: usize| {
        let (folder, run) = decide("interactive-keys", &demo::engine(), input, false);
        assert_eq!(left(&folder), expected, "{input:?}");
        assert_eq!(run.output.matches("apply this fix [").count(), questions, "{input:?}");
        // The note, which has no fix, does not count.
        assert_eq!(run.status, u8::from(expected != (false, false)), "{input:?}");
    };
    check("y\ny\n", (false, false), 2);
    check(" Y \nN\n", (false, true), 2);
    check("n\ny\n", (true, false), 2);
    check("a\n", (false, false), 1);
    check("d\n", (true, true), 1);
    check("q\ny\n", (true, true), 1);
    check("y\nq\n", (false, true), 2);
    check("y\n", (false, true), 2);
    check("", (true, true), 1);
    check("\nyy\n?\ny\ny", (false, false), 5);
}

/// Two findings of which the first wants all that the second wants, and more.
fn overlapping(analysis: &Analysis, selected: &dyn Fn(&Rule) -> bool) -> Vec<Finding> {
    let mut findings = (demo::engine().check)(analysis, selected);
    if let [one, other, _] = &mut findings[..] {
        let calls = [one.location, other.location];
        one.fix = Some(Fix::safe(calls.map(|call| Edit::deletion(call.file, call.span)).into()));
    }
    findings
}

#[test]
fn what_overlaps_an_accepted_fix_is_not_asked_about() {
    let engine = Engine { check: overlapping, ..demo::engine() };
    for (input, questions) in [("y\nn\n", 1), ("n\ny\n", 2)] {
        let (_, run) = decide("interactive-overlap", &engine, input, false);
        assert_eq!(run.output.matches("apply this fix [").count(), questions, "{input:?}");
    }
}

/// Answers as a process with this shell script as the editor, which finds the diff in `$1`.
fn edit(folder: &Folder, script: &str, input: &str) -> Run {
    let name = folder.path().file_name().unwrap().to_str().unwrap();
    let editor = Folder::new(&format!("{name}-editor")).with("edit", script);
    let mut command = command(&fix(folder, &["-i", "--allow-dirty", "--quiet"]));
    command.env("GIT_EDITOR", format!("sh '{}'", editor.path().join("edit").display()));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    Run {
        status: output.status.code().unwrap().try_into().unwrap(),
        output: String::from_utf8(output.stdout).unwrap(),
        errors: String::from_utf8(output.stderr).unwrap(),
    }
}

fn plover(name: &str) -> Folder {
    Folder::new(name).with("plover.c", before("plover"))
}

#[test]
fn an_edited_diff_is_applied_as_it_was_edited() {
    let folder = plover("interactive-edit");
    let script = "sed 's/^-.*del_subregion.*/&\\n+    s->gone = true;/' \"$1\" > new && cp new \"$1\" && rm new";
    let run = edit(&folder, script, "e\n");
    assert_eq!((run.status, run.errors.as_str()), (0, ""), "{}", run.output);
    let call = "    memory_region_del_subregion(&s->bar, &s->regs);\n";
    assert_eq!(folder.read("plover.c"), before("plover").replace(call, "    s->gone = true;\n"));
}

#[test]
fn an_unchanged_diff_is_applied_as_it_was() {
    let folder = plover("interactive-unchanged");
    assert_eq!(edit(&folder, "true", "e\n").status, 0);
    assert_eq!(folder.read("plover.c"), after("plover"));
}

#[test]
fn an_emptied_diff_is_no_fix() {
    for script in [": > \"$1\"", "echo > \"$1\"", "echo '# nothing' > \"$1\""] {
        let folder = plover("interactive-emptied");
        let run = edit(&folder, script, "e\ny\n");
        assert_eq!((run.status, folder.read("plover.c")), (1, before("plover")), "{}", run.output);
    }
}

#[test]
fn an_edit_that_does_not_apply_says_why_and_asks_again() {
    let check = |script: &str, reason: &str| {
        let folder = plover("interactive-wrong");
        let run = edit(&folder, script, "e\ny\n");
        assert!(run.output.contains(&format!("not applied: {reason}")), "{}", run.output);
        assert_eq!(run.output.matches("(1/1) apply this fix [").count(), 2, "{}", run.output);
        assert_eq!((run.status, folder.read("plover.c")), (0, after("plover")));
    };
    check(
        "sed -i 's/timer_free/timer_del/' \"$1\"",
        "line 29 of `plover.c` is not `    timer_del(s->tick);`",
    );
    check("echo nonsense > \"$1\"", "`nonsense` is no line of a diff");
    check("sed -i 's/plover.c/stilt.c/' \"$1\"", "the fix has no file with the names");
    check("exit 3", "the editor `sh ");
}
