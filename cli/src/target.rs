//! Which tree is analysed, and which part of it is reported.

use crate::arguments::Tree;
use crate::walk::is_source;
use anyhow::{Result, anyhow, bail};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A tree and the part of it that the user asked about.
pub(crate) struct Target {
    /// What the user named.
    pub(crate) named: PathBuf,
    /// The root of the tree.
    pub(crate) root: PathBuf,
    /// How many levels of folders are read, all if `None`.
    pub(crate) depth: Option<usize>,
    /// The part that is reported, relative to the root; empty for the whole tree.
    part: String,
}

impl Target {
    /// Finds out what the arguments name.
    pub(crate) fn new(arguments: &Tree) -> Result<Self> {
        let root = arguments.tree_root.as_deref();
        let named = arguments.path.as_deref().or(root);
        let named = named.unwrap_or(Path::new(".")).to_owned();
        let path = existing(&named)?;
        let is_data = path.is_file() && !is_source(&path);
        let target = match root {
            Some(root) => Self::part_of(named, &path, root),
            None => Self::alone(named, path),
        }?;
        if is_data {
            let named = target.named.display();
            bail!("`{named}` is no source (*.c, *.h, *.inc, *.rs); name one, or a source tree");
        }
        Ok(target)
    }

    /// A whole tree, which is there.
    pub(crate) fn whole(root: PathBuf) -> Self {
        Self { named: root.clone(), root, depth: None, part: String::new() }
    }

    /// Whether a file of the tree is in the part that is reported.
    pub(crate) fn covers(&self, file: &str) -> bool {
        let Some(rest) = file.strip_prefix(&self.part) else {
            return false;
        };
        self.part.is_empty() || rest.is_empty() || rest.starts_with('/')
    }

    fn part_of(named: PathBuf, path: &Path, root: &Path) -> Result<Self> {
        let folder = existing(root)?;
        if !folder.is_dir() {
            bail!("`--tree-root {}` is not a folder", root.display());
        }
        let Ok(part) = path.strip_prefix(&folder) else {
            bail!(
                "`{}` is not in `{}`; --tree-root takes a folder that contains PATH",
                named.display(),
                root.display()
            );
        };
        let part: Vec<_> = part.iter().map(|name| name.to_string_lossy()).collect();
        Ok(Self { part: part.join("/"), named, root: folder, depth: None })
    }

    fn alone(named: PathBuf, path: PathBuf) -> Result<Self> {
        if path.is_dir() {
            return Ok(Self { named, root: path, depth: None, part: String::new() });
        }
        let (true, Some(folder), Some(name)) = (path.is_file(), path.parent(), path.file_name())
        else {
            bail!("`{}` is neither a file nor a folder", named.display());
        };
        // A folder that happens to hold a file may be anything, so its folders stay unread.
        Ok(Self {
            part: name.to_string_lossy().into_owned(),
            named,
            root: folder.to_owned(),
            depth: Some(1),
        })
    }
}

fn existing(path: &Path) -> Result<PathBuf> {
    let readable = |path: &Path| {
        let found = fs::canonicalize(path)?;
        match found.is_dir() {
            true => fs::read_dir(&found).map(|_| found),
            false => Ok(found),
        }
    };
    readable(path).map_err(|error: io::Error| {
        let path = path.display();
        anyhow!("cannot read `{path}`: {error}; name a source tree, or a file or folder of one")
    })
}

#[cfg(test)]
mod tests {
    use super::Target;
    use std::path::PathBuf;

    fn check(part: &str, file: &str, covered: bool) {
        let target = Target {
            named: PathBuf::new(),
            root: PathBuf::new(),
            depth: None,
            part: part.to_owned(),
        };
        assert_eq!(target.covers(file), covered, "{part:?} {file:?}");
    }

    #[test]
    fn a_part_covers_itself_and_what_is_below() {
        check("", "hw/ide/piix.c", true);
        check("hw", "hw/ide/piix.c", true);
        check("hw/ide", "hw/ide/piix.c", true);
        check("hw/ide/piix.c", "hw/ide/piix.c", true);
        check("hw/id", "hw/ide/piix.c", false);
        check("hw/usb", "hw/ide/piix.c", false);
        check("hw/ide/piix.c", "hw/ide/piix.h", false);
    }
}
