//! Which crate may depend on which, read from the manifests.

use super::Files;
use crate::toml_file;
use anyhow::{Context as _, Result};
use serde_json::Value;

/// `->` of `docs/architecture.md`; a package that is not here may depend on anything.
const ARROWS: [(&str, &[&str]); 11] = [
    ("edit", &[]),
    ("analyzer", &["devmodel-edit"]),
    ("rules", &["devmodel-analyzer", "devmodel-edit"]),
    ("cli", &["devmodel-rules", "devmodel-analyzer", "devmodel-edit"]),
    ("macros", &[]),
    ("device", &["devmodel-macros"]),
    ("devices", &["devmodel"]),
    ("interop/event-manager", &["devmodel"]),
    ("interop/kvm", &["devmodel"]),
    ("interop/vm-device", &["devmodel"]),
    ("interop/vm-memory", &["devmodel"]),
];

/// Packages that own no files, threads or output shapes, and what would give them some.
const PURE: [&str; 3] = ["edit", "analyzer", "rules"];
const IMPURE: [&str; 5] = ["serde", "serde_json", "rayon", "tokio", "walkdir"];

const KINDS: [&str; 3] = ["dependencies", "build-dependencies", "dev-dependencies"];

pub(crate) fn problems(files: &Files) -> Result<Vec<String>> {
    let ours = packages(files)?;
    let mut wrong = Vec::new();
    for (folder, allowed) in ARROWS {
        let manifest = manifest(files, folder)?;
        let forbidden = |name: &String| ours.contains(name) && !allowed.contains(&name.as_str());
        let found = KINDS.iter().flat_map(|kind| names(&manifest, kind));
        let found = found.filter(forbidden);
        wrong.extend(found.map(|name| format!("{folder}/Cargo.toml: must not depend on {name}")));
    }
    for folder in PURE {
        let manifest = manifest(files, folder)?;
        let found = KINDS[..2].iter().flat_map(|kind| names(&manifest, kind));
        let found = found.filter(|name| IMPURE.contains(&name.as_str()));
        wrong.extend(found.map(|name| format!("{folder}/Cargo.toml: must not depend on {name}")));
    }
    Ok(wrong)
}

/// The names of the packages of the workspace.
fn packages(files: &Files) -> Result<Vec<String>> {
    let workspace = toml_file::parse(text(files, "Cargo.toml")?)?;
    toml_file::strings(&workspace["workspace"], "members")
        .iter()
        .map(|folder| toml_file::string(&manifest(files, folder)?["package"], "name"))
        .collect()
}

fn manifest(files: &Files, folder: &str) -> Result<Value> {
    let path = format!("{folder}/Cargo.toml");
    toml_file::parse(text(files, &path)?).context(path)
}

fn text<'a>(files: &'a Files, path: &str) -> Result<&'a str> {
    let file = files.get(path).with_context(|| format!("there is no {path}"))?;
    Ok(&file.text)
}

fn names(manifest: &Value, kind: &str) -> Vec<String> {
    let table = manifest[kind].as_object();
    let renamed = |(name, value): (&String, &Value)| {
        let package = value["package"].as_str().unwrap_or(name);
        package.to_owned()
    };
    table.into_iter().flatten().map(renamed).collect()
}
