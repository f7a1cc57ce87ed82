//! The tree's own command lines.

use super::super::rewrite;
use super::build::Build;
use anyhow::{Context as _, Result};
use serde::Deserialize;

/// One object file and how it is made.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Object {
    /// The file it is made from, below the tree.
    pub(crate) source: String,
    /// Its name in the build.
    pub(crate) name: String,
    /// A shell command without output files: it ends before `-o`.
    pub(crate) command: String,
}

#[derive(Deserialize)]
struct Entry {
    file: String,
    output: String,
    command: String,
}

/// The objects that are made from files of the tree.
pub(crate) fn read(build: &Build) -> Result<Vec<Object>> {
    let text = rewrite::read(&build.objects().join("compile_commands.json"))?;
    let entries: Vec<Entry> =
        serde_json::from_slice(&text).context("compile_commands.json is broken")?;
    Ok(entries.into_iter().filter_map(object).collect())
}

fn object(entry: Entry) -> Option<Object> {
    let Entry { file, output, command } = entry;
    let source = file.strip_prefix("../source/")?.to_owned();
    // A second `-o` is an error for the compiler, and ninja wants to find the list of headers itself.
    let command = command
        .replace(&format!(" -MD -MQ {output} -MF {output}.d"), "")
        .replace(&format!(" -o {output} "), " ");
    Some(Object { source, name: output, command })
}

#[cfg(test)]
mod tests {
    use super::{Entry, Object, object};

    fn entry(file: &str) -> Entry {
        Entry {
            file: file.to_owned(),
            output: "lib.p/a.c.o".to_owned(),
            command: format!(
                "cc -I. -MD -MQ lib.p/a.c.o -MF lib.p/a.c.o.d -o lib.p/a.c.o -c {file}"
            ),
        }
    }

    #[test]
    fn outputs_are_taken_out() {
        let command = "cc -I. -c ../source/hw/a.c".to_owned();
        let made = Object { source: "hw/a.c".to_owned(), name: "lib.p/a.c.o".to_owned(), command };
        assert_eq!(object(entry("../source/hw/a.c")), Some(made));
    }

    #[test]
    fn generated_files_are_none_of_the_tree() {
        assert_eq!(object(entry("trace/generated.c")), None);
    }
}
