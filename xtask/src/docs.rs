//! `docs`: the pages of the rules, written from the catalogue.

use crate::workspace;
use anyhow::{Result, ensure};
use devmodel_rules::{CATALOGUE, Rule};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

const FOLDER: &str = "docs/rules";
const NOTE: &str = "<!-- Written by `cargo xtask docs` from the rule's source; do not edit. -->";

/// Write the pages of the rules.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Write nothing; fail if a page is stale.
    #[arg(long)]
    check: bool,
}

/// Writes or checks all pages.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    if !arguments.check {
        return write();
    }
    let stale = stale()?;
    ensure!(
        stale.is_empty(),
        "run `cargo xtask docs`, because these are stale:\n  {}",
        stale.join("\n  ")
    );
    println!("docs: {} pages are up to date", pages().len());
    Ok(())
}

/// What is not as the catalogue has it.
pub(crate) fn stale() -> Result<Vec<String>> {
    let pages = pages();
    let mut stale: Vec<String> = pages
        .iter()
        .filter(|(path, text)| workspace::read(path).ok().as_ref() != Some(text))
        .map(|(path, _)| path.display().to_string())
        .collect();
    let left_over = existing()?.into_iter().filter(|path| !pages.contains_key(path));
    stale.extend(left_over.map(|path| format!("{} (no such rule)", path.display())));
    Ok(stale)
}

fn write() -> Result<()> {
    let pages = pages();
    for path in existing()?.iter().filter(|path| !pages.contains_key(*path)) {
        fs::remove_file(workspace::root().join(path))?;
        println!("docs: removed {}", path.display());
    }
    for (path, text) in &pages {
        if workspace::read(path).ok().as_ref() == Some(text) {
            continue;
        }
        workspace::write(path, text)?;
        println!("docs: wrote {}", path.display());
    }
    Ok(())
}

fn pages() -> BTreeMap<PathBuf, String> {
    let rules = CATALOGUE.iter();
    rules.map(|rule| (path(rule.name), page(rule))).chain([(path("README"), index())]).collect()
}

fn path(name: &str) -> PathBuf {
    PathBuf::from(format!("{FOLDER}/{name}.md"))
}

fn page(rule: &Rule) -> String {
    format!("{NOTE}\n\n{}\n", rule.documentation().trim())
}

fn index() -> String {
    let mut rules: Vec<&Rule> = CATALOGUE.iter().collect();
    rules.sort_by_key(|rule| rule.name);
    let rows: Vec<String> = rules
        .iter()
        .map(|Rule { name, summary, .. }| format!("| [{name}]({name}.md) | {summary} |\n"))
        .collect();
    format!("{NOTE}\n\n# Rules\n\n| rule | what it reports |\n|---|---|\n{}", rows.concat())
}

fn existing() -> Result<Vec<PathBuf>> {
    let folder = workspace::root().join(FOLDER);
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for file in fs::read_dir(folder)? {
        let name = PathBuf::from(file?.file_name());
        if name.extension().is_some_and(|extension| extension == "md") {
            found.push(PathBuf::from(FOLDER).join(name));
        }
    }
    found.sort();
    Ok(found)
}
