//! The stages in order: index, lower, resolve, trace, simulate.

use crate::Executor;
use crate::lifecycle::{Glue, ModelFacts, OwnershipModel, RegionCall};
use crate::model::FileId;

/// One file of the tree.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Its path relative to the root of the tree, with `/`.
    pub path: String,
    /// Its bytes, as read.
    pub text: Vec<u8>,
}

/// What the user states about the tree.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The ownership model; read from the tree's own core if `None`.
    pub model: Option<OwnershipModel>,
    /// Glue that is taken to be there, besides what the tree has.
    pub assume: Glue,
    /// Resolve owner and initialisation of every call, also of those no rule reports.
    pub every_call: bool,
}

/// How much was read and understood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Files indexed.
    pub files: usize,
    /// Functions with a body.
    pub functions: usize,
    /// Object types declared.
    pub types: usize,
    /// Functions that the analysis needed and that did not parse.
    pub opaque_functions: usize,
}

/// The result of an analysis.
pub struct Analysis {
    /// The files, in the order of their ids.
    pub files: Vec<SourceFile>,
    /// How much was read.
    pub statistics: Statistics,
    /// The model and glue in force.
    pub model: ModelFacts,
    /// Every call that ends or changes a region's life, ordered by file and position.
    pub calls: Vec<RegionCall>,
}

impl Analysis {
    /// The file with this id.
    #[must_use]
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }
}

/// Analyses a tree. Files are numbered in the order given; sort them for a stable result.
#[must_use]
pub fn analyze(files: Vec<SourceFile>, settings: &Settings, executor: &dyn Executor) -> Analysis {
    executor.run("index", files.len(), &|_| {});
    Analysis {
        statistics: Statistics { files: files.len(), ..Statistics::default() },
        files,
        model: ModelFacts {
            model: settings.model.unwrap_or(OwnershipModel::OwnerRefs),
            model_evidence: Vec::new(),
            glue: settings.assume,
            stated: settings.model.is_some(),
        },
        calls: Vec::new(),
    }
}
