//! What a C compiler says about many files at once, and what their functions do.

use crate::text::PRELUDE;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

/// What is known of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Report {
    /// Warnings and errors.
    pub(crate) complaints: Vec<String>,
    /// The numbers of the marks in the order in which they were left, with their values.
    pub(crate) trace: Vec<(usize, i64)>,
    /// Whether the run was ended because it left too many.
    pub(crate) is_cut: bool,
}

/// The two ways in which conditional compilation goes.
pub(crate) const CONFIGURATIONS: [[&str; 3]; 2] =
    [["-DCONF_A=1", "-DCONF_B=0", "-DCONF_NEVER=0"], ["-DCONF_A=0", "-DCONF_B=1", "-DCONF_C"]];

/// What calls each file's function in turn.
const HARNESS: &str = "\
#include <setjmp.h>
#include <stdio.h>
#ifndef CONF_NEVER
#define CONF_NEVER 0
#endif
#include \"prelude.h\"
static jmp_buf end;
static int left;
static void leave(int number, int value)
{
    if (--left < 0) {
        longjmp(end, 1);
    }
    printf(\"%d %d\\n\", number, value);
}
void mark(int number) { leave(number, 0); }
void mark_value(int number, int value) { leave(number, value); }
void mark_out(int number, int *value) { leave(number, *value); *value = number & 7; }
int mark_result(int number) { leave(number, 0); return number & 1; }
static void drive(int number, void (*run)(struct S *s))
{
    printf(\"file %d\\n\", number);
    for (int seed = 0; seed < 4; seed++) {
        struct S s = { seed, seed * 5 % 4, { seed, 1, 2, seed - 1 }, seed };
        left = 5000;
        if (!setjmp(end)) {
            run(&s);
        } else {
            printf(\"cut\\n\");
        }
    }
}
";

/// Compiles and runs files whose names begin with `c0_`, `c1_` and so on.
pub(crate) fn reports(files: &[&str], configuration: &[&str], name: &str) -> Vec<Report> {
    let folder =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("the folder for tests can be written to");
    let source = folder.join("all.c");
    std::fs::write(folder.join("prelude.h"), PRELUDE).expect("it can be written");
    std::fs::write(&source, joined(files)).expect("it can be written");
    let mut reports = vec![Report::default(); files.len()];
    let program = folder.join("all");
    if compile(&source, &program, configuration, &mut reports) {
        run(&program, &mut reports);
    }
    std::fs::remove_dir_all(&folder).expect("it was just made");
    reports
}

fn joined(files: &[&str]) -> String {
    let mut text = HARNESS.to_owned();
    for (number, file) in files.iter().enumerate() {
        writeln!(text, "void c{number}_run(struct S *s);").expect("a string takes all");
        writeln!(text, "#line 1 \"c{number}.c\"\n{file}").expect("a string takes all");
    }
    text.push_str("#line 1 \"main.c\"\nint main(void)\n{\n");
    for number in 0..files.len() {
        writeln!(text, "drive({number}, c{number}_run);").expect("a string takes all");
    }
    text.push_str("return 0;\n}\n");
    text
}

fn compile(source: &Path, program: &Path, flags: &[&str], reports: &mut [Report]) -> bool {
    let warnings = ["-Wall", "-Wextra", "-Wno-unused-parameter", "-fdiagnostics-color=never"];
    let output = Command::new("cc")
        .args(["-std=gnu11", "-O0"])
        .args(warnings)
        .args(flags)
        .arg("-o")
        .args([program, source])
        .output()
        .expect("a C compiler is needed to build this project");
    let messages = String::from_utf8_lossy(&output.stderr);
    for message in messages.lines() {
        let number = message.strip_prefix('c').and_then(|rest| rest.split_once(".c:"));
        let complains = message.contains(" warning: ") || message.contains(" error: ");
        if let Some((Ok(number), text)) = number.map(|(n, text)| (n.parse::<usize>(), text))
            && complains
        {
            reports[number].complaints.push(text.to_owned());
        }
    }
    let known = reports.iter().any(|report| !report.complaints.is_empty());
    assert!(output.status.success() || known, "{messages}");
    output.status.success()
}

fn run(program: &Path, reports: &mut [Report]) {
    let output = Command::new(program).output().expect("it was just built");
    assert!(output.status.success(), "{output:?}");
    let mut at = 0;
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let mut words = line.split(' ');
        let number = |word: Option<&str>| word.and_then(|word| word.parse::<i64>().ok());
        match (words.next(), number(words.next())) {
            (Some("file"), Some(file)) => at = file as usize,
            (Some("cut"), _) => reports[at].is_cut = true,
            (mark, value) => {
                let mark = number(mark).expect("a mark has a number") as usize;
                reports[at].trace.push((mark, value.expect("a mark has a value")));
            }
        }
    }
}

/// How often each kind of warning stands in the complaints.
pub(crate) fn kinds(report: &Report) -> BTreeMap<&str, usize> {
    let mut kinds = BTreeMap::new();
    for complaint in &report.complaints {
        let kind = complaint.rsplit_once('[').map_or("error", |(_, kind)| kind);
        *kinds.entry(kind).or_default() += 1;
    }
    kinds
}
