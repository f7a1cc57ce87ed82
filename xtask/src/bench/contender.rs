//! The tools, and what each is asked.

use crate::tool::Tool;
use crate::workspace;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

/// One tool and its job.
pub(crate) struct Contender {
    /// The name of the tool.
    pub(crate) name: &'static str,
    /// What it does.
    pub(crate) job: &'static str,
    /// Its binary; `None` if it is not installed.
    pub(crate) binary: Option<PathBuf>,
    /// The words of the command line.
    pub(crate) arguments: Vec<OsString>,
    /// The folder in which it runs.
    pub(crate) folder: PathBuf,
    install: &'static str,
}

impl Contender {
    /// Ours and the others, in the order of the table.
    pub(crate) fn all(tool: &Tool, tree: &Path) -> Vec<Self> {
        vec![Self::ours(tool, tree), ripgrep(tree), ast_grep(tree), coccinelle(tree)]
    }

    /// Ours.
    pub(crate) fn ours(tool: &Tool, tree: &Path) -> Self {
        Self {
            name: "cargo-devmodel",
            job: "check, whole tree",
            binary: Some(tool.binary.clone()),
            arguments: words(&["check", ".", "--format", "json"]),
            folder: tree.to_owned(),
            install: "",
        }
    }

    /// Says how to get the tool if it is not there.
    pub(crate) fn is_installed(&self) -> bool {
        if self.binary.is_none() {
            println!("*** skipped: {}: not installed; {}", self.name, self.install);
        }
        self.binary.is_some()
    }
}

fn ripgrep(tree: &Path) -> Contender {
    Contender {
        name: "ripgrep",
        job: "count one word, hw",
        binary: find("rg"),
        arguments: words(&["-c", "memory_region_del_subregion", "hw"]),
        folder: tree.to_owned(),
        install: "`apt-get install ripgrep`, or `cargo install ripgrep`",
    }
}

fn ast_grep(tree: &Path) -> Contender {
    let mut arguments = words(&["scan", "--json=stream", "--rule"]);
    arguments.push(rules("teardown.yml"));
    arguments.push("hw".into());
    Contender {
        name: "ast-grep",
        job: "two syntactic rules, hw",
        binary: find("ast-grep"),
        arguments,
        folder: tree.to_owned(),
        install: "`pip install ast-grep-cli`, or `cargo install ast-grep`",
    }
}

fn coccinelle(tree: &Path) -> Contender {
    // The others use every core without being told.
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let mut arguments = words(&["--very-quiet", "--jobs", &cores.to_string(), "--sp-file"]);
    arguments.push(rules("teardown.cocci"));
    arguments.extend(words(&["--dir", "hw"]));
    Contender {
        name: "coccinelle",
        job: "two rules with control flow, hw",
        binary: find("spatch"),
        arguments,
        folder: tree.to_owned(),
        install: "`apt-get install coccinelle`",
    }
}

fn words(words: &[&str]) -> Vec<OsString> {
    words.iter().map(OsString::from).collect()
}

fn rules(file: &str) -> OsString {
    workspace::root().join("xtask/bench").join(file).into()
}

/// The binary of this name on the search path.
fn find(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let found =
        env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())?;
    Some(behind_wrapper(name, &found).unwrap_or(found))
}

/// Version managers put a script in front of a binary; its start would be measured, too.
fn behind_wrapper(name: &str, file: &Path) -> Option<PathBuf> {
    let mut start = [0; 2];
    fs::File::open(file).ok()?.read_exact(&mut start).ok()?;
    if &start != b"#!" {
        return None;
    }
    let output = Command::new("pyenv").args(["which", name]).output().ok()?;
    let path = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim());
    path.is_file().then_some(path)
}
