//! Changes as git's own diffs.

use crate::fix::Change;
use devmodel_edit::git_header;
use sha1::{Digest, Sha1};

/// The diff of all changes.
pub(super) fn diff(changes: &[Change]) -> Vec<u8> {
    let one = |change: &Change| {
        let (old, new) = (blob(&change.before), blob(&change.after));
        // With both names, `git am -3` can merge where the patch alone no longer fits.
        let index = format!("index {}..{}\n", &old[..12], &new[..12]);
        [git_header(&change.path).as_bytes(), index.as_bytes(), &hunks(change)].concat()
    };
    changes.iter().flat_map(one).collect()
}

/// The digest of bytes in hexadecimal.
pub(super) fn digest<'b>(parts: impl IntoIterator<Item = &'b [u8]>) -> String {
    let mut hash = Sha1::new();
    parts.into_iter().for_each(|part| hash.update(part));
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What git calls a file with this text.
fn blob(text: &[u8]) -> String {
    digest([format!("blob {}\0", text.len()).as_bytes(), text])
}

/// The diff of one file. Each hunk starts with the function that it is in, for who reads the mail.
fn hunks(change: &Change) -> Vec<u8> {
    let lines: Vec<&[u8]> = change.before.split(|&byte| byte == b'\n').collect();
    let mut hunks = Vec::new();
    for line in change.diff().split_inclusive(|&byte| byte == b'\n') {
        match first_line(line).and_then(|number| function(&lines, number)) {
            Some(function) => {
                hunks.extend_from_slice(line.trim_ascii_end());
                hunks.push(b' ');
                hunks.extend_from_slice(function);
                hunks.push(b'\n');
            }
            None => hunks.extend_from_slice(line),
        }
    }
    hunks
}

/// The number in `@@ -NUMBER,`.
fn first_line(hunk: &[u8]) -> Option<usize> {
    let digits = hunk.strip_prefix(b"@@ -")?;
    let end = digits.iter().position(|byte| !byte.is_ascii_digit())?;
    str::from_utf8(&digits[..end]).ok()?.parse().ok()
}

/// The last line before this one that starts like a function, as git takes it by default.
fn function<'t>(lines: &[&'t [u8]], number: usize) -> Option<&'t [u8]> {
    const LONGEST: usize = 80;
    let before = lines.iter().take(number.saturating_sub(1)).rev();
    let is_start = |byte: &u8| byte.is_ascii_alphabetic() || b"_$".contains(byte);
    let line =
        before.map(|line| line.trim_ascii_end()).find(|line| line.first().is_some_and(is_start))?;
    let mut end = line.len().min(LONGEST);
    // Not within a character.
    while line.get(end).is_some_and(|byte| byte & 0xc0 == 0x80) {
        end -= 1;
    }
    Some(line[..end].trim_ascii_end())
}

#[cfg(test)]
mod tests {
    use super::{Change, diff};

    #[test]
    fn hunks_name_their_function() {
        let text =
            |last: &str| format!("int é(void)\r\n{{\r\n 1\r\n 2\r\n 3\r\n {last}\r\n").into_bytes();
        let change = Change { path: "x.c".to_owned(), before: text("4"), after: text("5") };
        let expected = "diff --git a/x.c b/x.c\nindex 4e7944268a4c..e525f23d3b13\n--- a/x.c\n+++ b/x.c\n\
                        @@ -3,4 +3,4 @@ int é(void)\n  1\r\n  2\r\n  3\r\n- 4\r\n+ 5\r\n";
        assert_eq!(String::from_utf8(diff(&[change])).unwrap(), expected);
    }
}
