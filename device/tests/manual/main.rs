//! Regions and lifecycles by hand.

mod errors;
mod lifecycle;
mod mixed;
#[cfg(feature = "memory")]
mod regions;
