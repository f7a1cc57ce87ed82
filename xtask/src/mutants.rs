//! Defects that are put into a copy of the framework on purpose: each must make a test fail.

use crate::toml_file::{self, elements, string};
use crate::workspace;
use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::Instant;

const LIST: &str = "xtask/mutants.toml";
/// The tests that must notice.
const TESTS: [&str; 7] =
    ["--package", "devmodel", "--lib", "--test", "lifecycle", "--test", "model"];
/// What `timeout` says when the time was over.
const TIMED_OUT: i32 = 124;

/// The arguments of `cargo xtask mutants`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only the mutants whose name has this in it.
    only: Option<String>,
    /// How long the tests of one mutant may take, in seconds, with the build.
    #[arg(long, default_value_t = 90)]
    timeout: u32,
}

struct Mutant {
    name: String,
    what: String,
    file: PathBuf,
    /// What is replaced, and by what.
    edits: Vec<(String, String)>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let mut mutants = read()?;
    mutants.retain(|mutant| arguments.only.as_ref().is_none_or(|only| mutant.name.contains(only)));
    ensure!(!mutants.is_empty(), "there is no such mutant");
    let copy = Copy::make()?;
    let healthy = copy.test(arguments.timeout)?;
    ensure!(healthy.status.success(), "the tests fail without a mutant:\n{}", text(&healthy));
    let survivors: Vec<&str> = mutants
        .iter()
        .filter_map(|mutant| match copy.kills(mutant, arguments.timeout) {
            Ok(true) => None,
            Ok(false) => Some(Ok(mutant.name.as_str())),
            Err(error) => Some(Err(error)),
        })
        .collect::<Result<_>>()?;
    ensure!(survivors.is_empty(), "no test notices: {}", survivors.join(", "));
    Ok(())
}

fn read() -> Result<Vec<Mutant>> {
    let list = toml_file::parse(&workspace::read(LIST)?).with_context(|| LIST.to_owned())?;
    elements(&list, "mutant").iter().map(Mutant::read).collect()
}

impl Mutant {
    fn read(table: &Value) -> Result<Self> {
        let edit = |edit: &Value| Ok((string(edit, "from")?, string(edit, "to")?));
        Ok(Self {
            name: string(table, "name")?,
            what: string(table, "what")?,
            file: string(table, "file")?.into(),
            edits: elements(table, "edit").iter().map(edit).collect::<Result<_>>()?,
        })
    }

    /// The text with the defect. What is replaced must be there, once: else the list is out of date.
    fn apply(&self, text: &str) -> Result<String> {
        ensure!(!self.edits.is_empty(), "mutant `{}` changes nothing", self.name);
        self.edits.iter().try_fold(text.to_owned(), |text, (from, to)| {
            let (name, file, found) = (&self.name, self.file.display(), text.matches(from).count());
            ensure!(found == 1, "mutant `{name}`: {found} times in {file}, not once:\n{from}");
            Ok(text.replacen(from, to, 1))
        })
    }
}

/// A copy of the workspace, which is removed in the end.
struct Copy(PathBuf);

impl Drop for Copy {
    fn drop(&mut self) {
        // If it can't be removed it is where temporary files are.
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Copy {
    fn make() -> Result<Self> {
        let copy = Self(std::env::temp_dir().join(format!("mutants-{}", std::process::id())));
        for file in workspace::files()? {
            let to = copy.0.join(&file);
            fs::create_dir_all(to.parent().unwrap_or(&copy.0))?;
            fs::copy(workspace::root().join(&file), &to)
                .with_context(|| format!("cannot copy {}", file.display()))?;
        }
        Ok(copy)
    }

    /// Runs the tests. `timeout` ends all processes that it has started, and not only cargo.
    fn test(&self, seconds: u32) -> Result<Output> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        Command::new("timeout")
            .arg(seconds.to_string())
            .arg(cargo)
            .args(["test", "--no-fail-fast"])
            .args(TESTS)
            .env("CARGO_TARGET_DIR", workspace::root().join("target/mutants"))
            .env("RUST_BACKTRACE", "0")
            .current_dir(&self.0)
            .output()
            .context("cannot run cargo within `timeout`")
    }

    /// Whether a test notices the mutant; says which one.
    fn kills(&self, mutant: &Mutant, seconds: u32) -> Result<bool> {
        let (path, started) = (self.0.join(&mutant.file), Instant::now());
        let healthy = fs::read_to_string(&path)?;
        fs::write(&path, mutant.apply(&healthy)?)?;
        let output = self.test(seconds)?;
        fs::write(&path, healthy)?;
        let failed = failed(&output, mutant)?;
        println!("{} ({}), {} s:", mutant.name, mutant.what, started.elapsed().as_secs());
        failed.iter().for_each(|test| println!("    {test}"));
        Ok(!failed.is_empty())
    }
}

/// The tests that failed. A mutant that does not even compile is no test of the tests.
fn failed(output: &Output, mutant: &Mutant) -> Result<Vec<String>> {
    let text = text(output);
    if text.contains("error: could not compile") {
        bail!("mutant `{}` does not compile:\n{text}", mutant.name);
    }
    let name =
        |line: &str| Some(line.strip_prefix("test ")?.strip_suffix(" ... FAILED")?.to_owned());
    let mut failed: Vec<String> = text.lines().filter_map(name).collect();
    if output.status.code() == Some(TIMED_OUT) {
        failed.push("a test does not end".to_owned());
    }
    Ok(failed)
}

fn text(output: &Output) -> String {
    let [out, err] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    format!("{out}{err}")
}

#[cfg(test)]
mod tests {
    use super::{read, workspace};

    #[test]
    fn every_mutant_fits_the_sources() {
        for mutant in read().expect("the list can be read") {
            let text = workspace::read(&mutant.file).expect("the file is there");
            mutant.apply(&text).expect("it fits");
        }
    }
}
