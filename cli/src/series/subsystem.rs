//! The part of a tree that one patch is about.

/// A part of a tree; what lies in the same one goes into the same patch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Subsystem {
    /// A section of `MAINTAINERS`.
    Section(String),
    /// A folder, where no section is closer than the whole tree.
    Folder(String),
}

impl Subsystem {
    /// What it is called.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Section(name) | Self::Folder(name) => name,
        }
    }
}
