//! Which crate a file belongs to.

use crate::model::FileId;
use crate::sources::{Language, SourceFile};
use crate::vocabulary::RustWords;

/// One crate of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct CrateId(pub(crate) u32);

/// A Rust file and where it belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The file.
    pub(crate) file: FileId,
    /// Its crate: that of all files below the folder that has `src`, `tests` and the like.
    pub(crate) of: CrateId,
    /// Whether it is in a folder of tests.
    pub(crate) is_test: bool,
}

/// The folders of a package that hold its targets.
const TARGETS: [&str; 5] = ["src", "tests", "benches", "examples", "fuzz"];

impl Origin {
    /// The Rust files among `files`, in their order.
    pub(crate) fn all(files: &[SourceFile], words: &RustWords) -> Vec<Self> {
        let mut packages: Vec<&str> = Vec::new();
        let rust = files.iter().enumerate();
        let rust = rust.filter(|(_, file)| file.language() == Language::Rust);
        let origins = rust.map(|(at, file)| {
            let (package, target) = split(&file.path);
            let of = packages.iter().position(|known| *known == package).unwrap_or_else(|| {
                packages.push(package);
                packages.len() - 1
            });
            Self {
                file: FileId(at as u32),
                of: CrateId(of as u32),
                is_test: words.tests.contains(target),
            }
        });
        origins.collect()
    }
}

/// The folder of the package, and the folder in it that holds the file's target.
fn split(path: &str) -> (&str, &str) {
    let mut start = 0;
    let mut best = None;
    for part in path.split('/') {
        if TARGETS.contains(&part) && best.is_none() {
            best = Some((path[..start].trim_end_matches('/'), part));
        }
        start += part.len() + 1;
    }
    best.unwrap_or_else(|| (path.rfind('/').map_or("", |at| &path[..at]), ""))
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn a_package_is_the_folder_above_its_targets() {
        assert_eq!(split("a/src/b/src/c.rs"), ("a", "src"));
        assert_eq!(split("src/lib.rs"), ("", "src"));
        assert_eq!(split("a/b/tests/c.rs"), ("a/b", "tests"));
        assert_eq!(split("a/b/c.rs"), ("a/b", ""));
        assert_eq!(split("c.rs"), ("", ""));
    }
}
