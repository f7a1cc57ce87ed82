//! Temporary files, which stay behind if the process is killed.

use crate::walk::is_source;
use ignore::WalkBuilder;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::Path;
use tempfile::{Builder, NamedTempFile};

const MARK: &str = ".devmodel-";
/// How many letters and digits are drawn at random.
const RANDOM: usize = 8;

/// A temporary file beside the file of this name. Its own name is hidden, so that neither a walk nor a
/// build takes it for a source.
pub(super) fn beside(folder: &Path, name: &OsStr) -> io::Result<NamedTempFile> {
    let mut prefix = OsStr::new(".").to_owned();
    prefix.push(name);
    prefix.push(MARK);
    Builder::new().prefix(&prefix).rand_bytes(RANDOM).tempfile_in(folder)
}

/// Removes what killed runs left in the tree.
pub(super) fn remove(root: &Path) {
    let mut walk = WalkBuilder::new(root);
    walk.standard_filters(false).filter_entry(|entry| entry.file_name() != ".git");
    for entry in walk.build().flatten() {
        let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
        if is_file && is_temporary(entry.file_name()) {
            // The next run tries again.
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn is_temporary(name: &OsStr) -> bool {
    let parts = name.to_str().and_then(|name| name.strip_prefix('.')?.rsplit_once(MARK));
    parts.is_some_and(|(source, random)| {
        let drawn = random.len() == RANDOM && random.bytes().all(|c| c.is_ascii_alphanumeric());
        drawn && is_source(Path::new(source))
    })
}
