//! `tidy`: what the architecture promises about the files of this project.
//!
//! The same checks run under `cargo test`.

mod arrows;
mod catalogue;
mod purity;
mod text;
mod tokens;
mod vocabulary;

use anyhow::{Result, ensure};
use std::path::Path;

/// Checks everything; fails with the list of what is wrong.
pub(crate) fn run() -> Result<()> {
    let files = Files::read()?;
    let wrong = problems(&files)?;
    ensure!(wrong.is_empty(), "{} broken promises\n  {}", wrong.len(), wrong.join("\n  "));
    println!("tidy: {} files keep what the architecture promises", files.0.len());
    Ok(())
}

/// The files of the project with their text, sorted by path.
struct Files(Vec<File>);

struct File {
    /// Relative to the root, with `/`.
    path: String,
    text: String,
}

impl Files {
    fn read() -> Result<Self> {
        let files = crate::workspace::files()?;
        files.iter().map(|path| File::read(path)).collect::<Result<_>>().map(Self)
    }

    fn get(&self, path: &str) -> Option<&File> {
        self.0.iter().find(|file| file.path == path)
    }

    fn under<'a>(&'a self, folder: &'a str, ending: &'a str) -> impl Iterator<Item = &'a File> {
        self.0
            .iter()
            .filter(move |file| file.path.starts_with(folder) && file.path.ends_with(ending))
    }
}

impl File {
    fn read(path: &Path) -> Result<Self> {
        let bytes = std::fs::read(crate::workspace::root().join(path))?;
        Ok(Self {
            path: path.to_string_lossy().replace('\\', "/"),
            text: String::from_utf8_lossy(&bytes).into_owned(),
        })
    }
}

fn problems(files: &Files) -> Result<Vec<String>> {
    let mut wrong = catalogue::problems(files);
    wrong.extend(arrows::problems(files)?);
    wrong.extend(purity::problems(files)?);
    wrong.extend(vocabulary::problems(files)?);
    wrong.extend(text::problems(files)?);
    Ok(wrong)
}

#[cfg(test)]
mod tests {
    use super::{Files, problems};

    #[test]
    fn the_project_keeps_what_the_architecture_promises() {
        let files = Files::read().expect("the files can be read");
        let wrong = problems(&files).expect("the files can be checked");
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
