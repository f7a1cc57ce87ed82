//! Where configurations are looked for.

use super::Part;
use super::layer::{Layer, has_table};
use crate::cargo::Workspace;
use anyhow::Result;
use devmodel_rules::Rule;
use std::path::Path;

/// What holds for each of the selected packages.
pub(super) fn of_packages(workspace: &Workspace, catalogue: &'static [Rule]) -> Result<Vec<Part>> {
    let root = &workspace.root;
    let selected = workspace.packages.iter().filter(|package| package.is_selected);
    let parts = selected.filter_map(|package| package.place.as_ref()).map(|place| {
        let layers = layers(&root.join(place), root, catalogue)?;
        Ok(Part { folder: place.clone(), layers })
    });
    parts.collect()
}

/// What holds for a tree that is read as files. If it is a crate, the workspace around it counts too.
pub(super) fn of_tree(root: &Path, catalogue: &'static [Rule]) -> Result<Part> {
    let is_crate = has_table(root, &["package"]);
    let mut around = root.ancestors().filter(|folder| has_table(folder, &["workspace"]));
    let top = if is_crate { around.next() } else { None };
    Ok(Part { folder: String::new(), layers: layers(root, top.unwrap_or(root), catalogue)? })
}

/// What a folder, and those around it up to the top, say.
fn layers(folder: &Path, top: &Path, catalogue: &'static [Rule]) -> Result<Vec<Layer>> {
    let mut layers = Vec::new();
    layers.extend(Layer::of_manifest(folder, "package", catalogue)?);
    layers.extend(Layer::of_manifest(top, "workspace", catalogue)?);
    for folder in folder.ancestors().take_while(|folder| folder.starts_with(top)) {
        if let Some(layer) = Layer::of_folder(folder, catalogue)? {
            layers.push(layer);
            break;
        }
    }
    Ok(layers)
}
