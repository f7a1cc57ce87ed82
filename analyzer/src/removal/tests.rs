//! Removals as people carry them out, stated as texts before and after.

mod cuts;
mod device;
mod functions;
mod generated;
mod refusals;
mod statements;

use device::Device;

/// Lines that start with `-` are those that go; the others stay as they are.
fn check(marked: &str) {
    for end in ["\n", "\r\n"] {
        let kept = |line: &&str| !line.starts_with('-');
        let before = marked.lines().map(|line| line.strip_prefix('-').unwrap_or(line));
        let after = marked.lines().filter(kept);
        compare(&joined(before, end), &joined(after, end));
    }
}

fn joined<'l>(lines: impl Iterator<Item = &'l str>, end: &str) -> String {
    lines.flat_map(|line| [line, end]).collect()
}

fn compare(before: &str, after: &str) {
    let device = Device::new(before);
    match device.edits() {
        Ok(edits) => assert_eq!(device.without(&edits), after, "from\n{before}"),
        Err(refusal) => panic!("{refusal:?}: {refusal} in\n{before}"),
    }
}
