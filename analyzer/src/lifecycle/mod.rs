//! Lifecycle paths, ownership models, and what is observed along them.

mod conversion;
pub(crate) mod cures;
pub(crate) mod detect;
pub(crate) mod device;
pub(crate) mod elsewhere;
mod evidence;
mod frees;
pub(crate) mod inits;
mod leftovers;
pub(crate) mod links;
mod model;
pub(crate) mod models;
mod observation;
pub(crate) mod observe;
pub(crate) mod outside;
pub(crate) mod proof;
mod registration;
pub(crate) mod removals;
pub(crate) mod report;
pub(crate) mod simulation;
pub(crate) mod sites;
pub(crate) mod transactions;
mod undo;
mod verdict;

pub use conversion::{Conversion, ConversionKind};
pub use device::{CoreStep, DeviceTrace, Observed, PathOutcome, TraceEvent, Turn};
pub use model::{Glue, ModelFacts, OwnershipModel};
pub use models::ModelOutcome;
pub use observation::{
    Cure, EntryPoint, Evidence, LifecyclePath, Owner, Phase, RegionCall, RegionKind, Removal,
    Storage, Verdict,
};
pub use observe::{Observation, Witness};
pub use registration::{Registration, RegistrationKind};
pub use simulation::{Kind, StrongReference};
