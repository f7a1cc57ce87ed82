//! The text of a file without the code that the features leave out.

use crate::Features;
use crate::allowance;
use crate::model::FileId;
use crate::sources::SourceFile;
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::ops::Range;

/// What the features that are on leave out, by file.
#[derive(Default)]
pub(super) struct Unseen(FxHashMap<FileId, Vec<Range<usize>>>);

impl Unseen {
    /// What is left out of `files`; nothing if no features are stated.
    pub(super) fn new(files: &[SourceFile], features: Option<&Features>) -> Self {
        let mut unseen = Self::default();
        let Some(features) = features else { return unseen };
        for off in allowance::switched_off(files, features, &|_| true) {
            for (file, span) in off.items() {
                let whole = 0..files[file.0 as usize].text.len();
                let range = span.map_or(whole, |span| span.range());
                unseen.0.entry(file).or_default().push(range);
            }
        }
        unseen
    }

    /// The text of a file with blanks in the place of what is left out, every other byte where it was.
    pub(super) fn text<'f>(&self, files: &'f [SourceFile], file: FileId) -> Cow<'f, [u8]> {
        let text = &files[file.0 as usize].text;
        let Some(ranges) = self.0.get(&file) else { return Cow::Borrowed(text) };
        let mut seen = text.clone();
        for range in ranges {
            // With a field or an arm goes the comma behind it.
            let rest = seen.get(range.end..).unwrap_or_default();
            let blanks = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let comma = usize::from(rest.get(blanks) == Some(&b',')) * (blanks + 1);
            for byte in seen.iter_mut().take(range.end + comma).skip(range.start) {
                if *byte != b'\n' {
                    *byte = b' ';
                }
            }
        }
        Cow::Owned(seen)
    }
}
