//! Where fetched trees are kept: outside the repository, each with a stamp that says what it is.

use super::pins::Tree;
use anyhow::{Context as _, Result};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// A tree that is ready to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cached {
    /// Its folder.
    pub(crate) path: PathBuf,
    /// The version that was fetched.
    pub(crate) version: String,
}

/// The folder of all trees.
pub(crate) fn folder() -> Result<PathBuf> {
    let variables =
        [("DEVMODEL_CORPUS", ""), ("XDG_CACHE_HOME", "devmodel"), ("HOME", ".cache/devmodel")];
    let found = variables.iter().find_map(|(variable, below)| {
        let value = env::var_os(variable).filter(|value| !value.is_empty())?;
        Some(
            Path::new(&value)
                .components()
                .chain(Path::new(below).components())
                .collect::<PathBuf>(),
        )
    });
    let folder = found.context("none of DEVMODEL_CORPUS, XDG_CACHE_HOME and HOME is set")?;
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    // Configuration files and tools that run elsewhere are given this path.
    Ok(folder.canonicalize()?)
}

/// The tree, if it was fetched before: the pinned version, or one that was taken in its place.
pub(crate) fn find(folder: &Path, tree: &Tree) -> Option<Cached> {
    let path = folder.join(&tree.name);
    let stamp = fs::read_to_string(stamp(folder, tree)).ok()?;
    let (wanted, version) = stamp.trim_end().split_once('\n')?;
    (wanted == tree.version && path.is_dir()).then(|| Cached { path, version: version.to_owned() })
}

/// Moves an unpacked tree to its place.
pub(crate) fn store(folder: &Path, tree: &Tree, version: &str, unpacked: &Path) -> Result<Cached> {
    let path = folder.join(&tree.name);
    let stamp = stamp(folder, tree);
    remove(&stamp, |path| fs::remove_file(path))?;
    remove(&path, |path| fs::remove_dir_all(path))?;
    fs::rename(unpacked, &path)
        .with_context(|| format!("cannot move the tree to {}", path.display()))?;
    fs::write(&stamp, format!("{}\n{version}\n", tree.version))
        .with_context(|| format!("cannot write {}", stamp.display()))?;
    Ok(Cached { path, version: version.to_owned() })
}

/// An empty folder beside the trees, so that a finished tree can be renamed into place.
pub(crate) fn scratch(folder: &Path, tree: &Tree) -> Result<PathBuf> {
    let scratch = folder.join(format!(".{}.partial", tree.name));
    remove(&scratch, |path| fs::remove_dir_all(path))?;
    fs::create_dir_all(&scratch).with_context(|| format!("cannot create {}", scratch.display()))?;
    Ok(scratch)
}

fn stamp(folder: &Path, tree: &Tree) -> PathBuf {
    folder.join(format!("{}.stamp", tree.name))
}

fn remove(path: &Path, remove: impl FnOnce(&Path) -> std::io::Result<()>) -> Result<()> {
    if !path.exists() {
        return Ok(());
    }
    remove(path).with_context(|| format!("cannot remove {}", path.display()))
}
