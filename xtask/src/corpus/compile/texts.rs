//! The C sources of a tree.

use anyhow::{Context as _, Result};
use std::fs;
use std::path::Path;

const EXTENSIONS: [&str; 3] = ["c", "h", "inc"];

/// One file.
pub(crate) struct Text {
    /// Its path below the tree.
    pub(crate) path: String,
    /// What it says; bytes that are no UTF-8 are replaced.
    pub(crate) text: String,
}

/// All of them, in no order.
pub(crate) fn texts(source: &Path) -> Result<Vec<Text>> {
    let mut texts = Vec::new();
    collect(source, "", &mut texts)?;
    Ok(texts)
}

fn collect(source: &Path, below: &str, texts: &mut Vec<Text>) -> Result<()> {
    let folder = source.join(below);
    for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{below}{name}");
        if entry.file_type()?.is_dir() {
            collect(source, &format!("{path}/"), texts)?;
        } else if entry.file_type()?.is_file() && is_c(&path) {
            let text = String::from_utf8_lossy(&fs::read(entry.path())?).into_owned();
            texts.push(Text { path, text });
        }
    }
    Ok(())
}

fn is_c(path: &str) -> bool {
    let extension = Path::new(path).extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| EXTENSIONS.contains(&extension))
}
