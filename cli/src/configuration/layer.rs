//! One file that says something.

use super::Values;
use anyhow::{Context, Result, anyhow};
use devmodel_edit::LineIndex;
use devmodel_rules::Rule;
use std::fs;
use std::io::ErrorKind;
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::de::{DeTable, DeValue};

/// The file for trees of any language.
pub(super) const FILE: &str = "devmodel.toml";

/// What one table of a file says.
#[derive(Clone, Debug)]
pub(crate) struct Layer {
    /// The file.
    pub(crate) file: PathBuf,
    /// The folder that its patterns are relative to.
    pub(crate) folder: PathBuf,
    /// What it says.
    pub(crate) values: Values,
}

/// A file's text, for messages about it.
pub(super) struct Text<'t> {
    file: &'t Path,
    text: &'t str,
}

impl Text<'_> {
    /// An error at this place of the file.
    pub(super) fn error(&self, span: Range<usize>, message: &str) -> anyhow::Error {
        let at = LineIndex::new(self.text.as_bytes()).position(span.start as u32);
        anyhow!("{}:{}:{}: {message}", self.file.display(), at.line, at.column)
    }
}

impl Layer {
    /// The file that the user names; its patterns are relative to the root of the tree.
    pub(super) fn stated(file: &Path, root: &Path, catalogue: &'static [Rule]) -> Result<Self> {
        let text = fs::read_to_string(file)
            .with_context(|| format!("cannot read `{}`", file.display()))?;
        Self::whole(file, root, &text, catalogue)
    }

    /// The `devmodel.toml` of a folder, if it has one.
    pub(super) fn of_folder(folder: &Path, catalogue: &'static [Rule]) -> Result<Option<Self>> {
        let file = folder.join(FILE);
        match fs::read_to_string(&file) {
            Ok(text) => Self::whole(&file, folder, &text, catalogue).map(Some),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(anyhow!("cannot read `{}`: {error}", file.display())),
        }
    }

    /// The table `metadata.devmodel` of this part of a manifest, if there is one. What is no TOML has none: that
    /// is for cargo to say.
    pub(super) fn of_manifest(
        folder: &Path,
        part: &str,
        catalogue: &'static [Rule],
    ) -> Result<Option<Self>> {
        let file = folder.join("Cargo.toml");
        let Ok(text) = fs::read_to_string(&file) else { return Ok(None) };
        let Ok(manifest) = DeTable::parse(&text) else { return Ok(None) };
        let Some(of_part) = table(manifest.get_ref(), &[part, "metadata"]) else { return Ok(None) };
        let Some((_, value)) = of_part.iter().find(|(name, _)| name.get_ref() == "devmodel") else {
            return Ok(None);
        };
        let of_file = Text { file: &file, text: &text };
        let Some(table) = value.get_ref().as_table() else {
            return Err(of_file.error(value.span(), "`devmodel` takes a table"));
        };
        let values = Values::read(table, &of_file, catalogue)?;
        Ok(Some(Self { file: file.clone(), folder: folder.to_owned(), values }))
    }

    fn whole(file: &Path, folder: &Path, text: &str, catalogue: &'static [Rule]) -> Result<Self> {
        let of_file = Text { file, text };
        let table = DeTable::parse(text).map_err(|error| {
            let message = error.message().lines().collect::<Vec<_>>().join("; ");
            of_file.error(error.span().unwrap_or_default(), &message)
        })?;
        let values = Values::read(table.get_ref(), &of_file, catalogue)?;
        Ok(Self { file: file.to_owned(), folder: folder.to_owned(), values })
    }
}

/// Whether a manifest has this table.
pub(super) fn has_table(folder: &Path, path: &[&str]) -> bool {
    let text = fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
    DeTable::parse(&text).is_ok_and(|manifest| table(manifest.get_ref(), path).is_some())
}

/// The table at a path.
fn table<'t>(table: &'t DeTable<'t>, path: &[&str]) -> Option<&'t DeTable<'t>> {
    path.iter().try_fold(table, |table, key| {
        let (_, value) = table.iter().find(|(name, _)| name.get_ref() == key)?;
        DeValue::as_table(value.get_ref())
    })
}
