//! Lifecycles written by hand in Rust, and what the derive of the framework makes of them.

use super::{Cure, Evidence, Phase};
use crate::model::{Location, Name};

/// What is written by hand although it need not be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConversionKind {
    /// A teardown that only does what the framework does anyway.
    Teardown,
    /// A lifecycle that attributes can express.
    Lifecycle,
}

/// A lifecycle, or a part of one, that can be left to the framework.
#[derive(Clone, Debug)]
pub struct Conversion {
    /// What is written by hand.
    pub kind: ConversionKind,
    /// The code to look at first.
    pub location: Location,
    /// The function that contains it, as `Type::method`; empty for an item.
    pub function: Name,
    /// The device type.
    pub ty: Name,
    /// The phase to which it belongs.
    pub phase: Phase,
    /// The regions concerned, as `Type.field`.
    pub regions: Vec<String>,
    /// The places to look at, in order.
    pub evidence: Vec<Evidence>,
    /// Why it can't be rewritten by machine, if it can't.
    pub reason: String,
    /// The rewrite.
    pub cure: Option<Cure>,
}
