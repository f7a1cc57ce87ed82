//! The release build of `cargo-devmodel`, as the tasks run it.

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const BINARY: &str = "cargo-devmodel";

/// A `cargo-devmodel` to run.
pub(crate) struct Tool {
    /// Its path.
    pub(crate) binary: PathBuf,
}

impl Tool {
    /// The binary that was asked for, or the one of this workspace, built now.
    pub(crate) fn get(asked: Option<&Path>) -> Result<Self> {
        let binary = match asked {
            Some(path) => {
                path.canonicalize().with_context(|| format!("there is no {}", path.display()))?
            }
            None => build()?,
        };
        Ok(Self { binary })
    }

    /// Runs a verb on a tree and returns what it printed. Findings are not a failure.
    pub(crate) fn run(&self, verb: &str, tree: &Path, arguments: &[String]) -> Result<String> {
        let output = self.bytes(verb, tree, arguments)?;
        String::from_utf8(output).with_context(|| format!("`{verb}` printed no UTF-8"))
    }

    /// As [`Tool::run`], for what may have the bytes of any source file in it.
    pub(crate) fn bytes(&self, verb: &str, tree: &Path, arguments: &[String]) -> Result<Vec<u8>> {
        let mut command = Command::new(&self.binary);
        command.arg(verb).arg(tree).args(arguments);
        let output = command
            .stderr(Stdio::piped())
            .output()
            .with_context(|| format!("cannot run {command:?}"))?;
        ensure!(
            matches!(output.status.code(), Some(0 | 1)),
            "{command:?} failed ({}): {}",
            output.status,
            String::from_utf8_lossy(&output.stderr).trim()
        );
        Ok(output.stdout)
    }

    /// As [`Tool::run`], with `--format json`, parsed.
    pub(crate) fn json(&self, verb: &str, tree: &Path, arguments: &[String]) -> Result<Value> {
        let mut all = vec!["--format".to_owned(), "json".to_owned()];
        all.extend_from_slice(arguments);
        let text = self.run(verb, tree, &all)?;
        serde_json::from_str(&text)
            .with_context(|| format!("`{verb}` printed no JSON but {:.80?}", text))
    }
}

fn build() -> Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["build", "--release", "--package", BINARY, "--bin", BINARY])
        .arg("--message-format=json-render-diagnostics")
        .current_dir(crate::workspace::root())
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run cargo")?;
    ensure!(output.status.success(), "{BINARY} does not build");
    executable(&String::from_utf8(output.stdout)?)
}

fn executable(messages: &str) -> Result<PathBuf> {
    let found = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == BINARY)
        .find_map(|message| message["executable"].as_str().map(PathBuf::from));
    let Some(path) = found else {
        bail!("cargo does not say where {BINARY} is");
    };
    Ok(path)
}
