//! Where output goes, and what it may look like there.

use crate::Status;
use anyhow::{Context, Result};
use std::env;
use std::io::{self, BufRead, BufWriter, ErrorKind, IsTerminal, Write};

/// The streams and what is known about who is at their other ends.
pub struct Streams<'a> {
    /// Answers of the user.
    pub input: &'a mut dyn BufRead,
    /// Results.
    pub output: &'a mut dyn Write,
    /// Everything that is not a result.
    pub errors: &'a mut dyn Write,
    /// A person watches the output.
    pub interactive: bool,
    /// The output shows colours unless the user says otherwise.
    pub color: bool,
    /// A progress bar may be drawn on the standard error of the process.
    pub progress: bool,
}

impl Streams<'_> {
    /// The status of a run that ended like this, once all output is written.
    pub(crate) fn finish(&mut self, ended: Result<Status>) -> Status {
        let written = self.output.flush().context("cannot write the output");
        match ended.and_then(|status| written.map(|()| status)) {
            Ok(status) => status,
            Err(error) => self.fail(&format!("error: {error:#}\n")),
        }
    }

    /// Says why the run failed.
    pub(crate) fn fail(&mut self, message: &str) -> Status {
        // There is nowhere left to report that this cannot be written either.
        let _ = self.errors.write_all(message.as_bytes());
        Status::Failed
    }
}

/// Calls `work` with the streams of the process.
pub(crate) fn with_standard(work: impl FnOnce(&mut Streams<'_>) -> Status) -> Status {
    let interactive = io::stdout().is_terminal();
    let mut output = BufWriter::new(Pipe::new(io::stdout().lock()));
    let mut errors = Pipe::new(io::stderr());
    work(&mut Streams {
        input: &mut io::stdin().lock(),
        output: &mut output,
        errors: &mut errors,
        interactive,
        color: interactive && env::var_os("NO_COLOR").is_none() && !dumb(),
        progress: io::stderr().is_terminal() && env::var_os("CI").is_none() && !dumb(),
    })
}

fn dumb() -> bool {
    env::var_os("TERM").is_some_and(|terminal| terminal == "dumb")
}

/// A writer that takes a reader who left for one who read everything.
///
/// `check | head` is no failure, and the exit status stays that of what was found.
struct Pipe<W> {
    inner: W,
    closed: bool,
}

impl<W: Write> Pipe<W> {
    fn new(inner: W) -> Self {
        Self { inner, closed: false }
    }

    fn forgive<T>(&mut self, result: io::Result<T>, instead: T) -> io::Result<T> {
        match result {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(instead)
            }
            result => result,
        }
    }
}

impl<W: Write> Write for Pipe<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.closed {
            return Ok(bytes.len());
        }
        let result = self.inner.write(bytes);
        self.forgive(result, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.closed {
            return Ok(());
        }
        let result = self.inner.flush();
        self.forgive(result, ())
    }
}
