//! The example devices: by hand, they become what they are with the derive, byte for byte.

use super::support::{analysis, formatted, is_safe, rewritten};
use devmodel_analyzer::SourceFile;
use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The files below a folder, in the order of their paths, which start at the root.
fn tree(folder: &str) -> Vec<SourceFile> {
    let mut rest = vec![Path::new(ROOT).join(folder)];
    let mut files = Vec::new();
    while let Some(path) = rest.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path).expect("the folder can be read");
            rest.extend(entries.map(|entry| entry.expect("the entry can be read").path()));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(read(&path));
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn read(path: &PathBuf) -> SourceFile {
    let relative = path.strip_prefix(ROOT).expect("it is below the root");
    let text = fs::read(path).expect("the file can be read");
    SourceFile { path: relative.to_string_lossy().replace('\\', "/"), text }
}

fn text(file: &SourceFile) -> &str {
    std::str::from_utf8(&file.text).expect("it is text")
}

#[test]
fn by_hand_becomes_derived() {
    let by_hand = tree("fixtures/devices/by-hand/src");
    let derived = tree("fixtures/devices/derived/src");
    // The registers' constants are in the crate of the example devices.
    let mut files = by_hand.clone();
    files.extend(tree("devices/src"));
    let result = rewritten(&files, &is_safe);
    let mut wrong = Vec::new();
    for (after, goal) in result.iter().zip(&derived) {
        if after.text != goal.text {
            let diff = devmodel_edit::unified_diff(&goal.path, &goal.text, &after.text);
            wrong.push(String::from_utf8_lossy(&diff).into_owned());
        }
    }
    assert!(wrong.is_empty(), "from the goal to the result:\n{}", wrong.join("\n"));
    assert_eq!(by_hand.len(), derived.len());
    assert!(
        result[by_hand.len()..].iter().zip(&files[by_hand.len()..]).all(|(a, b)| a.text == b.text)
    );
}

#[test]
fn nothing_is_said_about_derived_devices() {
    for folder in ["fixtures/devices/derived/src", "devices/src"] {
        let found = analysis(&tree(folder)).conversions;
        assert!(found.is_empty(), "{folder}: {found:?}");
    }
}

#[test]
fn every_device_by_hand_is_formatted_before_and_after() {
    let files = tree("fixtures/devices/by-hand/src");
    for file in rewritten(&files, &|one| one.cure.is_some()) {
        assert_eq!(text(&file), formatted(text(&file)), "{}", file.path);
    }
}
