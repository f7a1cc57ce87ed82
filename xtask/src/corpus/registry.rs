//! Archives of crates through the ordinary client, from whatever registry it is set up for.

use super::archive;
use super::pins::Crate;
use anyhow::{Context as _, Result, bail};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The client, and where it keeps what it downloads.
pub(crate) struct Registry {
    /// A folder for each registry that was ever asked.
    downloads: PathBuf,
    /// A folder outside every workspace, so that no workspace has a say in what is downloaded.
    outside: PathBuf,
}

impl Registry {
    /// The client of this system, run in the new folder `outside`.
    pub(crate) fn new(outside: PathBuf) -> Result<Self> {
        let home = match env::var_os("CARGO_HOME").filter(|home| !home.is_empty()) {
            Some(home) => PathBuf::from(home),
            None => {
                let home = env::var_os("HOME").context("neither CARGO_HOME nor HOME is set")?;
                Path::new(&home).join(".cargo")
            }
        };
        fs::create_dir_all(&outside)
            .with_context(|| format!("cannot create {}", outside.display()))?;
        Ok(Self { downloads: home.join("registry/cache"), outside })
    }

    /// The archive of a crate, downloaded if need be, without what it depends on. The caller checks it.
    pub(crate) fn archive(&self, pinned: &Crate) -> Result<PathBuf> {
        if let Some(file) = self.downloaded(pinned)
            && archive::verify(&file, &pinned.sha256).is_ok()
        {
            return Ok(file);
        }
        self.download(pinned)?;
        self.downloaded(pinned).context("the client keeps no archives of what it downloads")
    }

    /// Showing a crate to a person is the one thing for which the client gets it and nothing else.
    fn download(&self, pinned: &Crate) -> Result<()> {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(["info", "--quiet"])
            .arg(format!("{}@{}", pinned.name, pinned.version))
            .current_dir(&self.outside)
            .output()
            .context("cannot run cargo")?;
        if output.status.success() {
            return Ok(());
        }
        bail!("{}", String::from_utf8_lossy(&output.stderr).trim())
    }

    /// The archive that has the right checksum, else one that has not.
    fn downloaded(&self, pinned: &Crate) -> Option<PathBuf> {
        let registries = fs::read_dir(&self.downloads).ok()?;
        let name = format!("{}.crate", pinned.stem());
        let mut files: Vec<PathBuf> = registries
            .filter_map(|registry| Some(registry.ok()?.path().join(&name)))
            .filter(|file| file.is_file())
            .collect();
        files.sort();
        let right = files.iter().find(|file| archive::verify(file, &pinned.sha256).is_ok());
        right.or(files.first()).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::Registry;
    use crate::corpus::archive;
    use crate::corpus::pins::Crate;
    use std::fs;

    #[test]
    fn the_archive_with_the_right_checksum_is_taken() {
        let folder = tempfile::tempdir().expect("a folder");
        let downloads = folder.path().to_owned();
        let registry = Registry { downloads: downloads.clone(), outside: downloads.clone() };
        let pinned = Crate {
            name: "demo".to_owned(),
            version: "1.0.0".to_owned(),
            sha256: archive::sha256(b"right"),
        };
        assert_eq!(registry.downloaded(&pinned), None);
        for (below, bytes) in [("a", b"wrong"), ("b", b"right"), ("c", b"wrong")] {
            fs::create_dir(downloads.join(below)).expect("a folder");
            fs::write(downloads.join(below).join("demo-1.0.0.crate"), bytes).expect("a file");
        }
        let file = registry.archive(&pinned).expect("it is there, so nothing is downloaded");
        assert_eq!(file, downloads.join("b/demo-1.0.0.crate"));
        let other = Crate { sha256: archive::sha256(b"other"), ..pinned };
        assert_eq!(registry.downloaded(&other), Some(downloads.join("a/demo-1.0.0.crate")));
    }
}
