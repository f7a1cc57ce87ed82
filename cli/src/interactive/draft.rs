//! A diff that the user edits.
//!
//! Libraries that apply diffs want the counts of lines right, which nobody keeps while editing, and look
//! for another place where a hunk does not fit. Here a hunk fits where it says or not at all.

use crate::format::text::printable;
use anyhow::{Context, Result, anyhow, ensure};
use devmodel_analyzer::SourceFile;
use devmodel_edit::{Edit, FileId, LineIndex, Span, unified_diff};

const GUIDE: &str = "\
# To keep a '-' line, make the '-' a ' '. To leave out a '+' line, delete it.
# Lines that start with # are removed, and line counts need not be mended.
# If the result does not apply, the question is asked again.
# If nothing is left, the fix is not applied.
";

/// The files of a fix with their diffs, the last as the user left it.
pub(super) struct Draft<'a> {
    targets: Vec<Target<'a>>,
    text: Vec<u8>,
}

impl<'a> Draft<'a> {
    /// The diff of files and their texts after the fix, as it is.
    pub(super) fn new(files: Vec<(FileId, &'a SourceFile, Vec<u8>)>) -> Self {
        let (mut targets, mut text) = (Vec::new(), Vec::new());
        for (id, file, after) in files {
            let diff = unified_diff(&file.path, &file.text, &after);
            targets.push(Target {
                id,
                file,
                header: header(&diff),
                lines: LineIndex::new(&file.text),
            });
            text.extend(diff);
        }
        Self { targets, text }
    }

    /// The diff.
    pub(super) fn diff(&self) -> &[u8] {
        &self.text
    }

    /// Takes the diff from the user, to whom it is shown with a guide.
    pub(super) fn edit(&mut self, edit: impl FnOnce(&[u8]) -> Result<Vec<u8>>) -> Result<()> {
        let text = edit(&[&self.text, GUIDE.as_bytes()].concat())?;
        let mut lines: Vec<&[u8]> = lines(&text).collect();
        lines.retain(|line| !line.starts_with(b"#"));
        // Some editors leave such lines at the end.
        while lines.last().is_some_and(|line| line.trim_ascii().is_empty()) {
            lines.pop();
        }
        self.text = lines.concat();
        if self.text.last().is_some_and(|byte| *byte != b'\n') {
            self.text.push(b'\n');
        }
        Ok(())
    }

    /// The edits that the diff stands for; none if nothing is left of it.
    pub(super) fn edits(&self) -> Result<Vec<Edit>> {
        let lines: Vec<&[u8]> = lines(&self.text).collect();
        let mut reader =
            Reader { targets: &self.targets, target: None, hunk: None, edits: Vec::new() };
        let mut rest = &lines[..];
        while !rest.is_empty() {
            rest = reader.read(rest)?;
        }
        reader.end_hunk()?;
        Ok(reader.edits)
    }
}

/// Reads a diff from top to bottom.
struct Reader<'d, 'a> {
    targets: &'d [Target<'a>],
    target: Option<&'d Target<'a>>,
    hunk: Option<Hunk<'d, 'a>>,
    edits: Vec<Edit>,
}

impl Reader<'_, '_> {
    /// Reads one line, or two that belong together; returns those after it.
    fn read<'l, 't>(&mut self, lines: &'l [&'t [u8]]) -> Result<&'l [&'t [u8]]> {
        match lines {
            // A line that is taken away may look like the first of these, too.
            [old, new, hunk, ..] if starts([old, new, hunk], [b"--- ", b"+++ ", b"@@ "]) => {
                self.begin_file(&[*old, *new].concat())?;
                Ok(&lines[2..])
            }
            [line, rest @ ..] if line.starts_with(b"@@ ") => {
                self.begin_hunk(line)?;
                Ok(rest)
            }
            [line, mark, rest @ ..] if mark.starts_with(b"\\") => {
                self.line(line.strip_suffix(b"\n").unwrap_or(line))?;
                Ok(rest)
            }
            [line, rest @ ..] => {
                self.line(line)?;
                Ok(rest)
            }
            [] => Ok(lines),
        }
    }

    fn begin_file(&mut self, header: &[u8]) -> Result<()> {
        self.end_hunk()?;
        self.target = self.targets.iter().find(|target| target.header == header);
        let known = self.target.is_some();
        ensure!(known, "the fix has no file with the names {}", quoted(header));
        Ok(())
    }

    fn begin_hunk(&mut self, line: &[u8]) -> Result<()> {
        self.end_hunk()?;
        let target = self.target.context("the names of the file are gone")?;
        self.hunk = Some(Hunk::new(target, line)?);
        Ok(())
    }

    fn line(&mut self, line: &[u8]) -> Result<()> {
        let hunk = self.hunk.as_mut().ok_or_else(|| unknown(line))?;
        hunk.line(line, &mut self.edits)
    }

    fn end_hunk(&mut self) -> Result<()> {
        if let Some(mut hunk) = self.hunk.take() {
            self.edits.extend(hunk.edit()?);
        }
        Ok(())
    }
}

