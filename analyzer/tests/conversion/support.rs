//! Analysing and rewriting sources in memory.

use devmodel_analyzer::lifecycle::{Conversion, ConversionKind};
use devmodel_analyzer::{Analysis, Sequential, Settings, SourceFile, analyze};
use devmodel_edit::{Edit, Fix, apply, select};
use std::io::Write as _;
use std::process::{Command, Stdio};

/// More passes than any rewrite needs.
const MAX_PASSES: usize = 8;

/// The analysis of some files.
pub(crate) fn analysis(files: &[SourceFile]) -> Analysis {
    analyze(files.to_vec(), &Settings::default(), &Sequential)
}

/// What is said about one file.
pub(crate) fn conversions(text: &str) -> Vec<Conversion> {
    analysis(&[file("src/device.rs", text)]).conversions
}

/// A file in memory.
pub(crate) fn file(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.to_owned(), text: text.as_bytes().to_vec() }
}

/// Makes the rewrites of some sort that take nothing for granted, until there are none.
pub(crate) fn rewritten(
    files: &[SourceFile],
    wanted: &dyn Fn(&Conversion) -> bool,
) -> Vec<SourceFile> {
    let mut files = files.to_vec();
    for _ in 0..MAX_PASSES {
        let found = analysis(&files).conversions;
        let fixes: Vec<Fix> = found
            .iter()
            .filter(|one| wanted(one))
            .filter_map(|one| Some(Fix::safe(one.cure.as_ref()?.edits.clone())))
            .collect();
        if fixes.is_empty() {
            return files;
        }
        for edits in select(&fixes.iter().collect::<Vec<_>>()).files() {
            change(&mut files, edits);
        }
    }
    panic!("rewrites are still found after {MAX_PASSES} passes");
}

fn change(files: &mut [SourceFile], edits: &[Edit]) {
    let file = &mut files[edits[0].file.0 as usize];
    file.text = apply(&file.text, edits).expect("edits fit");
}

/// Makes all rewrites of one file that take nothing for granted.
pub(crate) fn converted(text: &str) -> String {
    let files = rewritten(&[file("src/device.rs", text)], &|one| is_safe(one));
    String::from_utf8(files[0].text.clone()).expect("the result is text")
}

/// Makes the rewrites of teardown alone.
pub(crate) fn torn(text: &str) -> String {
    let wanted = |one: &Conversion| one.kind == ConversionKind::Teardown && is_safe(one);
    let files = rewritten(&[file("src/device.rs", text)], &wanted);
    String::from_utf8(files[0].text.clone()).expect("the result is text")
}

/// Whether the rewrite takes nothing for granted.
pub(crate) fn is_safe(one: &Conversion) -> bool {
    one.cure.as_ref().is_some_and(|cure| cure.assumption.is_none())
}

/// What the formatter makes of a text.
pub(crate) fn formatted(text: &str) -> String {
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024", "--config", "use_small_heuristics=Max"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("rustfmt is there");
    let mut input = child.stdin.take().expect("it reads");
    input.write_all(text.as_bytes()).expect("it reads all");
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "the formatter can't read this:\n{text}");
    String::from_utf8(output.stdout).expect("it writes text")
}

/// What all safe rewrites make of a text: as a formatter leaves it, and final.
pub(crate) fn check(before: &str, after: &str) {
    assert_eq!(formatted(before), before, "the text before is formatted");
    let result = converted(before);
    assert_eq!(result, after);
    assert_eq!(formatted(after), after, "the text after is formatted");
}

/// What rewrites of teardown alone make of a text.
pub(crate) fn check_teardown(before: &str, after: &str) {
    assert_eq!(formatted(before), before, "the text before is formatted");
    assert_eq!(torn(before), after);
    assert_eq!(formatted(after), after, "the text after is formatted");
    assert_eq!(converted(before), converted(after), "teardown first or all at once");
}

/// A device with a realize hook of these statements.
pub(crate) fn device(fields: &str, realize: &str) -> String {
    let text = format!(
        "use devmodel::manual::{{Access, MemoryRegion}};
use devmodel::{{Cx, Device, Ops, RealizeCx, RealizeError, SysBus}};

#[derive(Debug, Device)]
#[device(name = \"plover\", parent = SysBus, realize = start)]
struct Plover {{
{fields}
}}

impl Plover {{
    fn start(&mut self, cx: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {{
{realize}
        Ok(())
    }}

    fn accesses() -> Access {{
        Access::new()
    }}
}}

impl Ops for Plover {{
    type Device = Self;

    fn read(_: &mut Self, _: &mut Cx<'_, Self>, _: u64, _: u8) -> u64 {{
        0
    }}
}}
"
    );
    formatted(&text)
}

/// The attributes of regions after all rewrites, safe or not.
pub(crate) fn attributes(text: &str) -> Vec<String> {
    let files = rewritten(&[file("src/device.rs", text)], &|one| one.cure.is_some());
    let text = String::from_utf8(files[0].text.clone()).expect("the result is text");
    assert_eq!(formatted(&text), text, "the text after is formatted");
    text.lines()
        .map(str::trim)
        .filter(|line| line.starts_with("#[region"))
        .map(str::to_owned)
        .collect()
}
