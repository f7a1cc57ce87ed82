//! Which trees there are, and which version of each.

use crate::toml_file;
use anyhow::{Context as _, Result};
use serde_json::Value;

const PINS: &str = include_str!("../../corpus/pins.toml");

/// A tree and its pinned version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tree {
    /// What the tasks call it.
    pub(crate) name: String,
    /// The source package.
    pub(crate) package: String,
    /// The suite of the mirror that has it.
    pub(crate) suite: String,
    /// What every version of its series starts with.
    pub(crate) series: String,
    /// The version that the expectations were taken from.
    pub(crate) version: String,
    /// The archive of the upstream source.
    pub(crate) orig: String,
    /// Its checksum.
    pub(crate) sha256: String,
}

impl Tree {
    /// All trees, in the order of the file.
    pub(crate) fn all() -> Result<Vec<Self>> {
        let pins = toml_file::parse(PINS)?;
        toml_file::elements(&pins, "tree").iter().map(Self::read).collect()
    }

    /// The tree of this name.
    pub(crate) fn named(name: &str) -> Result<Self> {
        let trees = Self::all()?;
        let names: Vec<&str> = trees.iter().map(|tree| tree.name.as_str()).collect();
        let unknown = format!("there is no tree `{name}`, only {}", names.join(", "));
        trees.into_iter().find(|tree| tree.name == name).context(unknown)
    }

    /// The trees of these names; `all`, or no name at all, means every tree.
    pub(crate) fn selected(names: &[String]) -> Result<Vec<Self>> {
        if names.is_empty() || names.iter().any(|name| name == "all") {
            return Self::all();
        }
        names.iter().map(|name| Self::named(name)).collect()
    }

    fn read(table: &Value) -> Result<Self> {
        Ok(Self {
            name: toml_file::string(table, "name")?,
            package: toml_file::string(table, "package")?,
            suite: toml_file::string(table, "suite")?,
            series: toml_file::string(table, "series")?,
            version: toml_file::string(table, "version")?,
            orig: toml_file::string(table, "orig")?,
            sha256: toml_file::string(table, "sha256")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Tree;

    #[test]
    fn pins_belong_to_their_series() {
        let trees = Tree::all().expect("the pins can be read");
        assert!(!trees.is_empty());
        for tree in trees {
            assert!(tree.version.starts_with(&tree.series), "{tree:?}");
            assert_eq!(tree.sha256.len(), 64, "{tree:?}");
        }
    }

    #[test]
    fn an_unknown_tree_is_named() {
        let error = Tree::named("qemu-0.1").expect_err("there is no such tree");
        assert!(error.to_string().contains("`qemu-0.1`"), "{error}");
    }
}
