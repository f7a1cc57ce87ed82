//! One writer at a time.

use anyhow::{Result, bail};
use std::fs::{File, TryLockError};
use std::path::Path;

/// Keeps other runs from writing below this folder, until it is dropped or the process ends; `None` on
/// a file system that locks no folders.
pub(super) fn take(root: &Path) -> Result<Option<File>> {
    let Ok(folder) = File::open(root) else { return Ok(None) };
    match folder.try_lock() {
        Ok(()) => Ok(Some(folder)),
        Err(TryLockError::WouldBlock) => bail!(
            "nothing was written: another `cargo devmodel fix` writes to `{}`; wait for its end",
            root.display()
        ),
        Err(TryLockError::Error(_)) => Ok(None),
    }
}
