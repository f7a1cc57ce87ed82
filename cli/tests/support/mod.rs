//! Trees to run on, and an analysis written by hand to run with.

#![allow(dead_code, reason = "each test binary uses a part")]

pub(crate) mod demo;
pub(crate) mod device;
pub(crate) mod lines;

use cargo_devmodel::{Engine, Status, Streams};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A source file that declares a type.
pub(crate) const TYPE: &str = "static const TypeInfo demo_info = {\n    .name = \"demo\",\n};\n";

/// A folder of this test, empty at first.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let folder = Self::open(name);
        let _ = fs::remove_dir_all(&folder.0);
        fs::create_dir_all(&folder.0).unwrap();
        folder
    }

    /// One that is there.
    pub(crate) fn open(name: &str) -> Self {
        Self(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Makes it a repository in which everything is committed.
    pub(crate) fn committed(self) -> Self {
        self.git(&["init", "--quiet"]);
        self.commit();
        self
    }

    pub(crate) fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "all"]);
    }

    pub(crate) fn git(&self, words: &[&str]) -> String {
        let mut git = Command::new("git");
        let identity = ["-c", "user.name=T", "-c", "user.email=t@example.org"];
        git.args(identity).args(words).current_dir(&self.0);
        let nothing = [("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_SYSTEM", "/dev/null")];
        let output = git.envs(nothing).output().unwrap();
        assert!(output.status.success(), "{words:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    pub(crate) fn read(&self, file: &str) -> String {
        fs::read_to_string(self.0.join(file)).unwrap()
    }

    pub(crate) fn with(self, file: &str, text: impl AsRef<[u8]>) -> Self {
        let path = self.0.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }
}

/// How a run ended and what it printed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) status: u8,
    pub(crate) output: String,
    pub(crate) errors: String,
}

/// Runs the program with an engine of the test's choice.
pub(crate) fn run(engine: &Engine, words: &[&str]) -> Run {
    answer(engine, words, "", false)
}

/// The same, with a user who types.
pub(crate) fn answer(engine: &Engine, words: &[&str], input: &str, color: bool) -> Run {
    let (mut output, mut errors) = (Vec::new(), Vec::new());
    let program = std::iter::once(OsString::from("cargo-devmodel"));
    let status: Status = cargo_devmodel::run(
        program.chain(words.iter().map(OsString::from)),
        engine,
        &mut Streams {
            input: &mut input.as_bytes(),
            output: &mut output,
            errors: &mut errors,
            interactive: false,
            color,
            progress: false,
        },
    );
    Run {
        status: status.code(),
        output: String::from_utf8(output).unwrap(),
        errors: String::from_utf8(errors).unwrap(),
    }
}

/// The program as a process.
pub(crate) fn command(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-devmodel"));
    command.args(words).env_remove("NO_COLOR");
    // The folders of tests may be in the repository of this project.
    command.env("GIT_CEILING_DIRECTORIES", env!("CARGO_TARGET_TMPDIR"));
    command
}

/// Runs the program as a process.
pub(crate) fn process(words: &[&str]) -> Run {
    ended(command(words))
}

/// Runs a process to its end.
pub(crate) fn ended(mut command: Command) -> Run {
    let Output { status, stdout, stderr } = command.output().unwrap();
    Run {
        status: status.code().unwrap().try_into().unwrap(),
        output: String::from_utf8(stdout).unwrap(),
        errors: String::from_utf8(stderr).unwrap(),
    }
}
