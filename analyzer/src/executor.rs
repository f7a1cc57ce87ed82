//! How the analysis spreads work without starting threads of its own.

/// Runs the independent pieces of one stage, in any order and on any threads.
///
/// The command line provides threads and shows progress; tests use [`Sequential`].
pub trait Executor: Sync {
    /// Calls `work(i)` once for each `i` in `0..count` and returns when all have returned.
    fn run(&self, stage: &'static str, count: usize, work: &(dyn Fn(usize) + Sync));
}

/// Runs everything on the calling thread.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sequential;

impl Executor for Sequential {
    fn run(&self, _stage: &'static str, count: usize, work: &(dyn Fn(usize) + Sync)) {
        (0..count).for_each(work);
    }
}
