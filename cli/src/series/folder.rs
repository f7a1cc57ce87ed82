//! Files into a folder.

use anyhow::{Context, Result, bail};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::Builder;

/// What a file is called and what is in it.
pub(super) type File = (String, Vec<u8>);

/// Writes files into a folder that holds no patches yet; all of them, or none.
///
/// The patches of an earlier, longer series would otherwise be applied with these.
pub(super) fn write(folder: &Path, files: &[File]) -> Result<Vec<PathBuf>> {
    prepare(folder)?;
    let mut written = Vec::new();
    for (name, text) in files {
        let path = folder.join(name);
        if let Err(error) = create(folder, &path, text) {
            for path in written {
                // What made writing fail may make this fail; the first error says it.
                let _ = fs::remove_file(path);
            }
            bail!("cannot write `{}`: {error}; no patch is left there", path.display());
        }
        written.push(path);
    }
    Ok(written)
}

fn prepare(folder: &Path) -> Result<()> {
    let named = || format!("cannot write patches to `{}`", folder.display());
    fs::create_dir_all(folder).with_context(named)?;
    for entry in fs::read_dir(folder).with_context(named)? {
        let path = entry.with_context(named)?.path();
        if path.extension().is_some_and(|end| end == "patch") {
            bail!("`{}` is there already; name a new folder, or remove it", path.display());
        }
    }
    Ok(())
}

/// The file appears whole; one that is there stays.
fn create(folder: &Path, path: &Path, text: &[u8]) -> io::Result<()> {
    let mut file = builder().tempfile_in(folder)?;
    file.write_all(text)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path)?;
    Ok(())
}

#[cfg(unix)]
fn builder() -> Builder<'static, 'static> {
    use std::os::unix::fs::PermissionsExt;
    let mut builder = Builder::new();
    // As other files that the user makes; a temporary file is private by default.
    builder.permissions(fs::Permissions::from_mode(0o666));
    builder
}

#[cfg(not(unix))]
fn builder() -> Builder<'static, 'static> {
    Builder::new()
}
