//! Source text in memory to observations about device lifecycles.
//!
//! The crate knows languages and devices and knows no rule. It does no I/O and starts no thread:
//! the caller hands it text and an [`Executor`].

pub mod allowance;
mod analysis;
mod contexts;
mod conversion;
mod crates;
mod executor;
mod insertion;
pub mod lifecycle;
mod lower;
pub mod model;
mod objects;
mod registrations;
pub mod removal;
mod sources;
mod syntax;
mod trace;
mod tree;
pub mod vocabulary;

pub use analysis::{Analysis, Features, Request, Settings, Statistics, analyze, remove};
pub use executor::{Executor, Sequential};
pub use sources::{Language, SourceFile, Sources};
pub use tree::{Damage, Parsed};
