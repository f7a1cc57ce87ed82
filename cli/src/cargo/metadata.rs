//! What `cargo metadata` prints.

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::env;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What would make cargo start another compiler than its own.
const COMPILERS: [&str; 7] = [
    "RUSTC",
    "RUSTC_WRAPPER",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTDOC",
    "CARGO_BUILD_RUSTC",
    "CARGO_BUILD_RUSTC_WRAPPER",
    "CARGO_BUILD_RUSTC_WORKSPACE_WRAPPER",
];

/// Why cargo says nothing, in one line.
#[derive(Debug)]
pub(crate) struct Unknown(String);

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Deserialize)]
pub(super) struct Metadata {
    packages: Vec<Described>,
    #[serde(default)]
    pub(super) workspace_default_members: Vec<String>,
    pub(super) workspace_root: PathBuf,
}

#[derive(Deserialize)]
struct Described {
    name: String,
    version: String,
    id: String,
    manifest_path: PathBuf,
    targets: Vec<Value>,
    features: BTreeMap<String, Vec<String>>,
}

/// A package of a workspace.
pub(crate) struct Package {
    /// Its name.
    pub(crate) name: String,
    /// Its version.
    pub(crate) version: String,
    /// What cargo calls it.
    pub(crate) id: String,
    /// Its manifest, as cargo names it.
    pub(crate) manifest: PathBuf,
    /// Its folder, relative to the root of the workspace with `/`; `None` if it is not below it.
    pub(crate) place: Option<String>,
    /// The same, empty if it is not below the root.
    pub(crate) folder: String,
    /// Its targets, as cargo describes them.
    pub(crate) targets: Vec<Value>,
    /// Its features, and what each turns on.
    pub(crate) features: BTreeMap<String, Vec<String>>,
    /// Whether the user asked about it.
    pub(crate) is_selected: bool,
    /// The roots of its targets that are below the root of the workspace, relative to it with `/`.
    roots: Vec<String>,
}

impl Metadata {
    /// Asks cargo about a manifest.
    ///
    /// Nothing of the tree is run: cargo starts at the root of the file system, where it and `rustup` find
    /// neither a `.cargo/config.toml` nor a `rust-toolchain.toml` of the tree, and with `--no-deps` it starts no
    /// compiler and no build script.
    pub(super) fn of(manifest: &Path) -> Result<Self, Unknown> {
        let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(program);
        command.args(["metadata", "--no-deps", "--offline", "--format-version", "1"]);
        command.arg("--manifest-path").arg(manifest);
        command.current_dir(manifest.ancestors().last().unwrap_or(manifest));
        for name in COMPILERS {
            command.env_remove(name);
        }
        let output =
            command.output().map_err(|error| Unknown(format!("cannot run cargo: {error}")))?;
        if !output.status.success() {
            return Err(Unknown(first_error(&String::from_utf8_lossy(&output.stderr))));
        }
        serde_json::from_slice(&output.stdout)
            .map_err(|error| Unknown(format!("cargo's answer is not understood: {error}")))
    }

    /// The packages, sorted by their places.
    pub(super) fn packages(&self, root: &Path) -> Result<Vec<Package>> {
        let packages = self.packages.iter().map(|package| Package::new(package, root));
        let mut packages: Vec<Package> = packages.collect::<Result<_>>()?;
        packages.sort_by(|one, other| one.folder.cmp(&other.folder));
        Ok(packages)
    }
}

impl Package {
    fn new(described: &Described, root: &Path) -> Result<Self> {
        let manifest = &described.manifest_path;
        let folder = manifest.parent().unwrap_or(manifest);
        let folder = fs::canonicalize(folder)
            .with_context(|| format!("cannot read `{}`", folder.display()))?;
        let place = below(root, &folder);
        let paths = described.targets.iter().filter_map(|target| target["src_path"].as_str());
        Ok(Self {
            name: described.name.clone(),
            version: described.version.clone(),
            id: described.id.clone(),
            manifest: manifest.clone(),
            folder: place.clone().unwrap_or_default(),
            place,
            targets: described.targets.clone(),
            features: described.features.clone(),
            is_selected: false,
            roots: paths.filter_map(|path| below(root, &fs::canonicalize(path).ok()?)).collect(),
        })
    }

    /// Whether a file is below its folder.
    pub(crate) fn contains(&self, file: &str) -> bool {
        let Some(place) = &self.place else { return false };
        let rest = file.strip_prefix(place.as_str());
        rest.is_some_and(|rest| place.is_empty() || rest.starts_with('/'))
    }

    /// Whether a file, which may be anywhere, is where one of its targets starts.
    pub(crate) fn is_root_of_target(&self, file: &str) -> bool {
        self.roots.iter().any(|root| root == file)
    }
}

/// The path below the root with `/`, if it is below.
fn below(root: &Path, path: &Path) -> Option<String> {
    let parts: Vec<_> =
        path.strip_prefix(root).ok()?.iter().map(|part| part.to_string_lossy()).collect();
    Some(parts.join("/"))
}

/// The first line of what cargo complains about.
fn first_error(said: &str) -> String {
    let mut errors = said.lines().filter_map(|line| line.strip_prefix("error: "));
    let first = errors.next().or_else(|| said.lines().next());
    first.unwrap_or("cargo says nothing").trim().to_owned()
}
