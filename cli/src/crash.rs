//! What the user sees of a bug in the program.

use crate::Status;
use std::io::{self, Write};
use std::panic::{self, PanicHookInfo};

/// Makes a panic, on any thread, one line of text and the exit status of a failure.
pub(crate) fn install() {
    panic::set_hook(Box::new(|info| {
        let _ = writeln!(io::stderr(), "{}", line(info));
        std::process::exit(Status::Failed.code().into());
    }));
}

fn line(info: &PanicHookInfo<'_>) -> String {
    let place = info
        .location()
        .map(|place| format!(" at {}:{}", place.file(), place.line()))
        .unwrap_or_default();
    let message = info.payload_as_str().unwrap_or("no message");
    let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("error: bug in cargo-devmodel{place}: {message}; please report it with the command")
}
