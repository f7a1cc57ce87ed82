//! `corpus compile`: the files that `fix` changes, compiled as the tree itself compiles them, with
//! warnings as errors.

mod build;
mod compiler;
mod database;
mod includes;
mod linkage;
mod overlay;
mod recipe;
mod texts;

use super::cache::Cached;
use super::pins::Tree;
use super::rewrite::{Files, rewrite};
use super::{fetch, skipped};
use crate::tool::Tool;
use anyhow::{Context as _, Result, ensure};
use build::Build;
use compiler::{Compiled, Compiler};
use database::Object;
use linkage::lost;
use overlay::Overlay;
use recipe::{Fix, Recipe, Recipes};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Compile the files that `fix` changes as the tree compiles them, with warnings as errors.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Names of source packages; all if none is given.
    trees: Vec<String>,
    /// Run this binary instead of building the one of this workspace.
    #[arg(long, value_name = "PATH")]
    tool: Option<PathBuf>,
}

/// Compiles every tree as it is and as each way to run `fix` leaves it; fails if anything warns.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let recipes = Recipes::read()?;
    if let Some(install) = recipes.missing()? {
        skipped("corpus compile", &format!("it needs what this installs:\n    {install}"));
        return Ok(());
    }
    let mut wrong = Vec::new();
    for tree in Tree::packages(&arguments.trees)? {
        let Some(cached) = fetch::fetch(&tree)? else { continue };
        let recipe = recipes.recipe(&tree.name)?;
        let tool = Tool::get(arguments.tool.as_deref())?;
        let trial = Trial::new(&recipes, recipe, &cached).with_context(|| tree.name.clone())?;
        println!("\n{} {}", tree.name, cached.version);
        wrong.extend(trial.run(&tool, &recipes.fixes)?);
    }
    ensure!(wrong.is_empty(), "not clean:\n\n{}", wrong.join("\n"));
    Ok(())
}

/// A tree that can be compiled.
struct Trial<'a> {
    cached: &'a Cached,
    compiler: Compiler,
    objects: Vec<Object>,
}

impl<'a> Trial<'a> {
    fn new(recipes: &Recipes, recipe: &Recipe, cached: &'a Cached) -> Result<Self> {
        let build = Build::get(recipe, cached)?;
        let objects = database::read(&build)?;
        Ok(Self { cached, compiler: Compiler::new(build, &recipes.flags)?, objects })
    }

    /// Returns what a compiler or linker would say, and under which ways to run `fix`.
    fn run(&self, tool: &Tool, fixes: &[Fix]) -> Result<Vec<String>> {
        let mut wrong = BTreeMap::<String, Vec<&str>>::new();
        let mut changed = 0;
        overlay::restore(self.compiler.build())?;
        for fix in fixes {
            let files = rewrite(tool, &self.cached.path, &fix.arguments)?;
            changed += files.len();
            for message in self.compile(fix, &files)? {
                wrong.entry(message).or_default().push(&fix.name);
            }
        }
        ensure!(changed > 0, "`fix` changes nothing, so nothing was compiled");
        let told = wrong.into_iter();
        Ok(told.map(|(message, fixes)| format!("({}) {message}", fixes.join(", "))).collect())
    }

    /// The tree without and with the changed files.
    fn compile(&self, fix: &Fix, files: &Files) -> Result<Vec<String>> {
        let build = self.compiler.build();
        let objects = self.objects_of(files)?;
        let before = self.compiler.compile(&objects, &Files::new())?;
        let _overlay = Overlay::put(build, files)?;
        let after = self.compiler.compile(&objects, files)?;
        self.report(fix, files, &after);
        let mut wrong = messages("as it is", &before);
        wrong.extend(messages("after `fix`", &after));
        wrong.extend(lost(&before, &after, &build.source())?);
        Ok(wrong)
    }

    /// The objects that are made from these files, directly or through a header.
    fn objects_of(&self, files: &Files) -> Result<Vec<&Object>> {
        let sources = includes::users(&self.compiler.build().source(), files.keys())?;
        Ok(self.objects.iter().filter(|object| sources.contains(&object.source)).collect())
    }

    fn report(&self, fix: &Fix, files: &Files, compiled: &[Compiled<'_>]) {
        let sources: BTreeSet<&str> =
            compiled.iter().map(|one| one.object.source.as_str()).collect();
        let is_left = |path: &&String| path.ends_with(".c") && !sources.contains(path.as_str());
        let left: Vec<&str> = files.keys().filter(is_left).map(String::as_str).collect();
        println!(
            "  {:<24} {:>2} files changed, {:>3} compiled into {:>3} objects ({} now), {} with warnings or errors",
            fix.name,
            files.len(),
            sources.len(),
            compiled.len(),
            compiled.iter().filter(|one| one.is_new).count(),
            compiled.iter().filter(|one| one.result.is_err()).count(),
        );
        if !left.is_empty() {
            println!("    not compiled: {}", left.join(", "));
        }
    }
}

fn messages(state: &str, compiled: &[Compiled<'_>]) -> Vec<String> {
    let failed = compiled.iter().filter_map(|one| Some((one.object, one.result.as_ref().err()?)));
    failed
        .map(|(object, said)| format!("{} {state}: {}\n{said}", object.source, object.name))
        .collect()
}
