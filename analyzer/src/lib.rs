//! Source text in memory to observations about device lifecycles.
//!
//! The crate knows languages and devices and knows no rule. It does no I/O and starts no thread:
//! the caller hands it text and an [`Executor`].

mod analysis;
mod executor;
pub mod lifecycle;
pub mod model;

pub use analysis::{Analysis, Settings, SourceFile, Statistics, analyze};
pub use executor::{Executor, Sequential};
