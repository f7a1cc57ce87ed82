//! Output formats, each converted by hand from what the analysis says.

pub(crate) mod cargo;
pub(crate) mod diff;
mod event;
pub(crate) mod human;
pub(crate) mod json;
mod life;
mod outcomes;
pub(crate) mod paint;
pub(crate) mod place;
mod replay;
pub(crate) mod report;
pub(crate) mod short;
pub(crate) mod snippet;
mod summary;
mod table;
pub(crate) mod text;
mod ways;

use devmodel_analyzer::Analysis;
use std::time::Duration;

/// What is shown, and how.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    /// What was found out.
    pub(crate) analysis: &'a Analysis,
    /// Whether to use colours, where the format has any.
    pub(crate) color: bool,
    /// How long it took; only for people, as it differs from run to run.
    pub(crate) elapsed: Option<Duration>,
}
