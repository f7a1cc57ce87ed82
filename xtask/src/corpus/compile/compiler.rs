//! Compiling objects, each state of a file once.

use super::super::archive;
use super::super::rewrite::{self, Files};
use super::build::Build;
use super::database::Object;
use anyhow::{Context as _, Result, ensure};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use tempfile::NamedTempFile;

/// Names that an object defines for others.
pub(crate) type Symbols = BTreeSet<String>;

/// One object, compiled now or before.
pub(crate) struct Compiled<'a> {
    /// Which.
    pub(crate) object: &'a Object,
    /// Whether the compiler ran now.
    pub(crate) is_new: bool,
    /// What it defines, or what the compiler says.
    pub(crate) result: Result<Symbols, String>,
}

/// The compiler of one build.
pub(crate) struct Compiler {
    build: Build,
    flags: String,
}

impl Compiler {
    /// With flags beyond those of the tree.
    pub(crate) fn new(build: Build, flags: &[String]) -> Result<Self> {
        let plain =
            |flag: &String| flag.bytes().all(|c| c.is_ascii_alphanumeric() || b"-=".contains(&c));
        ensure!(flags.iter().all(plain), "a flag that a shell would read");
        Ok(Self { build, flags: flags.join(" ") })
    }

    /// The build that it compiles.
    pub(crate) const fn build(&self) -> &Build {
        &self.build
    }

    /// Compiles the objects in the state of the tree in which these files are changed.
    pub(crate) fn compile<'a>(
        &self,
        objects: &[&'a Object],
        changed: &Files,
    ) -> Result<Vec<Compiled<'a>>> {
        let headers = changed.iter().filter(|(path, _)| !path.ends_with(".c"));
        let headers: Vec<String> =
            headers.map(|(path, text)| format!("{path} {}", archive::sha256(text))).collect();
        let headers = headers.join("\n");
        objects.par_iter().map(|object| self.one(object, &headers)).collect()
    }

    /// An object that was compiled without a warning, from the same text, is not compiled again.
    fn one<'a>(&self, object: &'a Object, headers: &str) -> Result<Compiled<'a>> {
        let text = archive::sha256(&rewrite::read(&self.build.source().join(&object.source))?);
        let state = format!("{} {}\n{text}\n{headers}", object.command, self.flags);
        let passed = self.build.path("passed").join(archive::sha256(state.as_bytes()));
        if let Ok(symbols) = fs::read_to_string(&passed) {
            let symbols = symbols.lines().map(str::to_owned).collect();
            return Ok(Compiled { object, is_new: false, result: Ok(symbols) });
        }
        let result = self.run(object)?;
        if let Ok(symbols) = &result {
            self.keep(symbols, &passed)?;
        }
        Ok(Compiled { object, is_new: true, result })
    }

    /// A killed run leaves no half of a file.
    fn keep(&self, symbols: &Symbols, passed: &Path) -> Result<()> {
        let mut file = NamedTempFile::new_in(self.build.path("passed"))?;
        for symbol in symbols {
            writeln!(file, "{symbol}")?;
        }
        file.persist(passed)?;
        Ok(())
    }

    fn run(&self, object: &Object) -> Result<Result<Symbols, String>> {
        let folder = tempfile::tempdir()?;
        let made = folder.path().join("made.o");
        let output = Command::new("sh")
            .args(["-c", &format!("{} {} -o \"$0\"", object.command, self.flags)])
            .arg(&made)
            .current_dir(self.build.objects())
            .output()
            .context("cannot run sh")?;
        if output.status.success() && output.stderr.is_empty() {
            return symbols(&made).map(Ok);
        }
        Ok(Err(String::from_utf8_lossy(&output.stderr).into_owned()))
    }
}

/// `name kind value size` each.
fn symbols(object: &Path) -> Result<Symbols> {
    let output = Command::new("nm")
        .args(["--format=posix", "--extern-only", "--defined-only"])
        .arg(object)
        .output()
        .context("cannot run nm")?;
    ensure!(output.status.success(), "nm cannot read {}", object.display());
    let text = String::from_utf8(output.stdout)?;
    Ok(text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect())
}
