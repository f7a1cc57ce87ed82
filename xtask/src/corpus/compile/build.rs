//! A configured copy of a tree, kept beside the fetched trees.

use super::super::cache::{self, Cached};
use super::recipe::Recipe;
use anyhow::{Context as _, Result, ensure};
use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a generated file that others include is called.
const INCLUDED: [&str; 3] = ["h", "inc", "def"];

/// A copy of a tree with all that its compiler reads.
pub(crate) struct Build {
    folder: PathBuf,
    /// The tree as it was fetched.
    pub(crate) original: PathBuf,
    /// Held as long as this lives: two runs would change each other's files.
    _lock: File,
}

impl Build {
    /// Copies, configures and generates, if that was not done before.
    pub(crate) fn get(recipe: &Recipe, tree: &Cached) -> Result<Self> {
        let folder = folder()?.join(&recipe.tree);
        fs::create_dir_all(&folder)?;
        let lock = File::create(folder.join("lock"))?;
        lock.lock().context("cannot lock the build")?;
        let build = Self { folder, original: tree.path.clone(), _lock: lock };
        let stamp = stamp(recipe, tree)?;
        if fs::read_to_string(build.path("stamp")).is_ok_and(|found| found == stamp) {
            return Ok(build);
        }
        println!("{}: configuring, once", recipe.tree);
        build.make(recipe)?;
        fs::write(build.path("stamp"), stamp)?;
        Ok(build)
    }

    /// The copy of the tree.
    pub(crate) fn source(&self) -> PathBuf {
        self.path("source")
    }

    /// Where the compiler runs.
    pub(crate) fn objects(&self) -> PathBuf {
        self.path("objects")
    }

    /// Something else that is kept with the build.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn make(&self, recipe: &Recipe) -> Result<()> {
        for old in ["stamp", "changed"] {
            let _ = fs::remove_file(self.path(old));
        }
        for old in ["source", "objects", "passed"] {
            let _ = fs::remove_dir_all(self.path(old));
            ensure!(!self.path(old).exists(), "cannot remove {}", self.path(old).display());
        }
        let mut copy = Command::new("cp");
        copy.arg("-a").arg(&self.original).arg(self.source());
        self.run(copy)?;
        for file in &recipe.placeholders {
            File::create_new(self.source().join(file)).with_context(|| file.clone())?;
        }
        fs::create_dir_all(self.objects())?;
        fs::create_dir_all(self.path("passed"))?;
        let mut configure = Command::new("../source/configure");
        configure.args(&recipe.configure).current_dir(self.objects());
        self.run(configure)?;
        self.generate()
    }

    /// Makes the headers that are not in the tree.
    fn generate(&self) -> Result<()> {
        let mut headers = Vec::new();
        for rule in ["CUSTOM_COMMAND", "CUSTOM_COMMAND_DEP"] {
            let mut list = Command::new("ninja");
            list.args(["-t", "targets", "rule", rule]).current_dir(self.objects());
            headers.extend(
                self.run(list)?.lines().filter(|file| is_included(file)).map(str::to_owned),
            );
        }
        let mut ninja = Command::new("ninja");
        ninja.args(headers).current_dir(self.objects());
        self.run(ninja).map(drop)
    }

    /// Runs a program with our own meson in reach, and returns what it printed.
    fn run(&self, mut command: Command) -> Result<String> {
        let others = env::var_os("PATH").unwrap_or_default();
        let paths = [python()?.join("bin")].into_iter().chain(env::split_paths(&others));
        command.env("PATH", env::join_paths(paths)?);
        let output = command.output().with_context(|| format!("cannot run {command:?}"))?;
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        ensure!(
            output.status.success(),
            "{command:?} failed ({}):\n{}\n{}",
            output.status,
            end(&printed),
            end(&String::from_utf8_lossy(&output.stderr))
        );
        Ok(printed)
    }
}

/// The folder of all builds.
fn folder() -> Result<PathBuf> {
    Ok(cache::folder()?.join("builds"))
}

/// The Python environment with the build tools.
pub(crate) fn python() -> Result<PathBuf> {
    Ok(folder()?.join("python"))
}

/// What the build was made from. Another compiler may warn about other things.
fn stamp(recipe: &Recipe, tree: &Cached) -> Result<String> {
    let compiler = Command::new("cc").arg("--version").output().context("cannot run cc")?;
    let compiler = String::from_utf8_lossy(&compiler.stdout).into_owned();
    Ok(format!("{}\n{}\n{compiler}", tree.version, recipe.configure.join(" ")))
}

fn is_included(file: &str) -> bool {
    let extension = Path::new(file).extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| INCLUDED.contains(&extension))
}

/// The last lines of what a program printed.
fn end(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}
