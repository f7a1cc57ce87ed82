//! Rules about registrations of devices on buses, and of their file descriptors with a VM.

pub(crate) mod forgotten_deregister;
pub(crate) mod registration_in_init;
pub(crate) mod removal_error_dropped;
pub(crate) mod strong_handle_in_callback;
pub(crate) mod unregistered_on_error;
