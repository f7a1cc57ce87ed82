//! What is observed in functions, wherever they are entered, rather than in the life of one type.

use super::{Evidence, Kind, LifecyclePath, Observation, Owner, Phase, RegionKind, Storage};
use crate::contexts::{ContextTable, Contexts};
use crate::model::{Location, Name};
use crate::objects::{Objects, TypeId};
use crate::tree::{ItemId, Tree};

/// One thing seen in a function.
pub(crate) struct Sight {
    pub(crate) kind: Kind,
    pub(crate) function: ItemId,
    pub(crate) location: Location,
    pub(crate) phase: Phase,
    pub(crate) paths: Vec<LifecyclePath>,
    pub(crate) region: String,
    pub(crate) region_kind: Option<RegionKind>,
    pub(crate) evidence: Vec<Evidence>,
}

/// What is needed to say in whose life a function runs.
#[derive(Clone, Copy)]
pub(crate) struct Outside<'o, 'a> {
    pub(crate) tree: &'o Tree<'a>,
    pub(crate) objects: &'o Objects<'o, 'a>,
    pub(crate) contexts: &'o ContextTable<'o, 'a>,
}

impl Outside<'_, '_> {
    /// The observation of what was seen.
    pub(crate) fn observation(&self, sight: Sight, contexts: &Contexts) -> Observation {
        let types = self.types(contexts);
        let name = |id: &TypeId| self.objects.get(*id).name.clone();
        let mut names: Vec<Name> = types.iter().map(name).collect();
        names.sort_unstable();
        Observation {
            kind: sight.kind,
            location: sight.location,
            function: self.tree.name(sight.function),
            types: names,
            phase: sight.phase,
            paths: sight.paths,
            region: sight.region,
            region_kind: sight.region_kind,
            storage: Storage::Unknown,
            owner: Owner::Unknown,
            container: String::new(),
            container_owner: Owner::Unknown,
            pluggable: types.iter().any(|&ty| self.objects.is_pluggable(ty)),
            guards: Vec::new(),
            evidence: sight.evidence,
            doubt: None,
            witness: None,
            cure: None,
        }
    }

    fn types(&self, contexts: &Contexts) -> Vec<TypeId> {
        let mut types: Vec<TypeId> =
            contexts.entries.iter().flat_map(|entry| entry.types.iter().copied()).collect();
        types.sort_unstable();
        types.dedup();
        types.retain(|&id| !self.objects.get(id).is_abstract);
        types
    }
}
