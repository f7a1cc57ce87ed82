//! Deletions, their undoing, and the diff between.

use devmodel_edit::{Edit, FileId, Span, apply, unified_diff};
use proptest::prelude::*;

const FILE: FileId = FileId(3);

/// Text with few different lines, so that diffs meet repetitions, and with every line end.
fn text() -> impl Strategy<Value = Vec<u8>> {
    let line = prop_oneof![
        Just(&b"x\n"[..]),
        Just(&b"\n"[..]),
        Just(&b"}\r\n"[..]),
        Just(&b"\xff\xfe\rz\n"[..]),
        Just(&b"+-@ \\ \n"[..]),
        Just(&b"end"[..]),
    ];
    prop::collection::vec(line, 0..40).prop_map(|lines| lines.concat())
}

fn deletions(length: usize, cuts: &[prop::sample::Index]) -> Vec<Edit> {
    let mut offsets: Vec<u32> = cuts.iter().map(|cut| cut.index(length + 1) as u32).collect();
    offsets.sort_unstable();
    offsets
        .chunks_exact(2)
        .map(|pair| Edit::deletion(FILE, Span::new(pair[0], pair[1])))
        .filter(|edit| !edit.span.is_empty())
        .collect()
}

/// Puts back what `deletions` took, reading only the shorter text and the lost pieces.
fn undo(before: &[u8], after: &[u8], deletions: &[Edit]) -> Vec<u8> {
    let mut restored = after.to_vec();
    for deletion in deletions {
        let lost = &before[deletion.span.range()];
        let place = deletion.span.start as usize;
        restored.splice(place..place, lost.iter().copied());
    }
    restored
}

/// The new side of a diff laid over `before`; checks the old side on the way.
fn patch(before: &[u8], diff: &[u8]) -> Option<Vec<u8>> {
    let old: Vec<&[u8]> = before.split_inclusive(|&byte| byte == b'\n').collect();
    let mut diff = diff.split_inclusive(|&byte| byte == b'\n').skip(2).peekable();
    let (mut result, mut next) = (Vec::new(), 0);
    while let Some(line) = diff.next() {
        let unended = diff.next_if(|line| line.starts_with(b"\\")).is_some();
        let text = &line[1..line.len() - usize::from(unended)];
        match line[0] {
            b'@' => {
                let start = first_line(line)?;
                result.extend(old.get(next..start)?.concat());
                next = start;
            }
            b'+' => result.extend_from_slice(text),
            _ if *old.get(next)? != text => return None,
            mark => {
                next += 1;
                result.extend_from_slice(if mark == b' ' { text } else { b"" });
            }
        }
    }
    result.extend(old.get(next..)?.concat());
    Some(result)
}

/// The index of the first old line of a hunk; an empty old side names the line before it.
fn first_line(header: &[u8]) -> Option<usize> {
    let header = std::str::from_utf8(header).ok()?;
    let range = header.split(' ').nth(1)?.strip_prefix('-')?;
    let (start, length) = range.split_once(',').unwrap_or((range, "1"));
    let start: usize = start.parse().ok()?;
    if length == "0" { Some(start) } else { start.checked_sub(1) }
}

proptest! {
    #[test]
    fn undone_deletions_give_back_the_text(
        before in text(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
    ) {
        let edits = deletions(before.len(), &cuts);
        let after = apply(&before, &edits).expect("sorted cuts never overlap");
        prop_assert_eq!(undo(&before, &after, &edits), before);
    }

    #[test]
    fn diff_leads_from_before_to_after(before in text(), after in text()) {
        let diff = unified_diff("a.c", &before, &after);
        prop_assert_eq!(patch(&before, &diff), Some(after));
    }
}
