//! The folders of a tree that are repositories of their own.

use std::fs;
use std::path::Path;

/// The paths in the `.gitmodules` of the tree at `root`, sorted.
///
/// Archives of a release contain the submodules' files and this file, so it is the only trace
/// of them that every kind of tree has.
pub(crate) fn paths(root: &Path) -> Vec<String> {
    let modules = fs::read(root.join(".gitmodules")).unwrap_or_default();
    let mut paths: Vec<String> =
        String::from_utf8_lossy(&modules).lines().filter_map(path).collect();
    paths.sort();
    paths
}

/// The value of a `path = ...` line.
fn path(line: &str) -> Option<String> {
    let (key, value) = line.split_once('=')?;
    let value = value.trim().trim_matches('"').trim_matches('/');
    (key.trim() == "path" && !value.is_empty()).then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn only_paths_count() {
        assert_eq!(path("\tpath = roms/SLOF").as_deref(), Some("roms/SLOF"));
        assert_eq!(path("path=\"a b/\"").as_deref(), Some("a b"));
        assert_eq!(path("\turl = https://example.org/path = x"), None);
        assert_eq!(path("[submodule \"roms/SLOF\"]"), None);
        assert_eq!(path("path ="), None);
    }
}
