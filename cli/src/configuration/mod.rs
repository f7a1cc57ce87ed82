//! What the files of a tree say about how it is analysed.
//!
//! For each package, the strongest first: `[package.metadata.devmodel]` of its manifest,
//! `[workspace.metadata.devmodel]`, and the nearest `devmodel.toml` from its folder up to the root of the
//! workspace. The command line is stronger than all of them. Key by key the strongest one counts, only what is
//! excluded adds up.

mod chain;
mod layer;
mod values;

pub(crate) use layer::Layer;
pub(crate) use values::Values;

use crate::arguments::{Assumption, FailOn, Model, Tree};
use crate::cargo::Workspace;
use crate::target::Target;
use anyhow::{Result, bail};
use devmodel_rules::Rule;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::fmt::Debug;

/// What the files say.
pub(crate) struct Configuration {
    /// What holds for a package, or for the whole tree.
    pub(crate) parts: Vec<Part>,
}

/// What holds for a package.
pub(crate) struct Part {
    /// Its folder, relative to the root with `/`; empty for the whole tree.
    pub(crate) folder: String,
    /// What says something about it, the strongest first.
    pub(crate) layers: Vec<Layer>,
}

impl Configuration {
    /// Reads the files that say something about a target.
    ///
    /// # Errors
    ///
    /// If one of them cannot be read, or says what is not understood.
    pub(crate) fn find(
        arguments: &Tree,
        target: &Target,
        workspace: Option<&Workspace>,
        catalogue: &'static [Rule],
    ) -> Result<Self> {
        if arguments.no_config {
            return Ok(Self { parts: Vec::new() });
        }
        if let Some(file) = &arguments.config {
            let layers = vec![Layer::stated(file, &target.root, catalogue)?];
            return Ok(Self { parts: vec![Part { folder: String::new(), layers }] });
        }
        let parts = match workspace {
            Some(workspace) => chain::of_packages(workspace, catalogue)?,
            None => vec![chain::of_tree(&target.root, catalogue)?],
        };
        Ok(Self { parts })
    }

    /// The ownership model stated.
    pub(crate) fn model(&self) -> Result<Option<Model>> {
        self.agreed("model", |values| values.model)
    }

    /// The glue assumed.
    pub(crate) fn assume(&self) -> Result<Option<Vec<Assumption>>> {
        self.agreed("assume", |values| values.assume.clone())
    }

    /// From which severity on a run fails.
    pub(crate) fn fail_on(&self) -> Result<Option<FailOn>> {
        self.agreed("fail-on", |values| values.fail_on)
    }

    /// What is excluded.
    ///
    /// # Errors
    ///
    /// If a pattern is none.
    pub(crate) fn excluded(&self) -> Result<Vec<Gitignore>> {
        let layers = self.parts.iter().flat_map(|part| &part.layers);
        let mut excluded: Vec<Gitignore> = Vec::new();
        for layer in layers {
            let Some(globs) = &layer.values.exclude else { continue };
            let mut builder = GitignoreBuilder::new(&layer.folder);
            for glob in globs {
                if let Err(error) = builder.add_line(None, glob) {
                    bail!("{}: `exclude`: `{glob}` is not a glob: {error}", layer.file.display());
                }
            }
            excluded.push(builder.build()?);
        }
        Ok(excluded)
    }

    /// What all parts say; they are analysed in one run, so they must say the same.
    fn agreed<T: PartialEq + Debug>(
        &self,
        key: &str,
        of: impl Fn(&Values) -> Option<T>,
    ) -> Result<Option<T>> {
        let said = |part: &Part| part.layers.iter().find_map(|layer| of(&layer.values));
        let mut parts = self.parts.iter();
        let Some(first) = parts.next() else { return Ok(None) };
        let expected = said(first);
        if let Some(other) = parts.find(|part| said(part) != expected) {
            bail!(
                "`{key}` is one thing for the package in `{}` and another one for that in `{}`; packages are \
                 analysed together, so state --{key}, or choose one with --package",
                first.folder,
                other.folder
            );
        }
        Ok(expected)
    }
}
