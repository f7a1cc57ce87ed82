//! Real source trees, kept outside the repository.

mod accuracy;
mod apt;
mod archive;
mod cache;
mod check;
mod compile;
mod difference;
mod expectation;
mod fetch;
mod findings;
mod known;
mod labels;
mod mirror;
mod models;
mod pins;
mod registry;
mod rewrite;
mod series;

pub(crate) use cache::{Cached, folder};

use anyhow::Result;
use clap::Subcommand;

/// What to do with the trees.
#[derive(Subcommand)]
pub(crate) enum Task {
    /// Get the source of a tree from the Debian mirror that this system uses, and of crates from the
    /// package registry that cargo is set up for.
    Fetch {
        /// The name of a tree, or `all`.
        #[arg(default_value = "all")]
        trees: Vec<String>,
    },
    /// Compare what the tool says about the trees with what is expected.
    Check(check::Arguments),
    /// Compare the verdicts of `audit` with labels that people gave.
    Accuracy(accuracy::Arguments),
    /// Compare the findings of `check` with those that people have judged.
    Findings(findings::Arguments),
    /// Compare the outcomes of `models` with what was measured on programs built from the tree.
    Models(models::Arguments),
    /// Compare what `fix` makes of the files of a patch series with what its author made of them.
    Series(series::Arguments),
    /// Compile the files that `fix` changes as the tree compiles them, with warnings as errors.
    Compile(compile::Arguments),
}

/// Runs one of the tasks.
pub(crate) fn run(task: Task) -> Result<()> {
    match task {
        Task::Fetch { trees } => fetch::run(&trees),
        Task::Check(arguments) => check::run(&arguments),
        Task::Accuracy(arguments) => accuracy::run(&arguments),
        Task::Findings(arguments) => findings::run(&arguments),
        Task::Models(arguments) => models::run(&arguments),
        Task::Series(arguments) => series::run(&arguments),
        Task::Compile(arguments) => compile::run(&arguments),
    }
}

/// The tree of this name, fetched if need be; `None`, loudly, if it cannot be had now.
pub(crate) fn tree(name: &str) -> Result<Option<Cached>> {
    fetch::fetch(&pins::Tree::named(name)?)
}

/// Says what was not done, in a way that is not overlooked.
fn skipped(what: &str, why: &str) {
    println!("*** skipped: {what}: {why}");
}
