//! What `fix` makes of the files of a tree, in memory: the tree stays as it is.

use crate::tool::Tool;
use anyhow::{Context as _, Result, ensure};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Files that were changed, by path below the tree, with their new bytes.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// Runs `fix --diff` and applies what it prints to copies of the files.
pub(crate) fn rewrite(tool: &Tool, tree: &Path, arguments: &[String]) -> Result<Files> {
    let mut all = vec!["--diff".to_owned()];
    all.extend_from_slice(arguments);
    let diff = tool.bytes("fix", tree, &all)?;
    if diff.is_empty() {
        return Ok(Files::new());
    }
    let copies = tempfile::tempdir()?;
    let paths = paths(copies.path(), &diff)?;
    for path in &paths {
        copy(&tree.join(path), &copies.path().join(path))?;
    }
    git_apply(copies.path(), &[], &diff)?;
    paths.into_iter().map(|path| Ok((path.clone(), read(&copies.path().join(path))?))).collect()
}

/// The bytes of a file, with its name in the error.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// The files that a diff changes: `added TAB deleted TAB path NUL` each.
fn paths(folder: &Path, diff: &[u8]) -> Result<Vec<String>> {
    let table = git_apply(folder, &["--numstat", "-z"], diff)?;
    let table = String::from_utf8(table).context("a file has a name that is no UTF-8")?;
    let path = |row: &str| row.splitn(3, '\t').nth(2).map(str::to_owned);
    Ok(table.split_terminator('\0').filter_map(path).collect())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to.parent().unwrap_or(to))?;
    fs::copy(from, to).with_context(|| format!("cannot copy {}", from.display()))?;
    Ok(())
}

/// Any repository around the folder would make git look for the files elsewhere.
fn git_apply(folder: &Path, arguments: &[&str], diff: &[u8]) -> Result<Vec<u8>> {
    let mut child = Command::new("git")
        .arg("apply")
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CEILING_DIRECTORIES", folder.parent().unwrap_or(folder))
        .env_remove("GIT_DIR")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .context("cannot run git")?;
    child.stdin.take().context("git has no input")?.write_all(diff)?;
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "git does not apply what `fix --diff` printed");
    Ok(output.stdout)
}

#[cfg(test)]
mod tests {
    use super::{git_apply, paths};

    #[test]
    fn a_diff_is_applied_in_a_folder_that_is_no_repository() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a b.c");
        std::fs::write(&file, b"one\r\n-- two\n\xff").expect("written");
        let diff = b"--- a/a b.c\n+++ b/a b.c\n@@ -1,3 +1,2 @@\n one\r\n--- two\n \xff\n\\ No newline at end of file\n";
        assert_eq!(paths(folder.path(), diff).expect("a table"), ["a b.c"]);
        git_apply(folder.path(), &[], diff).expect("applied");
        assert_eq!(std::fs::read(&file).expect("read"), b"one\r\n\xff");
    }
}
