//! What a machine tells whoever runs it.

use super::tree::DevId;

/// Something that happened to a device.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A device that had been realized is gone, with everything that was part of it or plugged into it.
    DeviceDeleted {
        /// Its id, which names nothing any more.
        id: DevId,
        /// The name that it was given.
        name: String,
    },
    /// The guest was asked to give up a device.
    UnplugRequested {
        /// The device.
        id: DevId,
    },
}
