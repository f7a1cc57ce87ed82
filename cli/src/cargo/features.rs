//! Which features of the selected packages are on.

use super::metadata::Package;
use crate::arguments::Packages;
use crate::selection::nearest;
use anyhow::{Result, bail};
use devmodel_analyzer::Features;
use std::collections::BTreeSet;

/// The features that are on, package by package; `None` if the user said nothing about features, as then all
/// code is read.
pub(super) fn enabled(packages: &[Package], arguments: &Packages) -> Result<Option<Features>> {
    if !arguments.has_features() {
        return Ok(None);
    }
    let words = arguments.features.iter().flat_map(|list| list.split([',', ' ']));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let selected: Vec<&Package> = packages.iter().filter(|package| package.is_selected).collect();
    for word in &words {
        require_known(&selected, word)?;
    }
    let of = |package: &&Package| (package.folder.clone(), of(package, &words, arguments));
    Ok(Some(Features { packages: selected.iter().map(of).collect() }))
}

fn of(package: &Package, words: &[&str], arguments: &Packages) -> BTreeSet<String> {
    let mut open: Vec<&str> = words.iter().filter_map(|word| named(package, word)).collect();
    if arguments.all_features {
        open.extend(package.features.keys().map(String::as_str));
    }
    if !arguments.no_default_features {
        open.push("default");
    }
    let mut enabled = BTreeSet::new();
    while let Some(feature) = open.pop() {
        let Some(more) = package.features.get(feature) else { continue };
        if enabled.insert(feature.to_owned()) {
            open.extend(more.iter().filter_map(|value| implied(value)));
        }
    }
    enabled
}

/// The feature of a package that a word names: `FEATURE`, or `PACKAGE/FEATURE`.
fn named<'w>(package: &Package, word: &'w str) -> Option<&'w str> {
    match word.split_once('/') {
        Some((name, feature)) => (name == package.name).then_some(feature),
        None => Some(word),
    }
}

/// The feature of the same package that is on with another one. `crate/feature` turns on the optional
/// dependency, and so the feature of that name; `crate?/feature` and `dep:crate` turn on none.
fn implied(value: &str) -> Option<&str> {
    if value.starts_with("dep:") {
        return None;
    }
    match value.split_once('/') {
        Some((name, _)) if name.ends_with('?') => None,
        Some((name, _)) => Some(name),
        None => Some(value),
    }
}

fn require_known(selected: &[&Package], word: &str) -> Result<()> {
    let has = |package: &&&Package| {
        named(package, word).is_some_and(|feature| package.features.contains_key(feature))
    };
    if selected.iter().any(|package| has(&package)) {
        return Ok(());
    }
    let names = selected.iter().flat_map(|package| package.features.keys());
    match nearest(word, names.map(String::as_str), 1).first() {
        Some(near) => bail!("no selected package has the feature `{word}`; did you mean `{near}`?"),
        None => bail!("no selected package has the feature `{word}`"),
    }
}
