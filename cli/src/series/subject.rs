//! The subject of a patch: what it is about, and what it does there.

use super::claim::Claim;
use super::subsystem::Subsystem;
use crate::fix::Change;
use devmodel_rules::Remedy;
use std::collections::BTreeSet;

/// Beyond this the one-line log of a tree is cut off.
const LONGEST: usize = 72;

/// `hw/ide/piix: do not delete the subregions`
pub(super) fn subject(claims: &[Claim], changes: &[Change], subsystem: &Subsystem) -> String {
    let prefix = prefix(claims, changes, subsystem);
    let phrase = phrase(claims);
    let whole = format!("{prefix}: {phrase}");
    match prefix.rsplit_once('/') {
        Some((_, end)) if whole.len() > LONGEST => format!("{end}: {phrase}"),
        _ => whole,
    }
}

/// What the patches do, as far as one phrase tells it.
pub(super) fn phrase(claims: &[Claim]) -> String {
    let mut remedies: Vec<(Remedy, BTreeSet<(&str, &str)>)> = Vec::new();
    for claim in claims {
        let region = (claim.path.as_str(), claim.region.as_str());
        match remedies.iter_mut().find(|(remedy, _)| *remedy == claim.remedy) {
            Some((_, regions)) => drop(regions.insert(region)),
            None => remedies.push((claim.remedy, BTreeSet::from([region]))),
        }
    }
    match &remedies[..] {
        [(remedy, regions)] => words(*remedy, regions).to_owned(),
        _ => "mend the teardown of memory regions".to_owned(),
    }
}

fn words(remedy: Remedy, regions: &BTreeSet<(&str, &str)>) -> &'static str {
    // One element stands for all of an array.
    let several = regions.len() > 1 || regions.iter().any(|(_, region)| region.contains("[*]"));
    if several { remedy.many } else { remedy.one }
}

/// The files that the patch is about: those with its findings, or else all that it changes.
fn files<'c>(claims: &'c [Claim], changes: &'c [Change]) -> Vec<&'c str> {
    let found = |path: &&str| claims.iter().any(|claim| claim.path == *path);
    let changed = || changes.iter().map(|change| change.path.as_str());
    let mut paths: Vec<&str> = changed().filter(found).map(stem).collect();
    if paths.is_empty() {
        paths = changed().map(stem).collect();
    }
    paths.sort_unstable();
    paths.dedup();
    paths
}

/// The file, the start that the names of several files share, their folder, or the subsystem.
fn prefix(claims: &[Claim], changes: &[Change], subsystem: &Subsystem) -> String {
    let paths = files(claims, changes);
    let [first, others @ ..] = &paths[..] else { return subsystem.name().to_owned() };
    let shared = others.iter().fold(first.len(), |length, path| common(&first[..length], path));
    if let Some(stem) = whole_words(first, shared, &paths) {
        return stem.to_owned();
    }
    let folder = first[..shared].rsplit_once('/').map_or("", |parts| parts.0);
    let is_whole = |path: &&str| path.rsplit_once('/').is_some_and(|parts| parts.0 == folder);
    match subsystem {
        // `hw` says less than the name of the subsystem.
        Subsystem::Section(name)
            if !folder.contains('/') && !paths.iter().all(is_whole) && !name.is_empty() =>
        {
            name.clone()
        }
        _ if folder.is_empty() => "tree".to_owned(),
        _ => folder.to_owned(),
    }
}

/// The start of the paths up to the end of a word that all of them have, if it is more than their
/// folder: `hw/usb/hcd-ehci` of `hw/usb/hcd-ehci` and `hw/usb/hcd-ehci-pci`.
fn whole_words<'p>(first: &'p str, shared: usize, paths: &[&str]) -> Option<&'p str> {
    let ends = |at: usize| {
        paths.iter().all(|path| path[at..].is_empty() || path[at..].starts_with(['-', '_']))
    };
    let at = (1..=shared).rev().find(|&at| first.is_char_boundary(at) && ends(at))?;
    let stem = &first[..at];
    let folder = first[..shared].rfind('/').map_or(0, |slash| slash + 1);
    (at > folder).then_some(stem)
}

/// How many bytes two texts have in common at their start, up to the end of a character.
fn common(one: &str, other: &str) -> usize {
    let differs = |((_, a), (_, b)): &((usize, char), (usize, char))| a != b;
    let pairs = one.char_indices().zip(other.char_indices());
    pairs.into_iter().find(differs).map_or(one.len().min(other.len()), |((at, _), _)| at)
}

/// The path without its extension.
fn stem(path: &str) -> &str {
    match path.rsplit_once('.') {
        Some((stem, extension)) if !extension.contains('/') && !stem.is_empty() => stem,
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use super::{Change, Claim, Remedy, Subsystem, subject};
    use crate::series::claim::Argument;

    const REMEDY: Remedy =
        Remedy { one: "do not delete the subregion", many: "do not delete the subregions" };

    fn check(paths: &[&str], region: &str, remedy: Remedy, expected: &str) {
        let claims: Vec<Claim> = paths
            .iter()
            .map(|path| Claim {
                path: (*path).to_owned(),
                remedy,
                function: String::new(),
                entries: Vec::new(),
                region: region.to_owned(),
                argument: Argument::Message(String::new()),
            })
            .collect();
        let changes: Vec<Change> = paths.iter().map(|path| change(path)).collect();
        let subsystem = Subsystem::Section("Birds".to_owned());
        assert_eq!(subject(&claims, &changes, &subsystem), expected, "{paths:?}");
        let elsewhere = Claim { path: "hw/tern.c".to_owned(), ..claims[0].clone() };
        let found_elsewhere = subject(&[elsewhere], &changes[..1], &subsystem);
        assert!(!found_elsewhere.contains("tern"), "{found_elsewhere}");
    }

    fn change(path: &str) -> Change {
        Change { path: path.to_owned(), before: Vec::new(), after: Vec::new() }
    }

    #[test]
    fn prefixes() {
        let prefix = |paths: &[&str], prefix: &str| {
            check(paths, "S.r[*]", REMEDY, &format!("{prefix}: do not delete the subregions"));
        };
        prefix(&["hw/ide/piix.c"], "hw/ide/piix");
        prefix(&["hw/ide/piix.c", "hw/ide/piix.c"], "hw/ide/piix");
        prefix(&["hw/usb/hcd-ehci.c", "hw/usb/hcd-ehci-pci.c"], "hw/usb/hcd-ehci");
        prefix(&["hw/usb/hcd-ehci.c", "hw/usb/hcd-xhci.c"], "hw/usb/hcd");
        prefix(&["hw/ide/via.c", "hw/ide/cmd646.c"], "hw/ide");
        prefix(&["hw/ide/piix.c", "hw/ide/pixel.c"], "hw/ide");
        prefix(&["hw/a/é.c", "hw/a/è.c"], "hw/a");
        prefix(&["hw/a/x.c", "hw/b/x.c"], "Birds");
        prefix(&["a.c", "b/c.c"], "Birds");
    }

    #[test]
    fn numbers_and_lengths() {
        check(&["a/b.c"], "S.r", REMEDY, "a/b: do not delete the subregion");
        check(&["a/b.c", "a/c.c"], "S.r", REMEDY, "a: do not delete the subregions");
        let long = "hw/display/virtio-gpu-gl-and-more-to-come-of-it/long-name.c";
        check(&[long], "S.r", REMEDY, "long-name: do not delete the subregion");
    }
}
