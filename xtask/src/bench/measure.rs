//! Wall time and peak memory of one process.

use super::contender::Contender;
use anyhow::{Context as _, Result, ensure};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;
use std::{env, fs, process};

const TIME: &str = "/usr/bin/time";

/// What one run took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    /// Wall time.
    pub(crate) seconds: f64,
    /// The largest resident set, in kilobytes, if it can be had.
    pub(crate) peak: Option<u64>,
}

/// How processes are measured on this machine.
pub(crate) struct Measure {
    has_time: bool,
    report: PathBuf,
}

impl Measure {
    pub(crate) fn new() -> Self {
        let has_time = is_gnu_time();
        if !has_time {
            println!("*** skipped: peak memory: GNU time is not installed; `apt-get install time`");
        }
        let report = format!("devmodel-bench-{}", process::id());
        Self { has_time, report: env::temp_dir().join(report) }
    }

    /// Runs the tool once, with its output thrown away.
    pub(crate) fn run(&self, contender: &Contender) -> Result<Sample> {
        let mut command = self.command(contender)?;
        command.current_dir(&contender.folder);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let start = Instant::now();
        let status = command.status().with_context(|| format!("cannot run {}", contender.name))?;
        let seconds = start.elapsed().as_secs_f64();
        // One means that something was found, or that nothing was, by the custom of the tool.
        ensure!(
            matches!(status.code(), Some(0 | 1)),
            "{} failed: {status}: {command:?}",
            contender.name
        );
        let peak = self.peak();
        Ok(Sample { seconds, peak })
    }

    fn command(&self, contender: &Contender) -> Result<Command> {
        let binary = contender.binary.as_ref().context("not installed")?;
        let mut command =
            Command::new(if self.has_time { TIME.as_ref() } else { binary.as_path() });
        if self.has_time {
            command.args(["--quiet", "--format=%M", "--output"]);
            command.arg(&self.report).arg(binary);
        }
        command.args(&contender.arguments);
        Ok(command)
    }

    fn peak(&self) -> Option<u64> {
        let report = fs::read_to_string(&self.report).ok()?;
        report.trim().parse().ok()
    }
}

impl Drop for Measure {
    fn drop(&mut self) {
        // Nothing was written without GNU time.
        let _ = fs::remove_file(&self.report);
    }
}

fn is_gnu_time() -> bool {
    let output = Command::new(TIME).arg("--version").output();
    output.is_ok_and(|output| {
        let text = [output.stdout, output.stderr].concat();
        String::from_utf8_lossy(&text).contains("GNU")
    })
}
