//! One file that is about to be replaced.

use super::original::Original;
use super::{Rename, left_over};
use crate::fix::Change;
use crate::format::text::printable;
use anyhow::{Context, Result, ensure};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use tempfile::TempPath;

/// The new and the old text of a file, both beside it and ready to take its name.
pub(super) struct Replacement<'a> {
    change: &'a Change,
    original: Original,
    new: TempPath,
    old: TempPath,
}

impl<'a> Replacement<'a> {
    /// Writes both texts.
    pub(super) fn stage(root: &Path, change: &'a Change) -> Result<Self> {
        let original = Original::find(root, change)?;
        let text = |text: &[u8]| write(&original, text).with_context(|| refused(&original, change));
        let (new, old) = (text(&change.after)?, text(&change.before)?);
        Ok(Self { change, original, new, old })
    }

    /// Brings the new text to the disk.
    pub(super) fn flush(&self) -> Result<()> {
        flush(&self.new).with_context(|| refused(&self.original, self.change))
    }

    /// Fails if somebody else changed the file since it was read for the analysis.
    pub(super) fn require_unchanged(&self) -> Result<()> {
        let name = self.name();
        let now =
            fs::read(&self.original.path).with_context(|| format!("cannot read `{name}` again"))?;
        ensure!(
            now == self.change.before,
            "`{name}` was changed while it was analysed; run `fix` again"
        );
        Ok(())
    }

    /// Puts the new text in the place of the old one.
    pub(super) fn put(&self, rename: Rename<'_>) -> Result<()> {
        self.require_unchanged()?;
        rename(&self.new, &self.original.path)
            .with_context(|| format!("cannot replace `{}`", self.name()))
    }

    /// Puts the old text back; if that fails, says so and leaves it beside the file.
    pub(super) fn put_back(&mut self, rename: Rename<'_>) -> Result<(), String> {
        // It was not needed until now, so nobody waited for the disk.
        let flushed = flush(&self.old);
        let Err(error) = flushed.and_then(|()| rename(&self.old, &self.original.path)) else {
            self.flush_folder();
            return Ok(());
        };
        self.old.disable_cleanup(true);
        let (name, kept) = (self.name(), self.old.display());
        Err(format!("`{name}` has its new text ({error}), the old one is in `{kept}`"))
    }

    /// Brings the new name to the disk.
    pub(super) fn flush_folder(&self) {
        // Not every file system can; without it a power failure may bring the old file back, whole.
        let _ = flush(self.original.folder());
    }

    /// Whether the file has names besides this one, which keep the old text.
    pub(super) fn has_other_names(&self) -> bool {
        self.original.has_other_names()
    }

    /// The path of the file for messages.
    pub(super) fn name(&self) -> String {
        printable(&self.change.path)
    }
}

fn flush(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Writes a text beside the file and with its rights.
fn write(original: &Original, text: &[u8]) -> io::Result<TempPath> {
    let name = original.path.file_name().unwrap_or_default();
    let mut temporary = left_over::beside(original.folder(), name)?;
    temporary.write_all(text)?;
    original.lend_rights(temporary.as_file())?;
    Ok(temporary.into_temp_path())
}

fn refused(original: &Original, change: &Change) -> String {
    let (folder, name) = (original.folder().display(), printable(&change.path));
    format!(
        "cannot write a temporary file for `{name}` in `{folder}`; make room there, make the folder \
         writable, or use `fix --diff`"
    )
}
