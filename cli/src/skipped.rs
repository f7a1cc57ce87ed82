//! Files and folders that are not analysed, and why.

use crate::format::text::printable;
use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, ErrorKind, Write};

/// One file or folder that is left out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Skipped {
    /// Its path relative to the root of the tree.
    pub(crate) path: String,
    /// Why.
    pub(crate) reason: Reason,
}

/// Why a file or folder is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reason {
    /// A repository of its own, named in `.gitmodules`.
    Submodule,
    /// A crate of another project, put there by `cargo vendor`.
    Vendored,
    /// A folder that a build filled.
    BuildOutput,
    /// A symbolic link: what it points to is read where it is, if it is in the tree at all.
    Link,
    /// Permissions or the device forbid to read it.
    Unreadable,
    /// It was there when its folder was read, and then it was not.
    Vanished,
    /// It contains a NUL byte.
    Binary,
    /// It is larger than [`crate::read::LIMIT`].
    TooLarge,
    /// Its name cannot be written in a report or a diff.
    Name,
}

impl Reason {
    /// Whether what was skipped may have belonged to the tree, so that results may lack it.
    const fn is_loss(self) -> bool {
        !matches!(self, Self::Submodule | Self::Vendored | Self::BuildOutput | Self::Link)
    }
}

impl From<&io::Error> for Reason {
    fn from(error: &io::Error) -> Self {
        match error.kind() {
            ErrorKind::NotFound => Self::Vanished,
            _ => Self::Unreadable,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Submodule => "submodule",
            Self::Vendored => "vendored crate",
            Self::BuildOutput => "build output",
            Self::Link => "symbolic link",
            Self::Unreadable => "not readable",
            Self::Vanished => "vanished",
            Self::Binary => "binary (NUL bytes)",
            Self::TooLarge => "larger than 16 MiB",
            Self::Name => "name is not UTF-8",
        })
    }
}

/// Names everything that was skipped.
pub(crate) fn name(skipped: &[Skipped], errors: &mut dyn Write) -> io::Result<()> {
    for skip in skipped {
        writeln!(errors, "skipped {}: {}", printable(&skip.path), skip.reason)?;
    }
    Ok(())
}

/// Counts what was skipped and may be missed.
pub(crate) fn count(skipped: &[Skipped], errors: &mut dyn Write) -> io::Result<()> {
    let mut counts = BTreeMap::<Reason, usize>::new();
    for skip in skipped.iter().filter(|skip| skip.reason.is_loss()) {
        *counts.entry(skip.reason).or_default() += 1;
    }
    if counts.is_empty() {
        return Ok(());
    }
    let total: usize = counts.values().sum();
    let parts: Vec<String> =
        counts.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
    let parts = parts.join(", ");
    writeln!(errors, "warning: skipped {total}: {parts}; --verbose names them")
}
