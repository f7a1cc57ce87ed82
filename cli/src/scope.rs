//! What a run is about: a tree, the part of it that is reported, and how.

use crate::arguments::{FailOn, Rules, Tree};
use crate::cargo::{Found, Workspace};
use crate::configuration::Configuration;
use crate::selection::Selection;
use crate::target::Target;
use crate::{Engine, Streams};
use anyhow::{Result, bail};
use devmodel_analyzer::{Features, Request, Settings};
use devmodel_rules::Severity;
use ignore::gitignore::Gitignore;
use std::path::{Path, PathBuf};

/// What the command line, cargo and the files of the tree say together.
pub(crate) struct Scope {
    /// The tree.
    pub(crate) target: Target,
    /// Its packages, if cargo was asked.
    pub(crate) workspace: Option<Workspace>,
    configuration: Configuration,
}

impl Scope {
    /// Finds out what the arguments are about.
    ///
    /// # Errors
    ///
    /// If they name what is not there, or a configuration is not understood.
    pub(crate) fn new(
        arguments: &Tree,
        engine: &Engine,
        streams: &mut Streams<'_>,
    ) -> Result<Self> {
        let (target, workspace) = find(arguments, streams)?;
        let configuration =
            Configuration::find(arguments, &target, workspace.as_ref(), engine.catalogue)?;
        Ok(Self { target, workspace, configuration })
    }

    /// Whether a file of the tree is in the part that is reported.
    pub(crate) fn covers(&self, file: &str) -> bool {
        let in_packages = |workspace: &Workspace| workspace.covers(file);
        self.target.covers(file) && self.workspace.as_ref().is_none_or(in_packages)
    }

    /// The rules that run.
    pub(crate) fn selection(&self, rules: &Rules, engine: &Engine) -> Result<Selection> {
        Selection::new(rules, &self.configuration, engine.catalogue)
    }

    /// From which severity on a run fails.
    pub(crate) fn fail_on(&self, stated: Option<FailOn>) -> Result<Severity> {
        let fail_on = match stated {
            Some(stated) => Some(stated),
            None => self.configuration.fail_on()?,
        };
        Ok(fail_on.unwrap_or(FailOn::Warning).into())
    }

    /// What the analysis is told.
    pub(crate) fn settings(&self, arguments: &Tree, request: Request) -> Result<Settings> {
        let model = match arguments.model {
            Some(stated) => Some(stated),
            None => self.configuration.model()?,
        };
        let assume = match arguments.assume.is_empty() {
            false => arguments.assume.clone(),
            true => self.configuration.assume()?.unwrap_or_default(),
        };
        Ok(Settings {
            model: model.and_then(Into::into),
            assume: crate::arguments::glue(&assume),
            features: self.features().cloned(),
            request,
        })
    }

    /// The features that are on, if the user said something about features.
    pub(crate) fn features(&self) -> Option<&Features> {
        self.workspace.as_ref()?.features.as_ref()
    }

    /// What the configuration leaves out.
    pub(crate) fn excluded(&self) -> Result<Vec<Gitignore>> {
        self.configuration.excluded()
    }
}

/// The tree that is analysed, and its packages where the user named no path.
fn find(arguments: &Tree, streams: &mut Streams<'_>) -> Result<(Target, Option<Workspace>)> {
    if arguments.path.is_some() || arguments.tree_root.is_some() {
        return Ok((Target::new(arguments)?, None));
    }
    match Workspace::find(&arguments.packages)? {
        Found::Nothing => Ok((Target::new(arguments)?, None)),
        Found::Workspace(workspace) => of_packages(workspace, arguments, streams),
        Found::Unknown(folder, why) => {
            if !arguments.quiet {
                let named = folder.display();
                writeln!(
                    streams.errors,
                    "warning: `cargo metadata` knows no packages, so the files of `{named}` are read: {why}"
                )?;
            }
            Ok((Target::whole(folder), None))
        }
    }
}

/// The workspace is the tree, so that what a package has from another one is seen. Packages that a workspace has
/// outside its folder are trees of their own.
fn of_packages(
    workspace: Workspace,
    arguments: &Tree,
    streams: &mut Streams<'_>,
) -> Result<(Target, Option<Workspace>)> {
    let selected = workspace.packages.iter().filter(|package| package.is_selected);
    let (below, outside): (Vec<_>, Vec<_>) = selected.partition(|package| package.place.is_some());
    let folder = |manifest: &Path| manifest.parent().map_or_else(PathBuf::new, Path::to_owned);
    match (below.len(), &outside[..]) {
        (0, []) => bail!("the workspace in `{}` has no package", workspace.root.display()),
        (0, [package]) => return Ok((Target::whole(folder(&package.manifest)), None)),
        _ => {}
    }
    for package in outside.iter().filter(|_| !arguments.quiet) {
        writeln!(
            streams.errors,
            "warning: package `{}` is not read: it is not below `{}`; name its folder",
            package.name,
            workspace.root.display()
        )?;
    }
    Ok((Target::whole(workspace.root.clone()), Some(workspace)))
}
