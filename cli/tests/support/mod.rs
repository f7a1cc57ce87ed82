//! Trees to run on, and an analysis written by hand to run with.

#![allow(dead_code, reason = "each test binary uses a part")]

pub(crate) mod demo;
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
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
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
    let (mut output, mut errors) = (Vec::new(), Vec::new());
    let program = std::iter::once(OsString::from("cargo-devmodel"));
    let status: Status = cargo_devmodel::run(
        program.chain(words.iter().map(OsString::from)),
        engine,
        &mut Streams {
            output: &mut output,
            errors: &mut errors,
            interactive: false,
            color: false,
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
    command
}

/// Runs the program as a process.
pub(crate) fn process(words: &[&str]) -> Run {
    let Output { status, stdout, stderr } = command(words).output().unwrap();
    Run {
        status: status.code().unwrap().try_into().unwrap(),
        output: String::from_utf8(stdout).unwrap(),
        errors: String::from_utf8(stderr).unwrap(),
    }
}
