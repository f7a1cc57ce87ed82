//! What goes wrong with the registration of devices on buses, and of file descriptors with a VM.

use super::{Cure, Evidence, Phase};
use crate::model::{Location, Name};

/// What is wrong with a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RegistrationKind {
    /// A constructor registers what it makes.
    InInit,
    /// It stays when a later step of the same function fails.
    LeftOnError,
    /// Nothing that ends the device takes it back.
    Forgotten,
    /// A failure to take it back goes unseen.
    ErrorDropped,
    /// What the device owns holds a strong handle of the device.
    StrongHandle,
}

/// One defect around a registration, and where it shows.
#[derive(Clone, Debug)]
pub struct Registration {
    /// What is wrong.
    pub kind: RegistrationKind,
    /// The call that shows it.
    pub location: Location,
    /// The function that contains the call, as `Type::method` or `function`.
    pub function: Name,
    /// The type whose device, or whose method, it is; empty if none is known.
    pub ty: Name,
    /// The phase in which the call is made.
    pub phase: Phase,
    /// What is registered, as the source has it.
    pub what: String,
    /// Where it is registered, as the source has it.
    pub container: String,
    /// The type of the container.
    pub container_type: Name,
    /// The call that takes it back, by name.
    pub removal: Name,
    /// Whether the tree takes such registrations back anywhere: devices come and go.
    pub is_removable: bool,
    /// The places to look at, in order.
    pub evidence: Vec<Evidence>,
    /// What would set it right, if it can be written.
    pub cure: Option<Cure>,
}
