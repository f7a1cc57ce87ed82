//! Which packages of a workspace the user asked about.

use super::metadata::{Metadata, Package};
use crate::arguments::Packages;
use crate::selection::nearest;
use anyhow::{Context, Result, bail};
use globset::Glob;
use std::path::Path;

/// Marks the packages that are asked about, as cargo would choose them.
pub(super) fn select(
    packages: &mut [Package],
    metadata: &Metadata,
    manifest: &Path,
    arguments: &Packages,
) -> Result<()> {
    for spec in &arguments.package {
        require_match(packages, spec)?;
    }
    let specs: Vec<Spec> =
        arguments.package.iter().map(|spec| Spec::parse(spec)).collect::<Result<_>>()?;
    let own = metadata_name(packages, manifest);
    let at_root = manifest.parent() == metadata.workspace_root.canonicalize().ok().as_deref();
    for package in packages.iter_mut() {
        package.is_selected = if arguments.workspace {
            true
        } else if !specs.is_empty() {
            specs.iter().any(|spec| spec.matches(package))
        } else if let (Some(own), false) = (&own, at_root) {
            package.id == *own
        } else {
            let members = &metadata.workspace_default_members;
            members.is_empty() || members.contains(&package.id)
        };
    }
    Ok(())
}

/// The id of the package of a manifest.
fn metadata_name(packages: &[Package], manifest: &Path) -> Option<String> {
    let is_it =
        |package: &&Package| package.manifest.canonicalize().is_ok_and(|its| its == manifest);
    packages.iter().find(is_it).map(|package| package.id.clone())
}

/// Which packages are meant: `NAME`, `NAME@VERSION`, with the wildcards of a shell in the name, or an id.
struct Spec {
    text: String,
    name: globset::GlobMatcher,
    version: Option<String>,
}

impl Spec {
    fn parse(text: &str) -> Result<Self> {
        let (name, version) = match text.split_once('@') {
            Some((name, version)) if !name.contains('/') => (name, Some(version.to_owned())),
            _ => (text, None),
        };
        let glob = Glob::new(name).with_context(|| format!("`--package {text}` is not a glob"))?;
        Ok(Self { text: text.to_owned(), name: glob.compile_matcher(), version })
    }

    fn matches(&self, package: &Package) -> bool {
        let is_version = |wanted: &String| {
            let rest = package.version.strip_prefix(wanted.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let named =
            self.name.is_match(&package.name) && self.version.as_ref().is_none_or(is_version);
        named || package.id == self.text
    }
}

fn require_match(packages: &[Package], spec: &str) -> Result<()> {
    let parsed = Spec::parse(spec)?;
    if packages.iter().any(|package| parsed.matches(package)) {
        return Ok(());
    }
    let names = || packages.iter().map(|package| package.name.as_str());
    match nearest(spec, names(), 1).first() {
        Some(near) => {
            bail!("no package of the workspace is called `{spec}`; did you mean `{near}`?")
        }
        None => {
            let names: Vec<&str> = names().collect();
            bail!("no package of the workspace is called `{spec}`; it has {}", names.join(", "))
        }
    }
}
