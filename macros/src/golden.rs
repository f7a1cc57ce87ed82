//! Files that tests compare with; `BLESS=1` writes them anew.

use std::path::Path;

/// Compares `text` with the file at `path`, from the folder of the crate.
pub(crate) fn check(path: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(expected == text, "{} is stale: run with BLESS=1, and read it", path.display());
}
