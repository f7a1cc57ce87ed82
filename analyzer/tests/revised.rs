//! An analysis that takes over what an earlier one has read says what a new one says.

use devmodel_analyzer::lifecycle::Glue;
use devmodel_analyzer::model::FileId;
use devmodel_analyzer::{Analysis, Sequential, Settings, SourceFile, analyze};
use std::fs;
use std::path::{Path, PathBuf};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/region");

/// Of the lines of a file, one in so many is left out in turn.
const STRIDE: usize = 9;

fn check(tree: &[SourceFile], settings: &Settings) {
    let mut analysis = analyze(tree.to_vec(), settings, &Sequential);
    for file in 0..tree.len() {
        let lines: Vec<&[u8]> = tree[file].text.split_inclusive(|byte| *byte == b'\n').collect();
        for left_out in (0..lines.len()).step_by(STRIDE) {
            let text = [&lines[..left_out], &lines[left_out + 1..]].concat().concat();
            let mut changed = tree.to_vec();
            changed[file].text.clone_from(&text);
            let mut sources = analysis.take_sources();
            sources.set_text(FileId(file as u32), text);
            analysis = analyze(sources, settings, &Sequential);
            let fresh = analyze(changed, settings, &Sequential);
            assert_eq!(
                said(&analysis),
                said(&fresh),
                "{} without line {left_out}",
                tree[file].path
            );
        }
        let mut sources = analysis.take_sources();
        sources.set_text(FileId(file as u32), tree[file].text.clone());
        analysis = analyze(sources, settings, &Sequential);
    }
}

fn said(analysis: &Analysis) -> String {
    format!("{:#?} {:#?}", analysis.calls, analysis.observations)
}

#[test]
fn what_is_taken_over_changes_nothing() {
    let glue = Glue { auto_delete: true, auto_unparent: false };
    let settings = Settings { assume: glue, ..Settings::default() };
    let trees = trees(Path::new(FIXTURES));
    assert!(trees.len() > 10, "the fixtures are there");
    for tree in trees {
        check(&tree, &settings);
    }
}

/// The fixtures that are folders, and one file of each rule.
fn trees(root: &Path) -> Vec<Vec<SourceFile>> {
    let mut trees = Vec::new();
    for rule in entries(root) {
        let cases = entries(&rule);
        let folders = cases.iter().filter(|case| case.is_dir());
        let first = cases.iter().find(|case| case.is_file());
        trees.extend(folders.chain(first).map(|case| tree(case)));
    }
    trees
}

fn tree(case: &Path) -> Vec<SourceFile> {
    if case.is_file() {
        let path = case.file_name().unwrap().to_string_lossy().into_owned();
        return vec![SourceFile { path, text: fs::read(case).unwrap() }];
    }
    let mut files: Vec<SourceFile> = entries(case).iter().flat_map(|inner| tree(inner)).collect();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut entries: Vec<PathBuf> = entries.collect();
    entries.sort();
    entries
}
