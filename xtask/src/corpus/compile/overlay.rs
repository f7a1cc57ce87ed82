//! Changed files in the copy of a tree, for a while.

use super::super::rewrite::Files;
use super::build::Build;
use anyhow::{Context as _, Result};
use std::fs;

/// Changed files, put back when this is dropped, or by the next run if this one is killed.
pub(crate) struct Overlay<'a> {
    build: &'a Build,
}

impl<'a> Overlay<'a> {
    /// The tree with these files.
    pub(crate) fn put(build: &'a Build, files: &Files) -> Result<Self> {
        let paths: Vec<&str> = files.keys().map(String::as_str).collect();
        fs::write(build.path("changed"), paths.join("\n"))?;
        let overlay = Self { build };
        for (path, text) in files {
            let path = build.source().join(path);
            fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(overlay)
    }
}

impl Drop for Overlay<'_> {
    fn drop(&mut self) {
        if let Err(error) = restore(self.build) {
            eprintln!("*** {}: {error:#}", self.build.source().display());
        }
    }
}

/// Puts back what a run that was killed has left.
pub(crate) fn restore(build: &Build) -> Result<()> {
    let list = build.path("changed");
    let changed = fs::read_to_string(&list).unwrap_or_default();
    for path in changed.lines() {
        fs::copy(build.original.join(path), build.source().join(path))
            .with_context(|| format!("cannot put {path} back"))?;
    }
    fs::write(list, "")?;
    Ok(())
}
