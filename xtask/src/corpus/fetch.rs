//! `corpus fetch`: a tree that is not there yet comes from the mirror, is checked and unpacked.

use super::apt::{Apt, Offer};
use super::cache::{self, Cached};
use super::pins::Tree;
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

/// The tree, from the cache or the mirror; `None`, loudly, if neither has it.
pub(crate) fn fetch(tree: &Tree) -> Result<Option<Cached>> {
    let folder = cache::folder()?;
    let found = cache::find(&folder, tree);
    if let Some(cached) = &found {
        warn_of_other_version(tree, &cached.version);
        return Ok(found);
    }
    let scratch = cache::scratch(&folder, tree)?;
    let fetched = download(tree, &folder, &scratch);
    fs::remove_dir_all(&scratch)?;
    fetched
}

fn download(tree: &Tree, folder: &Path, scratch: &Path) -> Result<Option<Cached>> {
    let (apt, offer) = match reach(tree, scratch) {
        Ok(reached) => reached,
        Err(error) => {
            skipped(&tree.name, &format!("it cannot be fetched now: {error:#}"));
            return Ok(None);
        }
    };
    warn_of_other_version(tree, &offer.version);
    println!("{}: downloading {}", tree.name, offer.orig);
    let file = match apt.download(tree, &offer) {
        Ok(file) => file,
        Err(error) => {
            skipped(&tree.name, &format!("the download failed: {error:#}"));
            return Ok(None);
        }
    };
    archive::verify(&file, expected_checksum(tree, &offer))?;
    let unpacked = archive::unpack(&file, scratch.join("tree"))?;
    cache::store(folder, tree, &offer.version, &unpacked).map(Some)
}

fn reach(tree: &Tree, scratch: &Path) -> Result<(Apt, Offer)> {
    anyhow::ensure!(Apt::is_installed(), "there is no apt-get here");
    let Some(mirror) = mirror::debian() else {
        anyhow::bail!("the package sources of this system name no Debian mirror");
    };
    let apt = Apt::new(scratch.join("apt"), &mirror, tree)?;
    let offer = apt.offer(tree)?;
    Ok((apt, offer))
}

/// The pin decides for the pinned version, the signed index for any other.
fn expected_checksum<'a>(tree: &'a Tree, offer: &'a Offer) -> &'a str {
    if offer.version == tree.version { &tree.sha256 } else { &offer.sha256 }
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
