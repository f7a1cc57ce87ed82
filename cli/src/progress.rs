//! A progress bar for work that a person waits for.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_millis(500);
const TEMPLATE: &str = "{prefix:>12.cyan.bold} [{bar:30}] {pos}/{len}";

/// A bar on standard error that appears when the work has lasted for half a second, and goes
/// when it is dropped.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    shown: AtomicBool,
    started: Instant,
}

impl Progress {
    /// A bar, if somebody is there to see it.
    pub(crate) fn new(wanted: bool) -> Self {
        let bar = wanted.then(|| ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()));
        if let (Some(bar), Ok(style)) = (&bar, ProgressStyle::with_template(TEMPLATE)) {
            bar.set_style(style.progress_chars("=> "));
        }
        Self { bar, shown: AtomicBool::new(false), started: Instant::now() }
    }

    /// Begins a stage of `count` steps.
    pub(crate) fn start(&self, stage: &'static str, count: usize) {
        let Some(bar) = self.bar.as_ref().filter(|_| count > 0) else {
            return;
        };
        bar.set_position(0);
        bar.set_length(count as u64);
        bar.set_prefix(stage);
    }

    /// Counts one step.
    pub(crate) fn step(&self) {
        let Some(bar) = &self.bar else {
            return;
        };
        bar.inc(1);
        let late = !self.shown.load(Ordering::Relaxed) && self.started.elapsed() >= PATIENCE;
        if late && !self.shown.swap(true, Ordering::Relaxed) {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
