//! Finding the files of a tree.

use crate::foreign;
use crate::skipped::{Reason, Skipped};
use crate::submodules;
use crate::target::Target;
use anyhow::{Context, Result};
use ignore::gitignore::Gitignore;
use ignore::overrides::{Override, OverrideBuilder};
use ignore::{DirEntry, Walk, WalkBuilder};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

const ENDINGS: [&[u8]; 4] = [b".c", b".h", b".inc", b".rs"];

/// What to leave out.
pub(crate) struct Filter<'a> {
    /// Globs of files and folders.
    pub(crate) exclude: &'a [String],
    /// What configurations leave out.
    pub(crate) excluded: Vec<Gitignore>,
    /// Whether submodules are read too.
    pub(crate) submodules: bool,
}

/// The source files of a tree.
#[derive(Default)]
pub(crate) struct Found {
    /// Their paths relative to the root, with `/`, and the paths to open, sorted.
    pub(crate) files: Vec<(String, PathBuf)>,
    /// What was left out.
    pub(crate) skipped: Vec<Skipped>,
}

/// Finds the source files of a tree. What is found does not depend on anything outside it.
pub(crate) fn find(target: &Target, filter: Filter<'_>) -> Result<Found> {
    let mut found = Found::default();
    let submodules = match filter.submodules {
        true => Vec::new(),
        false => found.leave_submodules(&target.root),
    };
    let foreign = Arc::default();
    for entry in walk(target, filter, submodules, &foreign)? {
        match entry {
            Ok(entry) => found.add(&target.root, entry),
            Err(error) => found.fail(&target.root, &error),
        }
    }
    for (folder, reason) in lock(&foreign).drain(..) {
        found.skip(relative(&target.root, &folder).0, reason);
    }
    found.files.sort();
    found.skipped.sort();
    Ok(found)
}

/// Whether a file of this name is source of a language analysed.
pub(crate) fn is_source(path: &Path) -> bool {
    let name = path.as_os_str().as_encoded_bytes();
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// Folders that are left out, and why.
type Foreign = Arc<Mutex<Vec<(PathBuf, Reason)>>>;

fn walk(
    target: &Target,
    filter: Filter<'_>,
    submodules: Vec<PathBuf>,
    foreign: &Foreign,
) -> Result<Walk> {
    let foreign = Arc::clone(foreign);
    let mut walk = WalkBuilder::new(&target.root);
    walk.max_depth(target.depth)
        .parents(false)
        .git_global(false)
        // An unpacked archive is no repository, and still its `.gitignore` tells what was
        // built or downloaded into it.
        .require_git(false)
        .add_custom_ignore_filename(".devmodelignore")
        .overrides(excluded(&target.root, filter.exclude)?)
        .filter_entry(move |entry| {
            !submodules.iter().any(|path| path == entry.path())
                && !is_excluded(entry, &filter.excluded)
                && !is_foreign(entry, &foreign)
        });
    Ok(walk.build())
}

/// Whether a folder is nobody's source; it is noted then.
fn is_foreign(entry: &DirEntry, foreign: &Foreign) -> bool {
    let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
    // What the user names is read, whatever it is.
    let reason = (is_folder && entry.depth() > 0).then(|| foreign::reason(entry.path())).flatten();
    if let Some(reason) = reason {
        lock(foreign).push((entry.path().to_owned(), reason));
    }
    reason.is_some()
}

fn lock(foreign: &Foreign) -> MutexGuard<'_, Vec<(PathBuf, Reason)>> {
    foreign.lock().unwrap_or_else(PoisonError::into_inner)
}

fn is_excluded(entry: &DirEntry, excluded: &[Gitignore]) -> bool {
    let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
    // A pattern says nothing about what is not below its folder.
    let by = |globs: &Gitignore| {
        let path = entry.path();
        path.starts_with(globs.path()) && globs.matched(path, is_folder).is_ignore()
    };
    entry.depth() > 0 && excluded.iter().any(by)
}

fn excluded(root: &Path, globs: &[String]) -> Result<Override> {
    let mut overrides = OverrideBuilder::new(root);
    for glob in globs {
        overrides
            .add(&format!("!{glob}"))
            .with_context(|| format!("`--exclude {glob}` is not a glob"))?;
    }
    Ok(overrides.build()?)
}

impl Found {
    /// The folders of submodules, which are recorded as left out.
    fn leave_submodules(&mut self, root: &Path) -> Vec<PathBuf> {
        let mut folders = Vec::new();
        for path in submodules::paths(root) {
            let folder = root.join(&path);
            if folder.is_dir() {
                self.skip(path, Reason::Submodule);
                folders.push(folder);
            }
        }
        folders
    }

    fn add(&mut self, root: &Path, entry: DirEntry) {
        let path = entry.path();
        if entry.path_is_symlink() {
            if is_source(path) || path.is_dir() {
                self.skip(relative(root, path).0, Reason::Link);
            }
            return;
        }
        if !is_source(path) || !entry.file_type().is_some_and(|kind| kind.is_file()) {
            return;
        }
        match relative(root, path) {
            (name, true) => self.files.push((name, entry.into_path())),
            (name, false) => self.skip(name, Reason::Name),
        }
    }

    fn fail(&mut self, root: &Path, error: &ignore::Error) {
        let reason = error.io_error().map_or(Reason::Unreadable, Reason::from);
        let name = place(error).map_or_else(|| "?".to_owned(), |path| relative(root, path).0);
        self.skip(name, reason);
    }

    fn skip(&mut self, path: String, reason: Reason) {
        self.skipped.push(Skipped { path, reason });
    }
}

/// The path below the root with `/`, and whether it is the true name.
fn relative(root: &Path, path: &Path) -> (String, bool) {
    let below = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = below.iter().map(std::ffi::OsStr::to_string_lossy).collect();
    (parts.join("/"), below.to_str().is_some())
}

fn place(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            place(err)
        }
        ignore::Error::Loop { child, .. } => Some(child),
        _ => None,
    }
}
