//! Saved state: the fields with `#[state]` of every device, by name.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::collections::BTreeMap;

/// The state of a whole machine: one entry for each device that has any, by the device's path.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MachineState(pub BTreeMap<String, DeviceState>);

/// The saved state of one device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeviceState {
    /// The device type.
    pub device: String,
    /// The version of the type's state.
    pub version: u32,
    /// The fields, by name.
    pub fields: BTreeMap<String, serde_json::Value>,
    /// The content of the regions with `migrate`, by name; with `[n]` if the field is an array.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub memory: BTreeMap<String, Vec<u8>>,
}

/// Why state could not be saved or loaded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// The state is of another type of device.
    #[error("the state is of a `{found}`, the device is a `{wanted}`")]
    WrongType {
        /// The type that the state is of.
        found: String,
        /// The type of the device.
        wanted: &'static str,
    },
    /// The state is of a version that this build does not know.
    #[error("the state has version {found}, the newest known is {known}")]
    TooNew {
        /// The version of the state.
        found: u32,
        /// The version of the device type.
        known: u32,
    },
    /// A field that the state must have is not there.
    #[error("the state has no field `{0}`")]
    Missing(String),
    /// A field could not be written or read.
    #[error("field `{field}`: {why}")]
    Field {
        /// The field.
        field: String,
        /// Why.
        why: String,
    },
    /// A device of the state is not in the machine.
    #[error("there is no device at `{0}`")]
    NoSuchDevice(String),
    /// The device itself refuses the state.
    #[error("{0}")]
    Device(String),
    /// The device is not realized: there is nothing to load into.
    #[error("the device is not realized")]
    NotRealized,
    /// The device panicked before, or in its `post_load` hook.
    #[error("the device panicked")]
    Poisoned,
    /// A thread is in one of the device's handlers, and it is this one.
    #[error("the device is being accessed by this thread")]
    Busy,
}

impl StateError {
    /// What a `post_load` hook reports.
    pub fn device(why: impl Into<String>) -> Self {
        Self::Device(why.into())
    }
}

/// A type that a field with `#[state]` can have.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be saved",
    label = "a `#[state]` field is `serde::Serialize` and `serde::Deserialize`"
)]
pub trait StateField: Serialize + DeserializeOwned {}

impl<T: Serialize + DeserializeOwned> StateField for T {}

/// Takes the fields of a device, one by one.
#[doc(hidden)]
#[derive(Default)]
pub struct StateWriter(pub(crate) BTreeMap<String, serde_json::Value>);

/// Gives the fields of a device, one by one.
#[doc(hidden)]
pub struct StateReader<'a>(pub(crate) &'a DeviceState);

impl StateWriter {
    #[doc(hidden)]
    pub fn field<T: StateField>(
        &mut self,
        name: &str,
        _since: u32,
        field: &T,
    ) -> Result<(), StateError> {
        let value = serde_json::to_value(field).map_err(|error| wrong(name, &error))?;
        self.0.insert(name.to_owned(), value);
        Ok(())
    }
}

impl StateReader<'_> {
    /// The version of the state.
    #[doc(hidden)]
    pub fn version(&self) -> u32 {
        self.0.version
    }

    /// Reads a field. One that is newer than the state stays as it is.
    #[doc(hidden)]
    pub fn field<T: StateField>(
        &mut self,
        name: &str,
        since: u32,
        field: &mut T,
    ) -> Result<(), StateError> {
        if self.0.version < since {
            return Ok(());
        }
        let value = self.0.fields.get(name).ok_or_else(|| StateError::Missing(name.to_owned()))?;
        *field = serde_json::from_value(value.clone()).map_err(|error| wrong(name, &error))?;
        Ok(())
    }
}

fn wrong(field: &str, error: &serde_json::Error) -> StateError {
    StateError::Field { field: field.to_owned(), why: error.to_string() }
}
