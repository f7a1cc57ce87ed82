//! Lifecycle paths, ownership models, and what is observed along them.

mod model;
mod observation;

pub use model::{Glue, ModelFacts, OwnershipModel};
pub use observation::{
    EntryPoint, Evidence, LifecyclePath, Owner, Phase, RegionCall, RegionKind, Storage, Verdict,
};