fn starts(lines: [&[u8]; 3], marks: [&[u8]; 3]) -> bool {
    lines.iter().zip(marks).all(|(line, mark)| line.starts_with(mark))
}

/// A file of the fix.
struct Target<'a> {
    id: FileId,
    file: &'a SourceFile,
    header: Vec<u8>,
    lines: LineIndex,
}

impl Target<'_> {
    fn span(&self, number: u32) -> Result<Span> {
        let span = self.lines.line(number);
        span.with_context(|| format!("`{}` has no line {number}", printable(&self.file.path)))
    }

    /// The line of this number, which must be the same.
    fn line(&self, number: u32, text: &[u8]) -> Result<Span> {
        let span = self.span(number)?;
        let name = printable(&self.file.path);
        ensure!(
            self.file.text[span.range()] == *text,
            "line {number} of `{name}` is not {}",
            quoted(text)
        );
        Ok(span)
    }
}

/// A hunk that is being read.
struct Hunk<'d, 'a> {
    target: &'d Target<'a>,
    /// The next old line.
    number: u32,
    /// The old lines taken away since the last one that stays.
    taken: Option<Span>,
    /// The new lines since then.
    added: Vec<u8>,
}

impl<'d, 'a> Hunk<'d, 'a> {
    fn new(target: &'d Target<'a>, line: &[u8]) -> Result<Self> {
        let line = String::from_utf8_lossy(line);
        let old = line.strip_prefix("@@ -").and_then(|rest| rest.split([',', ' ']).next());
        let number = old.and_then(|old| old.parse().ok());
        let number: u32 = number.ok_or_else(|| unknown(line.as_bytes()))?;
        // An empty file has its lines after line 0.
        Ok(Self { target, number: number.max(1), taken: None, added: Vec::new() })
    }

    fn line(&mut self, line: &[u8], edits: &mut Vec<Edit>) -> Result<()> {
        match line {
            [b'+', added @ ..] => self.added.extend(added),
            [b'-', text @ ..] => {
                let span = self.target.line(self.number, text)?;
                let start = self.taken.map_or(span.start, |taken| taken.start);
                self.taken = Some(Span::new(start, span.end));
                self.number += 1;
            }
            // Some editors take the blank away if nothing follows it.
            [b' ', text @ ..] | text @ ([b'\n'] | [b'\r', b'\n']) => {
                self.target.line(self.number, text)?;
                edits.extend(self.edit()?);
                self.number += 1;
            }
            _ => return Err(unknown(line)),
        }
        Ok(())
    }

    /// What was taken away and added since the last line that stays.
    fn edit(&mut self) -> Result<Option<Edit>> {
        let added = std::mem::take(&mut self.added);
        let span = match self.taken.take() {
            Some(span) => span,
            None if added.is_empty() => return Ok(None),
            None => {
                let start = self.target.span(self.number)?.start;
                Span::new(start, start)
            }
        };
        let text = String::from_utf8(added).context("what is added must be UTF-8")?;
        Ok(Some(Edit { file: self.target.id, span, text }))
    }
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split_inclusive(|byte| *byte == b'\n')
}

fn header(diff: &[u8]) -> Vec<u8> {
    lines(diff).take(2).collect::<Vec<_>>().concat()
}

fn unknown(line: &[u8]) -> anyhow::Error {
    anyhow!("{} is no line of a diff", quoted(line))
}

fn quoted(text: &[u8]) -> String {
    format!("`{}`", printable(String::from_utf8_lossy(text).trim_end()))
}

#[cfg(test)]
mod tests {
    use super::Draft;
    use devmodel_analyzer::SourceFile;
    use devmodel_edit::{FileId, apply};
    use proptest::prelude::*;

    fn file(path: &str, text: &str) -> SourceFile {
        SourceFile { path: path.to_owned(), text: text.as_bytes().to_vec() }
    }

    /// What becomes of `a.c` if the diff from one text to another is edited like this.
    fn edited(from: &str, to: &str, edit: impl FnOnce(String) -> String) -> Result<String, String> {
        let file = file("a.c", from);
        let mut draft = Draft::new(vec![(FileId(0), &file, to.as_bytes().to_vec())]);
        draft
            .edit(|text| Ok(edit(String::from_utf8(text.to_vec()).unwrap()).into_bytes()))
            .and_then(|()| draft.edits())
            .map(|edits| String::from_utf8(apply(&file.text, &edits).unwrap()).unwrap())
            .map_err(|error| format!("{error:#}"))
    }

