//! `corpus fetch`: a tree that is not there yet comes from the mirror or the package registry, is
//! checked and unpacked.

use super::apt::{Apt, Offer};
use super::cache::{self, Cached};
use super::pins::{Crate, Package, Source, Tree};
use super::registry::Registry;
use super::{archive, mirror, skipped};
use anyhow::Result;
use std::fs;
use std::path::Path;

/// Fetches the trees of these names.
pub(crate) fn run(names: &[String]) -> Result<()> {
    for tree in Tree::selected(names)? {
        if let Some(cached) = fetch(&tree)? {
            println!("{}: {} in {}", tree.name, cached.version, cached.path.display());
        }
    }
    Ok(())
}

/// The tree, from the cache or from where it is published; `None`, loudly, if neither has it.
pub(crate) fn fetch(tree: &Tree) -> Result<Option<Cached>> {
    let folder = cache::folder()?;
    let found = cache::find(&folder, tree);
    if let Some(cached) = &found {
        warn_of_other_version(tree, &cached.version);
        return Ok(found);
    }
    let scratch = cache::scratch(&folder, tree)?;
    let fetched = match &tree.source {
        Source::Package(package) => download(tree, package, &folder, &scratch),
        Source::Crates(crates) => gather(tree, crates, &folder, &scratch),
    };
    fs::remove_dir_all(&scratch)?;
    fetched
}

/// All crates, each in a folder of its own. Nothing is built, and what they depend on stays away.
fn gather(tree: &Tree, crates: &[Crate], folder: &Path, scratch: &Path) -> Result<Option<Cached>> {
    println!("{}: getting {}", tree.name, tree.version);
    let registry = Registry::new(scratch.join("client"))?;
    let unpacked = scratch.join("tree");
    for pinned in crates {
        let file = match registry.archive(pinned) {
            Ok(file) => file,
            Err(error) => {
                skipped(&tree.name, &format!("{} cannot be fetched now: {error:#}", pinned.stem()));
                return Ok(None);
            }
        };
        archive::verify(&file, &pinned.sha256)?;
        archive::unpack(&file, unpacked.join(pinned.stem()))?;
    }
    cache::store(folder, tree, &tree.version, &unpacked).map(Some)
}

fn download(
    tree: &Tree,
    package: &Package,
    folder: &Path,
    scratch: &Path,
) -> Result<Option<Cached>> {
    let (apt, offer) = match reach(package, scratch) {
        Ok(reached) => reached,
        Err(error) => {
            skipped(&tree.name, &format!("it cannot be fetched now: {error:#}"));
            return Ok(None);
        }
    };
    warn_of_other_version(tree, &offer.version);
    println!("{}: downloading {}", tree.name, offer.orig);
    let file = match apt.download(package, &offer) {
        Ok(file) => file,
        Err(error) => {
            skipped(&tree.name, &format!("the download failed: {error:#}"));
            return Ok(None);
        }
    };
    archive::verify(&file, expected_checksum(package, &offer))?;
    let unpacked = archive::unpack(&file, scratch.join("tree"))?;
    cache::store(folder, tree, &offer.version, &unpacked).map(Some)
}

fn reach(package: &Package, scratch: &Path) -> Result<(Apt, Offer)> {
    anyhow::ensure!(Apt::is_installed(), "there is no apt-get here");
    let Some(mirror) = mirror::debian() else {
        anyhow::bail!("the package sources of this system name no Debian mirror");
    };
    let apt = Apt::new(scratch.join("apt"), &mirror, package)?;
    let offer = apt.offer(package)?;
    Ok((apt, offer))
}

/// The pin decides for the pinned version, the signed index for any other.
fn expected_checksum<'a>(package: &'a Package, offer: &'a Offer) -> &'a str {
    if offer.version == package.version { &package.sha256 } else { &offer.sha256 }
}

fn warn_of_other_version(tree: &Tree, version: &str) {
    if version == tree.version {
        return;
    }
    println!(
        "*** {}: the pinned version {} is gone from the registry, {version} is taken instead: \
         update xtask/corpus/pins.toml",
        tree.name, tree.version
    );
}
