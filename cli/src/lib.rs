//! `cargo devmodel`: arguments, files, threads, output formats and exit statuses.
//!
//! What is found is decided in the crates below; here it is fetched, spread over threads and
//! written down. [`run`] is the whole program with its surroundings passed in.

mod arguments;
mod cargo;
mod combination;
mod configuration;
mod crash;
mod difference;
mod engine;
mod fix;
mod foreign;
mod format;
mod interactive;
mod interruption;
mod progress;
mod read;
mod repository;
mod scope;
mod selection;
mod series;
mod skipped;
mod status;
mod streams;
mod submodules;
mod suppressions;
mod survey;
mod target;
mod threads;
mod verb;
mod walk;
mod write;

pub use engine::{Engine, RunRules};
pub use status::Status;
pub use streams::Streams;

use arguments::Arguments;
use std::ffi::OsString;
use std::process::ExitCode;

/// Runs the program on the arguments and streams of the process.
#[must_use]
pub fn main() -> ExitCode {
    crash::install();
    streams::with_standard(|streams| run(std::env::args_os(), &Engine::default(), streams)).into()
}

/// Runs the program: `words` are its arguments, the first being its own name.
pub fn run(
    words: impl IntoIterator<Item = OsString>,
    engine: &Engine,
    streams: &mut Streams<'_>,
) -> Status {
    let arguments = match Arguments::from_words(words) {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error, streams),
    };
    let ended = verb::run(&arguments.verb, engine, streams);
    streams.finish(ended)
}

/// Prints help to the output, and a usage error to the errors.
fn usage(error: &clap::Error, streams: &mut Streams<'_>) -> Status {
    let text = error.render();
    if error.use_stderr() {
        return streams.fail(&text.to_string());
    }
    let written = match streams.color {
        true => write!(streams.output, "{}", text.ansi()),
        false => write!(streams.output, "{text}"),
    };
    streams.finish(written.map(|()| Status::Clean).map_err(Into::into))
}
