//! Unified diffs that `git apply` and `patch -p1` accept.

use similar::udiff::UnifiedDiffHunk;
use similar::{Change, ChangeTag, TextDiff};

const CONTEXT_LINES: usize = 3;

/// The change from `before` to `after` as a unified diff of `path`; empty if there is none.
///
/// Lines end at `\n` and nowhere else, and their bytes are copied as they are, so that
/// carriage returns and text that is not UTF-8 survive.
#[must_use]
pub fn unified_diff(path: &str, before: &[u8], after: &[u8]) -> Vec<u8> {
    let mut output = Vec::new();
    if before == after {
        return output;
    }
    output.extend_from_slice(header("---", "a", path).as_bytes());
    output.extend_from_slice(header("+++", "b", path).as_bytes());
    let (old, new) = (lines(before), lines(after));
    let diff = TextDiff::configure().diff_slices(&old, &new);
    for hunk in diff.unified_diff().context_radius(CONTEXT_LINES).iter_hunks() {
        write_hunk(&mut output, &hunk);
    }
    output
}

/// The line before a diff of `path` by which git knows that it is one of its own.
#[must_use]
pub fn git_header(path: &str) -> String {
    let [old, new] = ["a", "b"].map(|side| {
        let name = format!("{side}/{path}");
        if is_awkward(&name) { quoted(&name) } else { name }
    });
    format!("diff --git {old} {new}\n")
}

fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|&byte| byte == b'\n').collect()
}

fn write_hunk(output: &mut Vec<u8>, hunk: &UnifiedDiffHunk<'_, '_, '_, [u8]>) {
    output.extend_from_slice(format!("{}\n", hunk.header()).as_bytes());
    for change in hunk.iter_changes() {
        write_line(output, &change);
    }
}

fn write_line(output: &mut Vec<u8>, change: &Change<&[u8]>) {
    output.push(match change.tag() {
        ChangeTag::Equal => b' ',
        ChangeTag::Delete => b'-',
        ChangeTag::Insert => b'+',
    });
    output.extend_from_slice(change.value());
    if !change.value().ends_with(b"\n") {
        output.extend_from_slice(b"\n\\ No newline at end of file\n");
    }
}

fn header(mark: &str, side: &str, path: &str) -> String {
    let name = format!("{side}/{path}");
    if is_awkward(&name) {
        return format!("{mark} {}\n", quoted(&name));
    }
    // The tab ends a name in which a reader might take a space for its end.
    let end = if name.contains(' ') { "\t" } else { "" };
    format!("{mark} {name}{end}\n")
}

fn is_awkward(name: &str) -> bool {
    name.contains(|c: char| c.is_control() || c == '"' || c == '\\')
}

/// The name as a C string, which both readers understand.
fn quoted(name: &str) -> String {
    let escaped: String = name.bytes().map(escape).collect();
    format!("\"{escaped}\"")
}

fn escape(byte: u8) -> String {
    match byte {
        b'"' | b'\\' => format!("\\{}", char::from(byte)),
        b' '..=b'~' => char::from(byte).to_string(),
        _ => format!("\\{byte:03o}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{git_header, unified_diff};

    fn check(before: &str, after: &str, diff: &str) {
        let actual = unified_diff("hw/pci/x.c", before.as_bytes(), after.as_bytes());
        assert_eq!(String::from_utf8_lossy(&actual), diff);
    }

    #[test]
    fn equal_texts_have_no_diff() {
        check("a\nb", "a\nb", "");
    }

    #[test]
    fn three_lines_of_context() {
        check(
            "1\n2\n3\n4\n5\n6\n7\n8\n9\n",
            "1\n2\n3\n4\n6\n7\n8\n9\n",
            "--- a/hw/pci/x.c\n+++ b/hw/pci/x.c\n@@ -2,7 +2,6 @@\n 2\n 3\n 4\n-5\n 6\n 7\n 8\n",
        );
    }

    #[test]
    fn missing_line_end_is_marked() {
        check(
            "a\nb",
            "a\n",
            "--- a/hw/pci/x.c\n+++ b/hw/pci/x.c\n@@ -1,2 +1 @@\n a\n-b\n\\ No newline at end of file\n",
        );
    }

    #[test]
    fn carriage_returns_are_kept() {
        check(
            "a\r\nb\rc\r\n",
            "a\r\n",
            "--- a/hw/pci/x.c\n+++ b/hw/pci/x.c\n@@ -1,2 +1 @@\n a\r\n-b\rc\r\n",
        );
    }

    #[test]
    fn awkward_names_are_quoted() {
        let header = |path| {
            let diff = unified_diff(path, b"a\n", b"b\n");
            String::from_utf8_lossy(&diff).lines().next().map(str::to_owned)
        };
        assert_eq!(git_header("a b.c"), "diff --git a/a b.c b/a b.c\n");
        assert_eq!(git_header("a\"\n.c"), "diff --git \"a/a\\\"\\012.c\" \"b/a\\\"\\012.c\"\n");
        assert_eq!(header("a b.c").as_deref(), Some("--- a/a b.c\t"));
        assert_eq!(header("a\"\n.c").as_deref(), Some("--- \"a/a\\\"\\012.c\""));
    }
}
