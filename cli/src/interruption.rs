//! Moments at which the user may not interrupt the process.

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag::register_conditional_default;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

/// Whether a signal ends the process, as it does by default.
static ENDS: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// As long as this lives, SIGINT and SIGTERM are ignored.
pub(crate) struct Shield(());

impl Shield {
    /// Ignores signals from now on.
    pub(crate) fn new() -> Self {
        ends().store(false, Ordering::SeqCst);
        Self(())
    }
}

impl Drop for Shield {
    fn drop(&mut self) {
        ends().store(true, Ordering::SeqCst);
    }
}

fn ends() -> &'static AtomicBool {
    ENDS.get_or_init(|| {
        let ends = Arc::new(AtomicBool::new(true));
        for signal in [SIGINT, SIGTERM] {
            // Where that cannot be done, the signal ends the process at any moment.
            let _ = register_conditional_default(signal, Arc::clone(&ends));
        }
        ends
    })
}
