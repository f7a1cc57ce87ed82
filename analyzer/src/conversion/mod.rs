//! Lifecycles written by hand with the framework's own calls, turned into attributes of its derive.
//!
//! A file that mentions the by-hand layer is read for devices ([`device`]); what their hooks do to regions
//! is read as calls ([`call`], [`steps`]), and everything else that the crate does with these regions is
//! looked up ([`uses`]). A region whose calls an attribute can say in full gets a [`recipe`]; which ones
//! change, and what is taken for granted, is the [`plan`]. [`teardown`] finds what the framework undoes
//! anyway. What goes is a [`cut`], what is written a [`draft`], and [`importing`] follows both.

mod access;
mod building;
mod call;
mod claim;
mod cut;
mod deletion;
mod device;
mod draft;
mod expression;
mod finder;
mod import;
mod importing;
mod lifecycle;
mod names;
mod number;
mod page;
mod plan;
mod purity;
mod recipe;
mod steps;
mod subject;
mod teardown;
mod uses;
mod words;

pub(crate) use deletion::delete;

use crate::Executor;
use crate::crates::Crates;
use crate::lifecycle::Conversion;
use crate::model::FileId;
use crate::sources::Language;
use crate::syntax::rust::{span_of, with_file};
use crate::tree::per_item;
use crate::vocabulary::Vocabulary;
use rustc_hash::FxHashSet;
use std::ops::Range;
use subject::Subject;
use syn::spanned::Spanned;

/// What can be left to the framework, ordered by file and position.
pub(crate) fn observe(
    crates: &Crates<'_>,
    words: &Vocabulary,
    executor: &dyn Executor,
) -> Vec<Conversion> {
    let (words, rust) = (&words.framework, &words.rust);
    let is_candidate = |at: &usize| {
        let file = &crates.files[*at];
        file.language() == Language::Rust
            && memchr::memmem::find(&file.text, words.mark.as_bytes()).is_some()
    };
    let candidates: Vec<usize> = (0..crates.files.len()).filter(is_candidate).collect();
    let tests = crates.parts.iter().map(|part| &part.origin).filter(|origin| origin.is_test);
    let tests: FxHashSet<FileId> = tests.map(|origin| origin.file).collect();
    let found = per_item(executor, "convert", candidates.len(), &|at| {
        let number = candidates[at];
        let Ok(text) = std::str::from_utf8(&crates.files[number].text) else { return Vec::new() };
        let subject = Subject { files: crates.files, number, text, words, rust, tests: &tests };
        // What can't be read has no findings.
        with_file(text.as_bytes(), |parsed| subject.conversions(parsed)).unwrap_or_default()
    });
    let mut found: Vec<Conversion> = found.into_iter().flatten().collect();
    found.sort_by_key(|one| (one.location, one.kind));
    found
}

/// The bytes of a node.
fn range_of(node: &impl Spanned) -> Range<usize> {
    span_of(node).range()
}
