//! Where text is and how it changes: spans, lines, edits, fixes and diffs.
//!
//! This crate is a leaf. It knows bytes and offsets, and neither languages nor devices.

mod fix;
mod span;

pub use fix::{Applicability, Edit, FileId, Fix};
pub use span::Span;
