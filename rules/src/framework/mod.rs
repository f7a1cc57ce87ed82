//! Rules about devices written with the device framework.

pub(crate) mod derive_available;
pub(crate) mod manual_teardown;
