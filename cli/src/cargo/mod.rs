//! What cargo knows about a folder: its packages, and which files belong to them.

mod features;
mod metadata;
mod selection;

pub(crate) use metadata::{Package, Unknown};

use crate::arguments::Packages;
use anyhow::{Result, bail};
use devmodel_analyzer::Features;
use metadata::Metadata;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// A workspace, and the packages of it that the user asked about.
pub(crate) struct Workspace {
    /// Its root, without symbolic links in its path.
    pub(crate) root: PathBuf,
    /// All its packages.
    pub(crate) packages: Vec<Package>,
    /// The features that are on; `None` if the user said nothing about features.
    pub(crate) features: Option<Features>,
}

/// What was found where the user named no path.
pub(crate) enum Found {
    /// No manifest.
    Nothing,
    /// A manifest that cargo takes.
    Workspace(Workspace),
    /// A manifest, and why cargo says nothing about it.
    Unknown(PathBuf, Unknown),
}

impl Workspace {
    /// Looks for the manifest that the user means, and asks cargo about it.
    ///
    /// # Errors
    ///
    /// If there is no such manifest, package or feature.
    pub(crate) fn find(arguments: &Packages) -> Result<Found> {
        let Some(manifest) = manifest(arguments.manifest_path.as_deref())? else {
            require_nothing_of_cargo(arguments)?;
            return Ok(Found::Nothing);
        };
        match Metadata::of(&manifest) {
            Ok(metadata) => Self::new(metadata, &manifest, arguments).map(Found::Workspace),
            Err(why) if arguments.are_named() => bail!(
                "`cargo metadata` knows no packages: {why}; without --package, --workspace and \
                 features the files are read"
            ),
            Err(why) => Ok(Found::Unknown(folder(&manifest).to_owned(), why)),
        }
    }

    fn new(metadata: Metadata, manifest: &Path, arguments: &Packages) -> Result<Self> {
        let root = fs::canonicalize(&metadata.workspace_root)?;
        let mut packages = metadata.packages(&root)?;
        selection::select(&mut packages, &metadata, manifest, arguments)?;
        let features = features::enabled(&packages, arguments)?;
        Ok(Self { root, packages, features })
    }

    /// The package that a file of the workspace belongs to, the innermost of several.
    pub(crate) fn package_of(&self, file: &str) -> Option<&Package> {
        let around = self.packages.iter().filter(|package| package.contains(file));
        around.max_by_key(|package| package.folder.len())
    }

    /// Whether a file is of a package that the user asked about.
    pub(crate) fn covers(&self, file: &str) -> bool {
        let roots = |package: &Package| package.is_selected && package.is_root_of_target(file);
        self.package_of(file).is_some_and(|package| package.is_selected)
            || self.packages.iter().any(roots)
    }
}

/// The manifest named, or that of the nearest folder. One without a package is a workspace, and counts in
/// its own folder only: the folders below may be anything, as the C part of a tree.
fn manifest(named: Option<&Path>) -> Result<Option<PathBuf>> {
    if let Some(named) = named {
        let path = named.display();
        if !named.ends_with("Cargo.toml") {
            bail!("`--manifest-path {path}` is not a path to a Cargo.toml");
        }
        return match fs::canonicalize(named) {
            Ok(manifest) => Ok(Some(manifest)),
            Err(error) => bail!("cannot read `{path}`: {error}; name a Cargo.toml"),
        };
    }
    let here = fs::canonicalize(env::current_dir()?)?;
    let manifests = here.ancestors().map(|folder| folder.join("Cargo.toml"));
    let nearest = manifests.into_iter().find(|manifest| manifest.is_file());
    Ok(nearest.filter(|manifest| folder(manifest) == here || has_package(manifest)))
}

fn has_package(manifest: &Path) -> bool {
    let text = fs::read_to_string(manifest).unwrap_or_default();
    text.lines().any(|line| line.trim_start().starts_with("[package]"))
}

fn folder(manifest: &Path) -> &Path {
    manifest.parent().unwrap_or(manifest)
}

fn require_nothing_of_cargo(arguments: &Packages) -> Result<()> {
    if arguments.are_named() {
        bail!("there is no Cargo.toml here; name one with --manifest-path");
    }
    Ok(())
}
