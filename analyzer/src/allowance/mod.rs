//! Where the authors of a tree say that a finding is no news to them.
//!
//! A comment `devmodel: allow(RULE, ...): REASON` speaks for the line that it stands on, or for the next line of
//! code. The attributes `allow(devmodel::RULE)` and `expect(devmodel::RULE)` speak for what they stand on.

mod attribute;
mod comment;
mod feature;
mod masked;
mod module;

pub use feature::switched_off;

use crate::model::{FileId, Location, Span};
use crate::sources::{Language, SourceFile};
use masked::Masked;
use memchr::memmem;

/// The word for all rules.
pub const ALL: &str = "all";

/// One statement that findings are accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// The comment or attribute.
    pub location: Location,
    /// The rules, with `-` between their words, in the order of the text; [`ALL`] for all of them.
    pub rules: Vec<String>,
    /// What is wrong with it; then it covers nothing.
    pub flaw: Option<Flaw>,
    /// What it covers.
    reach: Vec<Reach>,
}

/// Why a comment is no allowance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// It gives no reason.
    NoReason,
    /// It is not of the form of one.
    Form,
}

/// Code that an allowance covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// Findings that start on this line.
    StartsIn(Location),
    /// Findings that start or end on this line.
    TouchesLine(Location),
    /// Findings within an item.
    Within(Location),
    /// Findings in a file.
    File(FileId),
}

impl Allowance {
    /// The items that it covers, and the files that it covers as a whole.
    pub(crate) fn items(&self) -> impl Iterator<Item = (FileId, Option<Span>)> {
        self.reach.iter().filter_map(|reach| match reach {
            Reach::Within(item) => Some((item.file, Some(item.span))),
            Reach::File(file) => Some((*file, None)),
            Reach::StartsIn(_) | Reach::TouchesLine(_) => None,
        })
    }

    /// Whether it covers what is found at a place, as far as the rule is one of its own.
    #[must_use]
    pub fn covers(&self, found: Location) -> bool {
        self.flaw.is_none() && self.reach.iter().any(|reach| reach.has(found))
    }

    /// The files that it covers something of.
    fn files(&self) -> impl Iterator<Item = FileId> {
        self.reach.iter().map(|reach| match reach {
            Reach::StartsIn(at) | Reach::TouchesLine(at) | Reach::Within(at) => at.file,
            Reach::File(file) => *file,
        })
    }
}

impl Reach {
    fn has(self, found: Location) -> bool {
        let Span { start, end } = found.span;
        match self {
            Self::StartsIn(line) => {
                line.file == found.file && line.span.range().contains(&(start as usize))
            }
            Self::TouchesLine(line) => {
                let last = end.saturating_sub(1).max(start);
                let has = |at: u32| line.span.range().contains(&(at as usize));
                line.file == found.file && (has(start) || has(last))
            }
            Self::Within(item) => {
                item.file == found.file && item.span.start <= start && end <= item.span.end
            }
            Self::File(file) => file == found.file,
        }
    }
}

/// The allowances in the files that `is_asked` accepts, and those of other files that reach into them, ordered by
/// file and position. Files that do not mention this program are not looked at.
#[must_use]
pub fn allowances(files: &[SourceFile], is_asked: &dyn Fn(FileId) -> bool) -> Vec<Allowance> {
    let ids = (0..files.len() as u32).map(FileId);
    let mut found: Vec<Allowance> = ids.flat_map(|id| of_file(files, id, is_asked(id))).collect();
    found.retain(|one| is_asked(one.location.file) || one.files().any(is_asked));
    found.sort_by_key(|one| one.location);
    found
}

/// The allowances of one file: those in comments only if the file itself is asked about.
fn of_file(files: &[SourceFile], id: FileId, is_asked: bool) -> Vec<Allowance> {
    let file = &files[id.0 as usize];
    let is_rust = file.language() == Language::Rust;
    if !(is_asked || is_rust) || !has(&file.text, b"devmodel:") {
        return Vec::new();
    }
    let mut found = Vec::new();
    if is_asked {
        found.extend(comment::allowances(
            id,
            &file.text,
            &Masked::new(&file.text, file.language()),
        ));
    }
    // Most files that name the framework allow nothing.
    let may_allow = || [&b"allow("[..], b"expect("].iter().any(|word| has(&file.text, word));
    if is_rust && may_allow() {
        found.extend(attribute::allowances(files, id));
    }
    found
}

fn has(text: &[u8], word: &[u8]) -> bool {
    memmem::find(text, word).is_some()
}
