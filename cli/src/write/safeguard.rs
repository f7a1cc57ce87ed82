//! Nothing is written that could not be undone.

use crate::fix::Change;
use crate::format::text::{few, printable};
use crate::repository::Repository;
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const UNCOMMITTED: &str = "uncommitted changes in";
const UNKNOWN: &str = "cannot tell what is committed; mend that, or pass --allow-dirty";
const CURE: &str = "commit or stash, so that what `fix` writes can be told apart and taken back, or pass \
                    --allow-dirty";

/// Fails if a tracked file below the root has changes that are not committed.
pub(super) fn require_committed(root: &Path, submodules: bool) -> Result<()> {
    let Some(repository) = repository(root)? else { return Ok(()) };
    refuse(UNCOMMITTED, &repository.changed(submodules).context(UNKNOWN)?)
}

/// Fails if one of the files about to be written is not as it was committed; returns how many are in
/// no repository.
pub(super) fn require_kept(root: &Path, changes: &[Change]) -> Result<usize> {
    let mut unguarded = 0;
    for (folder, files) in by_repository(root, changes) {
        match repository(&folder)? {
            Some(repository) => require_kept_in(&repository, &files)?,
            None => unguarded += files.len(),
        }
    }
    Ok(unguarded)
}

/// A path from the root of the tree, and the same from a repository in it.
type Paths<'c> = (&'c str, &'c str);

/// The paths by the folder of the innermost repository that can be seen.
fn by_repository<'c>(root: &Path, changes: &'c [Change]) -> BTreeMap<PathBuf, Vec<Paths<'c>>> {
    let mut files = BTreeMap::<PathBuf, Vec<_>>::new();
    for change in changes {
        let mut folders = change.path.rmatch_indices('/').map(|(end, _)| &change.path[..end]);
        let inner = folders.find(|folder| root.join(folder).join(".git").exists());
        let folder = inner.map_or_else(|| root.to_owned(), |inner| root.join(inner));
        let inside = &change.path[inner.map_or(0, |inner| inner.len() + 1)..];
        files.entry(folder).or_default().push((&*change.path, inside));
    }
    files
}

fn require_kept_in(repository: &Repository, files: &[Paths<'_>]) -> Result<()> {
    let tracked = repository.tracked().context(UNKNOWN)?;
    let changed = repository.changed(false).context(UNKNOWN)?;
    let those = |lost: &dyn Fn(&str) -> bool| -> Vec<&str> {
        files.iter().filter(|(_, inside)| lost(inside)).map(|(path, _)| *path).collect()
    };
    refuse("not tracked by git:", &those(&|path| !tracked.contains(path)))?;
    refuse(UNCOMMITTED, &those(&|path| changed.iter().any(|one| one == path)))
}

fn repository(folder: &Path) -> Result<Option<Repository>> {
    Repository::of(folder).context(UNKNOWN)
}

fn refuse(what: &str, files: &[impl AsRef<str>]) -> Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    let files: Vec<String> = files.iter().map(|file| printable(file.as_ref())).collect();
    bail!("{what} {}; {CURE}", few(files.iter().map(String::as_str)))
}
