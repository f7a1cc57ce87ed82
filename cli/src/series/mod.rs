//! Groups of changes as mails: `git am` applies them in order, `git send-email` sends them.

mod address;
mod author;
mod claim;
mod cover;
mod date;
mod diff;
mod folder;
mod gone;
mod group;
mod kept;
mod mail;
mod maintainers;
mod message;
mod parts;
mod pattern;
mod prose;
mod stat;
mod subject;
mod subsystem;
#[cfg(test)]
mod tests;

pub(crate) use address::Address;
pub(crate) use author::find as find_author;
pub(crate) use claim::Claim;
pub(crate) use date::now;
pub(crate) use group::by_subsystem;
pub(crate) use kept::Kept;
pub(crate) use maintainers::Maintainers;
pub(crate) use parts::Parts;
pub(crate) use subsystem::Subsystem;

use crate::fix::Change;
use anyhow::Result;
use devmodel_analyzer::Analysis;
use jiff::{SignedDuration, Timestamp};
use mail::{Mail, text_field};
use std::path::{Path, PathBuf};

/// The cover letter sorts first, so that `git send-email DIR` sends it first, and is no `*.patch`,
/// as `git am DIR/*.patch` would stop at a mail without a patch.
const COVER: &str = "0000-cover-letter.txt";

/// What one mail changes.
#[derive(Clone, Debug)]
pub(crate) struct Patch {
    /// The part of the tree.
    pub(crate) subsystem: Subsystem,
    /// What becomes of the files, compared with the tree after the patches before this one.
    pub(crate) changes: Vec<Change>,
    /// What is cured.
    pub(crate) claims: Vec<Claim>,
    /// What looks like it and stays, in the same files.
    pub(crate) kept: Vec<Kept>,
}

/// What the mails have in common.
pub(crate) struct Series<'s> {
    /// The tree, its model and its glue.
    pub(crate) analysis: &'s Analysis,
    /// Who is told.
    pub(crate) maintainers: &'s Maintainers,
    /// Who writes.
    pub(crate) author: &'s Address,
    /// When.
    pub(crate) date: Timestamp,
    /// Whether the author signs the patches off.
    pub(crate) sign_off: bool,
}

/// Writes a cover letter and the patches into a folder, in the format of `git format-patch`;
/// returns the files.
pub(crate) fn write(dir: &Path, patches: &[Patch], series: &Series<'_>) -> Result<Vec<PathBuf>> {
    if patches.is_empty() {
        return Ok(Vec::new());
    }
    let subjects: Vec<String> = patches
        .iter()
        .map(|patch| subject::subject(&patch.claims, &patch.changes, &patch.subsystem))
        .collect();
    let diffs: Vec<Vec<u8>> = patches.iter().map(|patch| diff::diff(&patch.changes)).collect();
    let thread = series.thread(&diffs);
    let cover = Mail {
        fields: series.fields(0, patches.len(), &cover::subject(patches), &thread, patches),
        message: cover::letter(patches, &subjects, series),
        rest: Vec::new(),
    };
    let mut files = vec![(COVER.to_owned(), cover.render())];
    for (at, (patch, diff)) in patches.iter().zip(diffs).enumerate() {
        let (number, subject) = (at + 1, &subjects[at]);
        let about = std::slice::from_ref(patch);
        let mail = Mail {
            fields: series.fields(number, patches.len(), subject, &thread, about),
            message: series.message(patch),
            rest: [b"\n".as_slice(), &diff].concat(),
        };
        files.push((file_name(number, subject), mail.render()));
    }
    folder::write(dir, &files)
}

impl Series<'_> {
    /// The commit message, and what git leaves out of it.
    fn message(&self, patch: &Patch) -> String {
        let mut message = message::message(patch);
        if self.sign_off {
            message.push_str(&format!("\nSigned-off-by: {}\n", self.author.plain()));
        }
        format!("{message}---\n{}", stat::table(&patch.changes))
    }

    /// The fields of a mail; number 0 is the cover letter.
    fn fields(
        &self,
        number: usize,
        total: usize,
        subject: &str,
        thread: &str,
        patches: &[Patch],
    ) -> Vec<(&'static str, String)> {
        let width = total.to_string().len();
        let id = |number: usize| format!("<{number:04}.{thread}.devmodel.{}>", self.author.mail);
        // Mails of one second may be shown in any order.
        let later = self.date.checked_add(SignedDuration::from_secs(number as i64));
        let date = later.unwrap_or(self.date);
        let subject = format!("[PATCH {number:0width$}/{total}] {subject}");
        let mut fields = vec![("Message-Id", id(number))];
        if number > 0 {
            fields.extend([("In-Reply-To", id(0)), ("References", id(0))]);
        }
        fields.extend([
            ("From", self.author.encoded()),
            ("Date", date::field(date)),
            ("Subject", text_field("Subject", &subject)),
        ]);
        let changes = patches.iter().flat_map(|patch| &patch.changes);
        let cc = self.maintainers.cc(changes.map(|change| change.path.as_str()));
        if !cc.is_empty() {
            let cc: Vec<String> = cc.iter().map(Address::encoded).collect();
            fields.push(("Cc", cc.join(",\n    ")));
        }
        fields
    }

    /// What the ids of the mails share: another series never has it, the same series always.
    fn thread(&self, diffs: &[Vec<u8>]) -> String {
        let date = self.date.as_second();
        let parts = diffs.iter().map(Vec::as_slice).chain([self.author.mail.as_bytes()]);
        format!("{}.{date}", &diff::digest(parts)[..16])
    }
}

/// The name that `git format-patch` would give the file.
fn file_name(number: usize, subject: &str) -> String {
    const LONGEST: usize = 57;
    let is_kept = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    let words: Vec<&str> = subject.split(|c| !is_kept(c)).filter(|word| !word.is_empty()).collect();
    let mut name = format!("{number:04}-{}", words.join("-"));
    while name.contains("..") {
        name = name.replace("..", ".");
    }
    name.truncate(LONGEST);
    format!("{}.patch", name.trim_end_matches(['.', '-']))
}
