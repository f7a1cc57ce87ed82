//! The host bridge as a guest sees it: configuration, and giving devices up.

#![cfg(feature = "memory")]

mod guest;

use devmodel::{Event, State, UnplugError, Unplugged};
use devmodel_devices::pci_host::spec::*;
use devmodel_devices::pci_ide::spec::*;
use guest::pci::{BARS, Board, EJECT, PENDING, SLOT};
use std::sync::atomic::Ordering;

#[test]
fn a_guest_finds_the_function() {
    let mut board = Board::new();
    assert_eq!(board.config(0), u32::MAX, "nothing is there");
    board.plug("ide");
    assert_eq!(board.config(0), 0x7010_8086);
    assert_eq!(board.config(8) >> 8, 0x01_01_85);
    board.choose(0);
    assert_eq!(board.ports.get(u64::from(CONFIG_DATA) + 2, 2), 0x7010);
    board.ports.w32(CONFIG_ADDRESS.into(), 0);
    assert_eq!(board.ports.r32(CONFIG_DATA.into()), u32::MAX, "not enabled");
    let function = u32::from(SLOT) << 3 << ADDRESS_FUNCTION_SHIFT;
    let on_bus_1 = ADDRESS_ENABLE | 1 << ADDRESS_BUS_SHIFT | function;
    board.ports.w32(CONFIG_ADDRESS.into(), on_bus_1);
    assert_eq!(board.ports.r32(CONFIG_DATA.into()), u32::MAX, "on another bus");
    assert_eq!(board.ports.r32(CONFIG_ADDRESS.into()), on_bus_1);
}

#[test]
fn a_guest_learns_the_sizes_and_moves_the_bars() {
    let mut board = Board::new();
    board.plug("ide");
    let sizes = (0..6).map(|bar| {
        board.set_config(0x10 + 4 * bar, u32::MAX);
        !(board.config(0x10 + 4 * bar) & !3)
    });
    assert_eq!(sizes.collect::<Vec<_>>(), [7, 3, 7, 3, 15, u32::MAX]);
    assert!(board.ports.space.read_uint(BARS[0] + STATUS, 1).is_err());
    board.enumerate();
    assert_eq!(board.ports.r8(BARS[0] + STATUS), ST_READY);
    board.set_config(0x10, 0xd000);
    assert!(board.ports.space.read_uint(BARS[0] + STATUS, 1).is_err());
    assert_eq!(board.ports.r8(0xd000 + STATUS), ST_READY);
    board.set_config(0x04, 0);
    assert!(board.ports.space.read_uint(0xd000 + STATUS, 1).is_err(), "I/O is off");
}

#[test]
fn a_guest_is_asked_and_gives_the_device_up() {
    let mut board = Board::new();
    let id = board.plug("ide");
    let level = board.irq(board.host, "irq");
    board.enumerate();
    assert_eq!(board.machine.unplug(id), Ok(Unplugged::Requested));
    assert_eq!(board.machine.unplug(id), Err(UnplugError::UnplugPending));
    assert!(level.load(Ordering::SeqCst), "the guest is told");
    assert_eq!(board.ports.r32(PENDING), 1 << SLOT);
    assert_eq!(board.ports.r8(BARS[0] + STATUS), ST_READY, "it works until the guest is done");

    board.ports.w32(EJECT, 1 << SLOT);
    assert!(board.ports.space.read_uint(BARS[0] + STATUS, 1).is_err(), "it is gone at once");
    assert_eq!(board.machine.reclaim(), 0);
    assert_eq!(board.machine.state(id).ok(), None);
    assert_eq!((board.ports.r32(PENDING), board.config(0)), (0, u32::MAX));
    assert!(!level.load(Ordering::SeqCst));
    let events: Vec<Event> = std::iter::from_fn(|| board.machine.next_event()).collect();
    let deleted = Event::DeviceDeleted { id, name: "ide".to_owned() };
    assert_eq!(events, [Event::UnplugRequested { id }, deleted]);
}

#[test]
fn only_what_is_asked_for_can_be_given_up() {
    let mut board = Board::new();
    let id = board.plug("ide");
    board.ports.w32(EJECT, u32::MAX);
    assert_eq!((board.machine.reclaim(), board.machine.state(id)), (0, Ok(State::Realized)));
}

#[test]
fn a_guest_may_eject_twice() {
    let mut board = Board::new();
    let id = board.plug("ide");
    board.machine.unplug(id).expect("nothing forbids it");
    board.ports.w32(EJECT, 1 << SLOT);
    board.ports.w32(EJECT, 1 << SLOT);
    assert_eq!(board.machine.reclaim(), 0);
    let deleted = std::iter::from_fn(|| board.machine.next_event());
    assert_eq!(deleted.filter(|event| matches!(event, Event::DeviceDeleted { .. })).count(), 1);
}

#[test]
fn a_slot_can_be_used_again() {
    let mut board = Board::new();
    for _ in 0..100 {
        let id = board.plug("ide");
        board.enumerate();
        board.ports.w8(BARS[0] + STATUS, IDENTIFY);
        board.machine.unplug(id).expect("nothing forbids it");
        board.ports.w32(EJECT, board.ports.r32(PENDING));
        assert_eq!(board.machine.reclaim(), 0);
    }
    assert_eq!((board.machine.counts().devices(), board.machine.counts().ports()), (1, 1));
}

#[test]
fn a_board_taken_apart_takes_the_bus_along() {
    let mut board = Board::new();
    board.plug("ide");
    board.enumerate();
    assert_eq!(board.machine.destroy(board.host), Ok(Unplugged::Gone));
    assert!(board.machine.devices().is_empty());
    assert!(board.ports.space.ranges().is_empty(), "no port answers");
}

/// Mechanism 1 takes the address register as a whole; the other ports there are not its own.
#[test]
fn the_address_is_written_as_a_whole() {
    let board = Board::new();
    let address = u64::from(CONFIG_ADDRESS);
    board.ports.w32(address, 0x8000_0810);
    for size in [1, 2] {
        assert!(board.ports.space.write_uint(address, size, 0).is_err(), "{size} bytes");
    }
    assert_eq!(board.ports.r32(address), 0x8000_0810);
}
