//! What is seen in memory.

use crate::model::{Device, Kind, Model, Outcome, Seat};
use crate::system::{System, board_address, slot_offset};
use devmodel::memory::DmaDirection;
use devmodel::{AccessError, Attrs};

/// The regions that every machine has.
const BOARD: usize = 2;
const SPOTS: [u8; 2] = [0, 1];
/// Where the window of a store shows the middle of its bytes.
const WINDOW: u64 = 0x2000;
const MIDDLE: u64 = 0x800;

impl System {
    pub(crate) fn check_memory(&self, model: &Model) {
        assert_eq!(self.machine.memory().resident(), BOARD + model.regions(), "regions");
        for (id, device) in model.devices.iter().enumerate() {
            match device.kind {
                Kind::Card => self.check_card(device, model),
                Kind::Host => {}
                _ => self.check_on_board(id, device),
            }
        }
        for (at, mapping) in self.mapped.iter().enumerate() {
            let mapped = model.mapped[at];
            let is_there = model.is_current(mapped) && model.devices[mapped.0].is_mapped;
            assert_eq!(mapping.is_detached(), !is_there, "a mapping of device {}", mapped.0);
        }
    }

    /// Registers at an address.
    fn check_registers(&self, address: u64, device: &Device, is_there: bool) {
        let expected = match (is_there, device.is_poisoned) {
            (true, false) => Ok(u64::from(device.value)),
            (true, true) => Err(AccessError::Poisoned),
            (false, _) => Err(AccessError::Decode),
        };
        assert_eq!(self.machine.address_space().read_uint(address, 4), expected, "at {address:#x}");
    }

    fn check_card(&self, card: &Device, model: &Model) {
        let Some(Seat::Host(host, slot)) = card.seat else {
            return;
        };
        let mine = address_of_card(host, slot, model);
        let in_slot = model.devices.iter().any(|other| other.is_mapped && other.seat == card.seat);
        if let Some(address) = mine.filter(|_| card.is_mapped || !in_slot) {
            self.check_registers(address, card, card.is_mapped);
        }
    }

    fn check_on_board(&self, id: usize, device: &Device) {
        for spot in SPOTS {
            let is_there = device.is_mapped && device.seat == Some(Seat::Board(spot));
            let base = board_address(id, spot);
            match device.kind {
                Kind::Plain => self.check_registers(base, device, is_there),
                Kind::Whole => [0, 0x100]
                    .map(|part| self.check_bytes(base + part, is_there))
                    .into_iter()
                    .collect(),
                _ => self.check_store(base, is_there),
            }
        }
    }

    fn check_bytes(&self, address: u64, is_there: bool) {
        let read = self.machine.address_space().read_uint(address, 4);
        assert_eq!(read.is_ok(), is_there, "at {address:#x}: {read:?}");
    }

    fn check_store(&self, base: u64, is_there: bool) {
        self.check_bytes(base, is_there);
        let mut bytes = [[0; 8]; 2];
        let space = self.machine.address_space();
        for (at, bytes) in [MIDDLE, WINDOW].into_iter().zip(&mut bytes) {
            let read = space.read(base + at, bytes, Attrs::default());
            assert_eq!(read.is_ok(), is_there, "at {:#x}", base + at);
        }
        assert_eq!(bytes[0], bytes[1], "the window shows other bytes");
    }

    pub(crate) fn write(&mut self, id: usize, model: &Model, value: u32) -> Outcome {
        let device = &model.devices[id];
        let address = match device.seat {
            Some(Seat::Host(host, slot)) => address_of_card(host, slot, model),
            Some(Seat::Board(spot)) => Some(board_address(id, spot)),
            None => None,
        };
        let is_mine = matches!(device.kind, Kind::Plain | Kind::Card) && device.is_mapped;
        let Some(address) = address.filter(|_| is_mine) else {
            return Outcome::Refused;
        };
        match self.machine.address_space().write_uint(address, 4, value.into()) {
            Ok(()) => Outcome::Done,
            Err(AccessError::Poisoned) => Outcome::Poisoned,
            Err(_) => Outcome::Refused,
        }
    }

    pub(crate) fn map(&mut self, id: usize, model: &Model) -> Outcome {
        let device = &model.devices[id];
        let Some(Seat::Board(spot)) = device.seat.filter(|_| device.kind == Kind::Store) else {
            return Outcome::Refused;
        };
        let address = board_address(id, spot) + MIDDLE;
        let mapping = self.machine.address_space().map(address, 8, DmaDirection::FromDevice);
        let Some(mut mapping) = mapping.ok().filter(devmodel::memory::DmaMapping::is_direct) else {
            return Outcome::Refused;
        };
        mapping.write(0, &pattern(id)).expect("it has 8 bytes");
        self.mapped.push(mapping);
        Outcome::Done
    }

    /// The bytes are there, whether the device is or not.
    pub(crate) fn unmap(&mut self, map: usize, model: &Model) -> Outcome {
        if map >= self.mapped.len() {
            return Outcome::Refused;
        }
        let (mapping, mut bytes) = (self.mapped.swap_remove(map), [0; 8]);
        mapping.read(0, &mut bytes).expect("it has 8 bytes");
        assert_eq!(bytes, pattern(model.mapped[map].0));
        assert_eq!(mapping.unmap(8), Ok(()));
        Outcome::Done
    }
}

fn pattern(id: usize) -> [u8; 8] {
    [id as u8 + 1; 8]
}

fn address_of_card(host: usize, slot: u8, model: &Model) -> Option<u64> {
    match model.devices[host].seat {
        Some(Seat::Board(spot)) => Some(board_address(host, spot) + u64::from(slot_offset(slot))),
        _ => None,
    }
}
