//! A file that is to be replaced, looked at once more before that.

use crate::fix::Change;
use crate::format::text::printable;
use anyhow::{Context, Result, bail, ensure};
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// The file of a change, as it is now.
pub(super) struct Original {
    /// Where it is.
    pub(super) path: PathBuf,
    /// Owner and permissions.
    pub(super) metadata: Metadata,
}

impl Original {
    /// Finds the file; fails if it is no file of this tree or should not be written.
    pub(super) fn find(root: &Path, change: &Change) -> Result<Self> {
        let name = printable(&change.path);
        let path = root.join(&change.path);
        let metadata = fs::symlink_metadata(&path)
            .with_context(|| format!("cannot find `{name}` any more; run `fix` again"))?;
        require_place(&path, &metadata, &name)?;
        require_writable(&path, &metadata, &name)?;
        Ok(Self { path, metadata })
    }

    /// The folder it is in.
    pub(super) fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("."))
    }

    /// Whether the file has names besides this one.
    pub(super) fn has_other_names(&self) -> bool {
        #[cfg(unix)]
        return std::os::unix::fs::MetadataExt::nlink(&self.metadata) > 1;
        #[cfg(not(unix))]
        false
    }

    /// Gives a file the permissions of this one, and its owner where that is allowed.
    pub(super) fn lend_rights(&self, file: &File) -> io::Result<()> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::{MetadataExt, fchown};
            // Only the superuser can give files away; a user can still give them to a group.
            let _ = fchown(file, None, Some(self.metadata.gid()));
            let _ = fchown(file, Some(self.metadata.uid()), None);
        }
        // Last, as a new owner clears some of them.
        file.set_permissions(self.metadata.permissions())
    }
}

/// The walk follows no links; what became one since then would lead out of the tree.
fn require_place(path: &Path, metadata: &Metadata, name: &str) -> Result<()> {
    let is_place = metadata.is_file() && fs::canonicalize(path).is_ok_and(|found| found == path);
    ensure!(
        is_place,
        "`{name}` was a file and is reached by a symbolic link now, or is none any more"
    );
    Ok(())
}

/// A file can be replaced wherever its folder can be written; but whoever made it read-only, or gave it
/// to somebody else, means it.
fn require_writable(path: &Path, metadata: &Metadata, name: &str) -> Result<()> {
    const CURE: &str = "make it writable, or name a PATH without it";
    if metadata.permissions().readonly() {
        bail!("`{name}` is read-only; {CURE}");
    }
    let folder = path.parent().map(fs::metadata).transpose()?;
    if folder.is_some_and(|folder| folder.permissions().readonly()) {
        bail!("the folder of `{name}` is read-only; {CURE}");
    }
    match OpenOptions::new().write(true).open(path) {
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            bail!("`{name}` may not be written by this user; {CURE}")
        }
        Err(error) if error.kind() == ErrorKind::ReadOnlyFilesystem => {
            bail!("`{name}` is on a read-only file system; copy the tree, or use `fix --diff`")
        }
        opened => opened.map(drop).with_context(|| format!("cannot open `{name}` for writing")),
    }
}
