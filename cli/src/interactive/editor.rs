//! The user's editor.

use crate::interruption::Shield;
use anyhow::{Context, Result, ensure};
use std::env;
use std::fs;
use std::io::Write;
use std::process::Command;

/// Where an editor is named, in the order in which git looks.
const NAMED: [&str; 3] = ["GIT_EDITOR", "VISUAL", "EDITOR"];

/// Lets the user edit a text.
pub(super) fn edit(text: &[u8]) -> Result<Vec<u8>> {
    let mut file = tempfile::Builder::new().prefix("devmodel-").suffix(".diff").tempfile()?;
    file.write_all(text)?;
    // Closed, as editors like to replace the file.
    let path = file.into_temp_path();
    let named = NAMED.iter().filter_map(|name| env::var(name).ok());
    let editor = named.into_iter().find(|editor| !editor.trim().is_empty());
    let editor = editor.unwrap_or_else(|| "vi".to_owned());
    // The interrupt key is the editor's while it runs.
    let _shield = Shield::new();
    // It may have arguments: `code --wait`.
    let ended = Command::new("sh")
        .args(["-c", &format!("{editor} \"$@\""), &editor])
        .arg(&path)
        .status()
        .with_context(|| format!("cannot start the editor `{editor}`"))?;
    ensure!(ended.success(), "the editor `{editor}` failed; $EDITOR names another one");
    fs::read(&path).context("cannot read what the editor wrote")
}
