//! Threads for the stages of the analysis.

use crate::progress::Progress;
use anyhow::{Context, Result};
use devmodel_analyzer::Executor;
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

/// Source code nests as deep as its authors like, and the default of 2 MiB is soon used up.
const STACK_BYTES: usize = 64 << 20;

/// A pool of threads that shows how far it has come.
pub(crate) struct Threads {
    pool: ThreadPool,
    progress: Progress,
}

impl Threads {
    /// Starts `jobs` threads, or one per core.
    pub(crate) fn new(jobs: Option<u16>, progress: Progress) -> Result<Self> {
        let pool = ThreadPoolBuilder::new()
            .num_threads(jobs.map_or(0, usize::from))
            .stack_size(STACK_BYTES)
            .build()
            .context("cannot start the threads; try fewer with --jobs")?;
        Ok(Self { pool, progress })
    }

    /// Calls `work` on a thread of the pool, so that it has their stack.
    pub(crate) fn inside<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        self.pool.install(work)
    }
}

impl Executor for Threads {
    fn run(&self, stage: &'static str, count: usize, work: &(dyn Fn(usize) + Sync)) {
        self.progress.start(stage, count);
        self.pool.install(|| {
            (0..count).into_par_iter().for_each(|index| {
                work(index);
                self.progress.step();
            });
        });
    }
}
