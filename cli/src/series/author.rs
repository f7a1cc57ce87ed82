//! In whose name the patches are.

use super::address::Address;
use crate::repository::command;
use anyhow::{Context, Result, anyhow};
use std::env;
use std::path::Path;

/// The author: as stated, else as git would put it under a commit in this tree.
pub(crate) fn find(tree: &Path, stated: Option<&str>) -> Result<Address> {
    if let Some(stated) = stated {
        return Address::parse(stated)
            .filter(|author| !author.name.is_empty())
            .with_context(|| format!("`--from {stated}` is not of the form `Name <mail>`"));
    }
    let either = |variable: &str, key: &str| env::var(variable).ok().or_else(|| git(tree, key));
    let name = either("GIT_AUTHOR_NAME", "user.name").filter(|name| !name.trim().is_empty());
    let mail = either("GIT_AUTHOR_EMAIL", "user.email").filter(|mail| !mail.trim().is_empty());
    let author =
        name.zip(mail).and_then(|(name, mail)| Address::parse(&format!("{name} <{mail}>")));
    author.ok_or_else(|| {
        anyhow!(
            "who writes the patches is not known; name the author with `--from 'Name <mail>'`, \
             or with `git config user.name` and `user.email`"
        )
    })
}

/// A setting of git, if there is a git and it has the setting.
fn git(tree: &Path, key: &str) -> Option<String> {
    let output = command(tree, &["config", "--get", key]).output().ok();
    let output = output.filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim_end().to_owned())
}
