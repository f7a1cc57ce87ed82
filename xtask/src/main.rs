//! The tasks of this workspace: `cargo xtask --help`.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "tasks talk to the person who started them"
)]

mod bench;
mod corpus;
mod docs;
mod mutants;
mod new_rule;
mod tidy;
mod toml_file;
mod tool;
mod workspace;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Tasks of the workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Real source trees: get them, compare what the tool says about them.
    #[command(subcommand)]
    Corpus(corpus::Task),
    /// Time and memory, side by side with other tools on the same tree.
    Bench(bench::Arguments),
    /// Write the pages of the rules.
    Docs(docs::Arguments),
    /// Check what the architecture promises about the files of this project.
    Tidy,
    /// Put defects into a copy of the device framework, and see that its tests notice.
    Mutants(mutants::Arguments),
    /// Start a rule: its file, its fixtures.
    NewRule(new_rule::Arguments),
}

fn main() -> ExitCode {
    match run(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> anyhow::Result<()> {
    match task {
        Task::Corpus(task) => corpus::run(task),
        Task::Bench(arguments) => bench::run(&arguments),
        Task::Docs(arguments) => docs::run(&arguments),
        Task::Tidy => tidy::run(),
        Task::Mutants(arguments) => mutants::run(&arguments),
        Task::NewRule(arguments) => new_rule::run(&arguments),
    }
}
