//! Saving and loading the state of devices.

use super::cell::AnyCell;
use super::machine::Machine;
use crate::io::RegionKey;
use crate::memory::RamBlock;
use crate::state::{DeviceState, MachineState, StateError, StateReader, StateWriter};
use std::sync::Arc;

impl Machine {
    /// The state of every device that has any, and the content of its regions with `migrate`.
    ///
    /// # Errors
    ///
    /// [`StateError::Field`], and `Busy` from within a handler.
    pub fn save(&self) -> Result<MachineState, StateError> {
        let mut state = MachineState::default();
        for (_, slot) in self.tree.iter() {
            let cell = &*slot.cell;
            let device = save(cell)?;
            if !device.fields.is_empty() || !device.memory.is_empty() {
                state.0.insert(cell.core().name.to_string(), device);
            }
        }
        Ok(state)
    }

    /// Loads what [`save`](Self::save) has saved into devices of the same names and types. Devices that are
    /// not in the state stay as they are.
    ///
    /// # Errors
    ///
    /// [`StateError`]. The devices before the one that fails have been loaded: reset the machine then.
    pub fn load(&mut self, state: &MachineState) -> Result<(), StateError> {
        for (name, state) in &state.0 {
            let id = self.find(name).ok_or_else(|| StateError::NoSuchDevice(name.clone()))?;
            if let Ok(slot) = self.tree.get(id) {
                load(&*slot.cell, state)?;
            }
        }
        Ok(())
    }
}

fn save(cell: &dyn AnyCell) -> Result<DeviceState, StateError> {
    let meta = cell.meta();
    let mut writer = StateWriter::default();
    cell.save(&mut writer)?;
    let (device, version) = (meta.name.to_owned(), meta.version);
    let memory =
        migrated(cell).into_iter().map(|(name, ram)| bytes(&ram).map(|bytes| (name, bytes)));
    Ok(DeviceState { device, version, fields: writer.0, memory: memory.collect::<Result<_, _>>()? })
}

fn load(cell: &dyn AnyCell, state: &DeviceState) -> Result<(), StateError> {
    let meta = cell.meta();
    if state.device != meta.name {
        return Err(StateError::WrongType { found: state.device.clone(), wanted: meta.name });
    }
    if state.version > meta.version {
        return Err(StateError::TooNew { found: state.version, known: meta.version });
    }
    for (name, ram) in migrated(cell) {
        let bytes = state.memory.get(&name).ok_or_else(|| StateError::Missing(name.clone()))?;
        let fits = bytes.len() as u64 == ram.len() && ram.write(0, bytes).is_ok();
        if !fits {
            let why = format!("{} bytes do not fit", bytes.len());
            return Err(StateError::Field { field: name, why });
        }
    }
    cell.load(&mut StateReader(state))
}

/// The memory of a realized device that is part of its state.
fn migrated(cell: &dyn AnyCell) -> Vec<(String, Arc<RamBlock>)> {
    let Some(regions) = cell.regions() else {
        return Vec::new();
    };
    let fields = cell.meta().regions.iter().zip(0..).filter(|(region, _)| region.migrate);
    let elements = fields.flat_map(|(region, field)| {
        (0..region.count).map(move |element| (region, RegionKey { field, element }))
    });
    let described = elements.filter_map(|(region, key)| {
        let ram = regions.ram(key)?;
        let name = match region.count {
            1 => region.name.to_owned(),
            _ => format!("{}[{}]", region.name, key.element),
        };
        Some((name, ram))
    });
    described.chain(regions.by_hand.migrated()).collect()
}

fn bytes(ram: &RamBlock) -> Result<Vec<u8>, StateError> {
    let too_large = || StateError::device("there is not enough memory to save the memory");
    let len = usize::try_from(ram.len()).map_err(|_| too_large())?;
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(len).map_err(|_| too_large())?;
    bytes.resize(len, 0);
    ram.read(0, &mut bytes).map_err(|_| too_large())?;
    Ok(bytes)
}
