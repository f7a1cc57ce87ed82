//! Ownership models: which strong references a tree's memory core keeps, and what its device core
//! removes by itself.

use super::Evidence;
use super::simulation::Semantics;

/// Which strong references regions and owners hold on each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OwnershipModel {
    /// A region is kept alive through its owner; containing one references its owner.
    OwnerRefs,
    /// Regions and owners reference each other; containing a region references the region.
    RegionRefs,
    /// As `OwnerRefs`, without the reference between container and subregion of one owner.
    SameOwnerUnreferenced,
    /// The runtime of the `devmodel` crate: no strong cycle can be built.
    Framework,
}

/// What the device core does by itself after unrealize and after a failed realize.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Glue {
    /// It removes the device's regions from their containers.
    pub auto_delete: bool,
    /// It unparents the device's regions.
    pub auto_unparent: bool,
}

/// The model and glue in force, and where they were read.
#[derive(Clone, Debug)]
pub struct ModelFacts {
    /// The model.
    pub model: OwnershipModel,
    /// Where the tree's own core shows it; empty if it was assumed or stated by hand.
    pub model_evidence: Vec<Evidence>,
    /// The glue.
    pub glue: Glue,
    /// The part of the glue that the tree does not have, and that was assumed.
    pub assumed: Glue,
    /// Whether the model was stated by hand.
    pub stated: bool,
}

impl ModelFacts {
    /// What the simulation goes by.
    pub(crate) const fn semantics(&self) -> Semantics {
        Semantics { model: self.model, glue: self.glue }
    }
}

impl OwnershipModel {
    /// Every model, those of trees with a memory core of their own first.
    pub const ALL: [Self; 4] =
        [Self::OwnerRefs, Self::RegionRefs, Self::SameOwnerUnreferenced, Self::Framework];

    /// The word of the output contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OwnerRefs => "owner-refs",
            Self::RegionRefs => "region-refs",
            Self::SameOwnerUnreferenced => "same-owner-unreferenced",
            Self::Framework => "framework",
        }
    }

    /// Which strong references the memory core keeps, as a clause.
    #[must_use]
    pub const fn claim(self) -> &'static str {
        match self {
            Self::OwnerRefs => "a container references the owner of each of its subregions",
            Self::RegionRefs => {
                "regions and owners reference each other, and a container its subregions"
            }
            Self::SameOwnerUnreferenced => {
                "a container references the owner of a subregion unless it has the same owner"
            }
            Self::Framework => "no region references a device",
        }
    }
}

impl Glue {
    /// Every combination, none first.
    pub const ALL: [Self; 4] = [
        Self { auto_delete: false, auto_unparent: false },
        Self { auto_delete: true, auto_unparent: false },
        Self { auto_delete: false, auto_unparent: true },
        Self { auto_delete: true, auto_unparent: true },
    ];

    pub(crate) const AUTO_DELETE: &str = "the device core deletes a device's own subregions after \
                                          unrealize and after a failed realize";
    pub(crate) const AUTO_UNPARENT: &str =
        "the device core unparents a device's own regions after unrealize";

    /// What is claimed about the device core, in the words of the verdicts that rest on it.
    #[must_use]
    pub fn claims(self) -> Vec<&'static str> {
        [(self.auto_delete, Self::AUTO_DELETE), (self.auto_unparent, Self::AUTO_UNPARENT)]
            .into_iter()
            .filter_map(|(set, claim)| set.then_some(claim))
            .collect()
    }

    /// The words of the output contract, in their order.
    #[must_use]
    pub fn words(self) -> Vec<&'static str> {
        [(self.auto_delete, "auto-delete"), (self.auto_unparent, "auto-unparent")]
            .into_iter()
            .filter_map(|(set, word)| set.then_some(word))
            .collect()
    }
}
