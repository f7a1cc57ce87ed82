//! What git knows about the files of a folder.

use anyhow::{Result, anyhow, bail};
use std::collections::HashSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What a hook that calls this program is about, and no folder that is named here.
const OF_ANOTHER: [&str; 8] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
];

/// A folder of a work tree.
pub(crate) struct Repository {
    folder: PathBuf,
    /// The folder below the top of the work tree, with `/` at its end; empty for the top itself.
    prefix: String,
}

impl Repository {
    /// The repository that a folder is in, if it is in one.
    pub(crate) fn of(folder: &Path) -> Result<Option<Self>> {
        let Some(output) = git(folder, &["rev-parse", "--show-prefix"])? else { return Ok(None) };
        let prefix = output.strip_suffix(b"\n").unwrap_or(&output);
        let prefix = String::from_utf8_lossy(prefix).into_owned();
        Ok(Some(Self { folder: folder.to_owned(), prefix }))
    }

    /// The tracked files of the folder with changes that are not committed, relative to it.
    pub(crate) fn changed(&self, submodules: bool) -> Result<Vec<String>> {
        let submodules = match submodules {
            true => "--ignore-submodules=untracked",
            false => "--ignore-submodules=all",
        };
        let words = ["status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=no"];
        let listed = self.list(&[&words[..], &[submodules, "--", "."]].concat())?;
        // Two letters and a blank, then the path from the top of the work tree.
        let path = |entry: String| {
            let path = entry.get(3..).unwrap_or_default();
            path.strip_prefix(&self.prefix).unwrap_or(path).to_owned()
        };
        Ok(listed.into_iter().map(path).collect())
    }

    /// The files of the folder that git keeps, relative to it.
    pub(crate) fn tracked(&self) -> Result<HashSet<String>> {
        Ok(self.list(&["ls-files", "-z"])?.into_iter().collect())
    }

    fn list(&self, words: &[&str]) -> Result<Vec<String>> {
        let output = git(&self.folder, words)?.ok_or_else(|| anyhow!("the repository vanished"))?;
        let entries = output.split(|byte| *byte == 0).filter(|entry| !entry.is_empty());
        Ok(entries.map(|entry| String::from_utf8_lossy(entry).into_owned()).collect())
    }
}

/// What git prints; `None` if the folder is in no repository.
fn git(folder: &Path, words: &[&str]) -> Result<Option<Vec<u8>>> {
    let Output { status, stdout, stderr } = match command(folder, words).output() {
        Ok(output) => output,
        Err(error) if error.kind() == ErrorKind::NotFound && !has_repository(folder) => {
            return Ok(None);
        }
        Err(error) => bail!("cannot run git: {error}"),
    };
    if status.success() {
        return Ok(Some(stdout));
    }
    let said = String::from_utf8_lossy(&stderr);
    if said.starts_with("fatal: not a git repository (or any ") {
        return Ok(None);
    }
    bail!("git says: {}", said.trim())
}

/// Git in a folder: it starts no monitor that the tree names, writes nothing, and speaks English.
pub(crate) fn command(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(["--no-optional-locks", "-c", "core.fsmonitor=false"]);
    command.args(words).env("LC_ALL", "C");
    for name in OF_ANOTHER {
        command.env_remove(name);
    }
    command
}

fn has_repository(folder: &Path) -> bool {
    folder.ancestors().any(|folder| folder.join(".git").exists())
}
