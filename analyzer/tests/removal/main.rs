//! Random deletions from random C: what is left compiles without new warnings, and does what it did
//! but for the calls that went.

mod compiler;
mod program;
mod text;

use compiler::{CONFIGURATIONS, Report, kinds};
use devmodel_analyzer::lifecycle::Removal;
use devmodel_analyzer::model::{FileId, Location, Span};
use devmodel_analyzer::{Sequential, SourceFile, remove};
use devmodel_edit::{Edit, apply};
use program::{Program, program};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, TestRunner};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;
use text::{PRELUDE, Text, find_call};

/// How many files are compiled at once.
const BATCH: usize = 100;

/// A program, and what became of it.
struct Case {
    before: String,
    after: String,
    deleted: BTreeSet<usize>,
}

/// How many programs a run has if nobody states it.
const PROGRAMS: usize = 128;

#[test]
fn deletions_change_nothing_else() {
    let stated =
        std::env::var_os("PROPTEST_CASES").map(|_| Config::default().cases.max(1) as usize);
    let count = stated.unwrap_or(PROGRAMS);
    let mut runner = runner();
    let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
    for first in (0..count).step_by(BATCH) {
        let size = BATCH.min(count - first);
        let mut trees: Vec<_> = (0..size)
            .map(|_| program().new_tree(&mut runner).expect("nothing is filtered out"))
            .collect();
        let programs: Vec<Program> = trees.iter().map(ValueTree::current).collect();
        if let Err((at, why)) = judge(&programs, &mut outcomes) {
            panic!("{}", smallest(&mut trees[at]).unwrap_or(why));
        }
    }
    let done = outcomes.get("").copied().unwrap_or(0);
    assert!(done > count, "only {done} of {count} were carried out: {outcomes:#?}");
    // For whoever wants to know what is refused, and why.
    let report = Path::new(env!("CARGO_TARGET_TMPDIR")).join("removal-outcomes");
    std::fs::write(report, format!("{outcomes:#?}")).expect("it can be written");
}

/// The same programs in every run, so that what is found is found by whom it concerns; others if
/// somebody states how many.
fn runner() -> TestRunner {
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => TestRunner::new(Config::default()),
        None => TestRunner::deterministic(),
    }
}

/// What is wrong with the smallest program that fails alone.
fn smallest(tree: &mut impl ValueTree<Value = Program>) -> Option<String> {
    let fails = |program: Program| judge(&[program], &mut BTreeMap::new()).err();
    let mut found = fails(tree.current()).map(|(_, why)| why);
    let mut turns = 0;
    while tree.simplify() && turns < 400 {
        loop {
            turns += 1;
            if let Some((_, why)) = fails(tree.current()) {
                found = Some(why);
                break;
            }
            if !tree.complicate() {
                break;
            }
        }
    }
    found
}

/// Whether all is as it should be; the first program with which it is not.
fn judge(
    programs: &[Program],
    outcomes: &mut BTreeMap<String, usize>,
) -> Result<(), (usize, String)> {
    let mut cases = Vec::new();
    for (at, program) in programs.iter().enumerate() {
        let text = text::write(program, &format!("c{at}_"));
        cases.push(carried_out(&text, outcomes).map_err(|why| (at, why))?);
    }
    for configuration in CONFIGURATIONS {
        let before: Vec<&str> = cases.iter().map(|case| case.before.as_str()).collect();
        let after: Vec<&str> = cases.iter().map(|case| case.after.as_str()).collect();
        let before = compiler::reports(&before, &configuration, "before");
        let after = compiler::reports(&after, &configuration, "after");
        for (at, case) in cases.iter().enumerate() {
            compare(case, &before[at], &after[at]).map_err(|why| {
                (at, format!("{why}\n{configuration:?}\n{}\n-----\n{}", case.before, case.after))
            })?;
        }
    }
    Ok(())
}

/// What was asked to go and could, and the edits for it.
type Removed = (BTreeSet<usize>, Vec<Edit>);

