//! `corpus check`: what the tool says about real trees, compared with what is expected.

use super::cache::Cached;
use super::difference::differences;
use super::pins::Tree;
use super::{expectation, fetch};
use crate::tool::Tool;
use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use std::path::PathBuf;

/// Compare what the tool says about the trees with what is expected.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Names of trees; all if none is given.
    trees: Vec<String>,
    /// Make what is found the expectation.
    #[arg(long)]
    bless: bool,
    /// Run this binary instead of building the one of this workspace.
    #[arg(long, value_name = "PATH")]
    tool: Option<PathBuf>,
}

/// Checks every tree, then fails if one is not as expected.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let mut trees = Vec::new();
    for tree in Tree::selected(&arguments.trees)? {
        let cached = fetch::fetch(&tree)?;
        trees.extend(cached.map(|cached| (tree, cached)));
    }
    if trees.is_empty() {
        return Ok(());
    }
    let tool = Tool::get(arguments.tool.as_deref())?;
    let mut wrong = Vec::new();
    for (tree, cached) in &trees {
        let found = expectation::observe(&tool, cached).with_context(|| tree.name.clone())?;
        if arguments.bless {
            expectation::bless(&tree.name, &found)?;
            println!("{}: blessed", tree.name);
        } else if !is_expected(tree, cached, &found)? {
            wrong.push(tree.name.as_str());
        }
    }
    ensure!(
        wrong.is_empty(),
        "not as expected: {}; if the change is meant, run `cargo xtask corpus check --bless` and \
         review what it changes",
        wrong.join(", ")
    );
    Ok(())
}

fn is_expected(tree: &Tree, cached: &Cached, found: &Value) -> Result<bool> {
    let Some(expected) = expectation::expected(&tree.name)? else {
        println!("{}: nothing is expected yet", tree.name);
        return Ok(false);
    };
    let differences = differences(&expected["configurations"], &found["configurations"]);
    if differences.is_empty() {
        println!("{} {}: as expected", tree.name, cached.version);
        return Ok(true);
    }
    println!("{} {}: {} differences", tree.name, cached.version, differences.len());
    if expected["version"] != found["version"] {
        println!("  the expectations are of version {}", expected["version"]);
    }
    for difference in &differences {
        println!("  {difference}");
    }
    Ok(false)
}
