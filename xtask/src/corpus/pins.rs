//! Which trees there are, and which version of each.

use super::archive;
use crate::toml_file;
use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

const PACKAGES: &str = include_str!("../../corpus/pins.toml");
const CRATES: &str = include_str!("../../corpus/crates.toml");

/// The tree that has all crates.
const ALL_CRATES: &str = "crates";

/// A tree and its pinned version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tree {
    /// What the tasks call it.
    pub(crate) name: String,
    /// The version that the expectations were taken from.
    pub(crate) version: String,
    /// Where it comes from.
    pub(crate) source: Source,
}

/// Where a tree comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// One source package of the distribution.
    Package(Package),
    /// Many crates of the package registry.
    Crates(Vec<Crate>),
}

/// A pinned source package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Package {
    /// The source package.
    pub(crate) name: String,
    /// The suite of the mirror that has it.
    pub(crate) suite: String,
    /// What every version of its series starts with.
    pub(crate) series: String,
    /// The version.
    pub(crate) version: String,
    /// The archive of the upstream source.
    pub(crate) orig: String,
    /// Its checksum.
    pub(crate) sha256: String,
}

/// A pinned crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Crate {
    /// Its name.
    pub(crate) name: String,
    /// Its version.
    pub(crate) version: String,
    /// The checksum of its archive, as the index of the registry states it.
    pub(crate) sha256: String,
}

impl Tree {
    /// All trees, in the order of the files.
    pub(crate) fn all() -> Result<Vec<Self>> {
        let pins = toml_file::parse(PACKAGES)?;
        let packages = toml_file::elements(&pins, "tree").iter().map(Self::package);
        packages.chain([Self::crates(CRATES)]).collect()
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

    /// As [`Tree::selected`], without crates; fails if they were asked for.
    pub(crate) fn packages(names: &[String]) -> Result<Vec<Self>> {
        ensure!(
            !names.iter().any(|name| name == ALL_CRATES),
            "`{ALL_CRATES}` is no source package"
        );
        let mut trees = Self::selected(names)?;
        trees.retain(|tree| matches!(tree.source, Source::Package(_)));
        Ok(trees)
    }

    fn package(table: &Value) -> Result<Self> {
        let package = Package {
            name: toml_file::string(table, "package")?,
            suite: toml_file::string(table, "suite")?,
            series: toml_file::string(table, "series")?,
            version: toml_file::string(table, "version")?,
            orig: toml_file::string(table, "orig")?,
            sha256: toml_file::string(table, "sha256")?,
        };
        Ok(Self {
            name: toml_file::string(table, "name")?,
            version: package.version.clone(),
            source: Source::Package(package),
        })
    }

    /// The tree of all crates that a file pins. Its version changes with every pin.
    fn crates(pins: &str) -> Result<Self> {
        let pins = toml_file::parse(pins)?;
        let crates: Vec<Crate> =
            toml_file::elements(&pins, "crate").iter().map(Crate::read).collect::<Result<_>>()?;
        let checksums: String = crates.iter().map(|pinned| pinned.sha256.as_str()).collect();
        let digest = archive::sha256(checksums.as_bytes());
        Ok(Self {
            name: ALL_CRATES.to_owned(),
            version: format!("{} crates, {digest:.12}", crates.len()),
            source: Source::Crates(crates),
        })
    }
}

impl Crate {
    /// What its folder, and its archive without the ending, are called.
    pub(crate) fn stem(&self) -> String {
        format!("{}-{}", self.name, self.version)
    }

    fn read(table: &Value) -> Result<Self> {
        Ok(Self {
            name: toml_file::string(table, "name")?,
            version: toml_file::string(table, "version")?,
            sha256: toml_file::string(table, "sha256")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Source, Tree};
    use std::collections::BTreeSet;

    #[test]
    fn pins_belong_to_their_series() {
        let trees = Tree::packages(&[]).expect("the pins can be read");
        assert!(!trees.is_empty());
        for tree in trees {
            let Source::Package(package) = &tree.source else { panic!("{tree:?}") };
            assert!(package.version.starts_with(&package.series), "{tree:?}");
            assert_eq!(package.sha256.len(), 64, "{tree:?}");
        }
    }

    #[test]
    fn each_crate_is_pinned_once() {
        let tree = Tree::named("crates").expect("the pins can be read");
        let Source::Crates(crates) = &tree.source else { panic!("{tree:?}") };
        assert!(tree.version.starts_with(&format!("{} crates, ", crates.len())), "{tree:?}");
        let names: BTreeSet<&str> = crates.iter().map(|pinned| pinned.name.as_str()).collect();
        assert_eq!(names.len(), crates.len());
        for pinned in crates {
            let hexadecimal = pinned.sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
            assert!(hexadecimal && pinned.sha256.len() == 64, "{pinned:?}");
        }
    }

    #[test]
    fn another_pin_is_another_version() {
        let pinned = |sha256: &str| {
            let text = format!("[[crate]]\nname = 'a'\nversion = '1'\nsha256 = '{sha256}'\n");
            Tree::crates(&text).expect("a crate").version
        };
        assert_eq!(pinned("aa"), pinned("aa"));
        assert_ne!(pinned("aa"), pinned("ab"));
    }

    #[test]
    fn an_unknown_tree_is_named() {
        let error = Tree::named("qemu-0.1").expect_err("there is no such tree");
        assert!(error.to_string().contains("`qemu-0.1`"), "{error}");
        assert!(Tree::packages(&["crates".to_owned()]).is_err());
    }
}