    const FROM: &str = "1\n2\n\n4\n5\n6\n7\n8\n9\n";
    const TO: &str = "1\n2\n\n4\n6\n7\n8\n9\n";

    fn check(old: &str, new: &str, result: &str) {
        let edit = |text: String| {
            assert!(text.contains(old), "{text}");
            text.replace(old, new)
        };
        assert_eq!(edited(FROM, TO, edit).as_deref(), Ok(result));
    }

    #[test]
    fn lines_are_kept_added_and_taken_away() {
        check("-5\n", " 5\n", FROM);
        check("-5\n", "-5\n+five\n+5b\n", "1\n2\n\n4\nfive\n5b\n6\n7\n8\n9\n");
        check(" 6\n", "-6\n", "1\n2\n\n4\n7\n8\n9\n");
        check(" 8\n", " 8\n+8b\n", "1\n2\n\n4\n6\n7\n8\n8b\n9\n");
        check(" 8\n", " 8\n-9\n+10\n", "1\n2\n\n4\n6\n7\n8\n10\n");
        check(" 8\n", " 8\n 9\n+10\n", "1\n2\n\n4\n6\n7\n8\n9\n10\n");
    }

    #[test]
    fn blanks_that_an_editor_took_away_are_no_change() {
        check("\n \n", "\n\n", TO);
    }

    #[test]
    fn what_fits_nowhere_else_either_says_where() {
        let wrong =
            |old: &str, new: &str| edited(FROM, TO, |text| text.replace(old, new)).unwrap_err();
        assert_eq!(wrong(" 6\n", " six\n"), "line 6 of `a.c` is not `six`");
        assert_eq!(wrong("@@ -2", "@@ -3"), "line 3 of `a.c` is not `2`");
        assert_eq!(wrong("@@ -2", "@@ -x"), "`@@ -x,7 +2,6 @@` is no line of a diff");
        assert_eq!(wrong(" 8\n", " 8\n 9\n 10\n"), "line 10 of `a.c` is not `10`");
        assert_eq!(wrong("--- a/a.c\n+++ b/a.c\n", ""), "the names of the file are gone");
        assert_eq!(
            wrong("b/a.c", "b/b.c"),
            "the fix has no file with the names `--- a/a.c +++ b/b.c`"
        );
    }

    #[test]
    fn what_is_added_is_text() {
        let file = file("a.c", "1\n");
        let mut draft = Draft::new(vec![(FileId(0), &file, b"2\n".to_vec())]);
        draft.edit(|_| Ok(b"--- a/a.c\n+++ b/a.c\n@@ -1 +1 @@\n-1\n+\xff\n".to_vec())).unwrap();
        assert!(draft.edits().unwrap_err().to_string().contains("UTF-8"));
    }

    fn text() -> impl Strategy<Value = String> {
        let line = prop::sample::select(vec![
            "a",
            "",
            "-- b",
            "++ c",
            "@@ -1 +1 @@",
            "# d",
            "\\ e",
            "f\r",
        ]);
        (prop::collection::vec(line, 1..30), any::<bool>())
            .prop_map(|(lines, ended)| lines.join("\n") + if ended { "\n" } else { "" })
    }

    proptest! {
        #[test]
        fn a_diff_that_nobody_edits_is_the_fix(texts in prop::collection::vec((text(), text()), 1..4)) {
            let files: Vec<SourceFile> =
                (0..).zip(&texts).map(|(n, (from, _))| file(&format!("{n}.c"), from)).collect();
            let fixed = files.iter().zip(&texts).enumerate();
            let mut draft = Draft::new(fixed
                .map(|(n, (file, (_, to)))| (FileId(n as u32), file, to.clone().into_bytes()))
                .collect());
            draft.edit(|text| Ok(text.to_vec())).unwrap();
            let edits = draft.edits().unwrap();
            for (n, (file, (_, to))) in files.iter().zip(&texts).enumerate() {
                let edits = edits.iter().filter(|edit| edit.file.0 == n as u32).cloned();
                let result = apply(&file.text, &edits.collect::<Vec<_>>()).unwrap();
                prop_assert_eq!(String::from_utf8(result).unwrap(), to.as_str());
            }
        }

        #[test]
        fn no_draft_is_too_strange(text in ".{0,200}", from in text(), to in text()) {
            let _ = edited(&from, &to, |diff| diff + &text);
        }
    }
}