/// All at once, or as many as can go together.
fn removed(text: &Text, outcomes: &mut BTreeMap<String, usize>) -> Removed {
    let file = |path: &str, text: &str| SourceFile {
        path: path.to_owned(),
        text: text.as_bytes().to_vec(),
    };
    let files = [file("hw/one.c", &text.text), file("hw/prelude.h", PRELUDE)];
    let all: Vec<usize> = text.picked.iter().map(|(number, _)| *number).collect();
    let mut removed = Removed::default();
    for attempt in std::iter::once(all.clone()).chain(all.iter().map(|&number| vec![number])) {
        let asked: BTreeSet<usize> = attempt.into_iter().chain(removed.0.iter().copied()).collect();
        let picked = text.picked.iter().filter(|(number, _)| asked.contains(number));
        let calls: Vec<Location> = picked.map(|(_, range)| location(range)).collect();
        let outcome = match remove(&files, &calls, &Sequential) {
            Removal::Edits(edits) => {
                removed = (asked, edits);
                String::new()
            }
            Removal::Refused(reason) => reason_of(&reason),
            Removal::None => "no answer".to_owned(),
        };
        *outcomes.entry(outcome).or_default() += 1;
        if removed.0.len() == all.len() {
            break;
        }
    }
    removed
}

fn location(range: &Range<usize>) -> Location {
    Location::new(FileId(0), Span::new(range.start as u32, range.end as u32))
}

/// The program before and after; why not, if the text alone shows that something is wrong.
fn carried_out(text: &Text, outcomes: &mut BTreeMap<String, usize>) -> Result<Case, String> {
    let (deleted, edits) = removed(text, outcomes);
    let before = text.text.clone();
    let after = apply(before.as_bytes(), &edits).map_err(|error| error.to_string())?;
    let after = String::from_utf8(after).map_err(|error| error.to_string())?;
    let stands = |number: &&usize| find_call(&after, **number).is_some();
    let wrong = if let Some(lost) = text.kept.iter().find(|number| !stands(number)) {
        Some(format!("mark {lost} went"))
    } else if let Some(left) = deleted.iter().find(stands) {
        Some(format!("mark {left} is still there"))
    } else if let Some(comment) = text.comments.iter().find(|&one| !after.contains(one.as_str())) {
        Some(format!("{comment} went"))
    } else if undone(&before, &after, &edits) != before {
        Some("the edits cannot be undone".to_owned())
    } else {
        flaw(&before, &after).map(str::to_owned)
    };
    match wrong {
        Some(why) => Err(format!("{why}\n{before}\n-----\n{after}")),
        None => Ok(Case { before, after, deleted }),
    }
}

/// The reason without the names in it.
fn reason_of(refusal: &str) -> String {
    let parts = refusal.split('`').step_by(2);
    parts.collect::<Vec<_>>().join("_")
}

fn undone(before: &str, after: &str, edits: &[Edit]) -> String {
    let mut text = after.to_owned();
    for edit in edits {
        let at = edit.span.range().start;
        text.replace_range(at..at + edit.text.len(), &before[edit.span.range()]);
    }
    text
}

/// Whether two lines that follow each other look wrong.
type IsFlaw = fn(&[&str]) -> bool;

/// What a reviewer would say about blank lines and spaces that were not there before.
fn flaw(before: &str, after: &str) -> Option<&'static str> {
    let flaws: [(&str, IsFlaw); 4] = [
        ("two blank lines", |lines| lines.iter().all(|line| line.trim().is_empty())),
        ("a blank line after `{`", |lines| lines[0].ends_with('{') && lines[1].trim().is_empty()),
        ("a blank line before `}`", |lines| {
            lines[0].trim().is_empty() && lines[1].trim_start().starts_with('}')
        }),
        ("space at the end of a line", |lines| lines[0] != lines[0].trim_end()),
    ];
    let count = |text: &str, is_flaw: IsFlaw| {
        let lines: Vec<&str> = text.lines().collect();
        lines.windows(2).filter(|pair| is_flaw(pair)).count()
    };
    let worse = flaws.iter().find(|(_, is_flaw)| count(after, *is_flaw) > count(before, *is_flaw));
    worse.map(|(flaw, _)| *flaw)
}

fn compare(case: &Case, before: &Report, after: &Report) -> Result<(), String> {
    if before.trace.is_empty() {
        return Err(format!("it could not be run: {:#?}", before.complaints));
    }
    let (kinds_before, kinds_after) = (kinds(before), kinds(after));
    for (kind, count) in &kinds_after {
        if *count > kinds_before.get(kind).copied().unwrap_or(0) {
            return Err(format!("new: {:#?}\nbefore: {:#?}", after.complaints, before.complaints));
        }
    }
    let expected: Vec<_> =
        before.trace.iter().filter(|(mark, _)| !case.deleted.contains(mark)).collect();
    let found: Vec<_> = after.trace.iter().collect();
    let same = if before.is_cut { true } else { found == expected };
    if same { Ok(()) } else { Err(format!("{expected:?} became {found:?}")) }
}
