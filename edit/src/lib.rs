//! Where text is and how it changes: spans, lines, edits, fixes and diffs.
//!
//! This crate is a leaf. It knows bytes and offsets, and neither languages nor devices.

mod apply;
mod diff;
mod fix;
mod line;
mod plan;
mod span;

pub use apply::{ApplyError, apply};
pub use diff::{git_header, unified_diff};
pub use fix::{Applicability, Edit, FileId, Fix};
pub use line::{LineIndex, Position};
pub use plan::{Plan, select};
pub use span::Span;
