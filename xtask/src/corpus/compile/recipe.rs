//! How the trees are built, and what has to be installed for it.

use super::build;
use crate::toml_file;
use anyhow::{Context as _, Result};
use serde::Deserialize;
use std::process::Command;

const RECIPES: &str = include_str!("../../../corpus/builds.toml");

/// The file of all trees.
#[derive(Deserialize)]
pub(crate) struct Recipes {
    packages: Vec<String>,
    python: Vec<String>,
    /// Flags of the compiler, beyond those of the tree.
    pub(crate) flags: Vec<String>,
    #[serde(rename = "build")]
    builds: Vec<Recipe>,
    /// The ways to run `fix`.
    #[serde(rename = "fix")]
    pub(crate) fixes: Vec<Fix>,
}

/// How one tree is configured.
#[derive(Deserialize)]
pub(crate) struct Recipe {
    /// The tree.
    pub(crate) tree: String,
    /// The arguments of `configure`.
    pub(crate) configure: Vec<String>,
    /// Files that have to be there, though they may be empty.
    pub(crate) placeholders: Vec<String>,
}

/// One way to run `fix`.
#[derive(Deserialize)]
pub(crate) struct Fix {
    /// Its name.
    pub(crate) name: String,
    /// The arguments beside `--diff`.
    pub(crate) arguments: Vec<String>,
}

impl Recipes {
    /// Those of this workspace.
    pub(crate) fn read() -> Result<Self> {
        let recipes = toml_file::parse(RECIPES)?;
        serde_json::from_value(recipes).context("xtask/corpus/builds.toml is broken")
    }

    /// The recipe for a tree.
    pub(crate) fn recipe(&self, tree: &str) -> Result<&Recipe> {
        let found = self.builds.iter().find(|recipe| recipe.tree == tree);
        found.with_context(|| format!("xtask/corpus/builds.toml has no build of `{tree}`"))
    }

    /// The command that installs what is missing.
    pub(crate) fn missing(&self) -> Result<Option<String>> {
        let mut commands = Vec::new();
        let packages: Vec<&str> =
            self.packages.iter().map(String::as_str).filter(|name| !is_installed(name)).collect();
        if !packages.is_empty() {
            commands.push(format!("apt-get install {}", packages.join(" ")));
        }
        let python = build::python()?;
        if !python.join("bin/meson").exists() {
            let folder = python.display();
            let wanted = self.python.join(" ");
            commands.push(format!("python3 -m venv {folder} && {folder}/bin/pip install {wanted}"));
        }
        Ok((!commands.is_empty()).then(|| commands.join(" && ")))
    }
}

fn is_installed(package: &str) -> bool {
    let output = Command::new("dpkg-query")
        .args(["--show", "--showformat=${db:Status-Status}", package])
        .output();
    output.is_ok_and(|output| output.stdout.starts_with(b"installed"))
}

#[cfg(test)]
mod tests {
    use super::Recipes;
    use crate::corpus::pins::Tree;

    #[test]
    fn every_package_has_a_recipe() {
        let recipes = Recipes::read().expect("the recipes can be read");
        for tree in Tree::packages(&[]).expect("the pins can be read") {
            assert!(!recipes.recipe(&tree.name).expect("a recipe").configure.is_empty());
        }
        assert!(recipes.recipe("qemu-0.1").is_err());
    }
}
