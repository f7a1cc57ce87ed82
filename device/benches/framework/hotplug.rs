//! A device with four regions comes and goes among many that stay.

use crate::population::{Locked, PAGE, locked, machine, plug, register};
use crate::turns::{Contender, heading, in_turn, print};
use std::sync::{Arc, Mutex};
use vm_device::bus::MmioAddress;
use vm_device::device_manager::MmioManager as _;

pub(crate) fn run(rounds: usize) {
    heading("Plug and unplug of a device with 4 regions", "vm-device");
    for (residents, cycles) in [(100, 2_000), (1_000, 1_000), (10_000, 200)] {
        one(rounds, residents, cycles);
    }
}

fn one(rounds: usize, residents: u64, cycles: usize) {
    let mut machine = machine(residents);
    let mut manager = locked(residents, 1);
    let mut contenders = [
        Contender::new("devmodel, realize and unplug", || {
            for _ in 0..cycles {
                let id = plug(&mut machine, residents);
                machine.unplug(id).expect("nobody is in it");
            }
        }),
        Contender::new("vm-device, register and deregister", || {
            for _ in 0..cycles {
                let device = Arc::new(Mutex::new(Locked::default()));
                let pages = residents + 8..residents + 12;
                pages.clone().for_each(|page| register(&mut manager, page, device.clone()));
                pages.for_each(|page| {
                    manager.deregister_mmio(MmioAddress(page * PAGE)).expect("it is there");
                });
            }
        }),
    ];
    let figures = in_turn(rounds, cycles, &mut contenders);
    let names: Vec<&str> = contenders.iter().map(|contender| contender.name).collect();
    print(&format!("{residents} residents"), ("us", 1e3), &names, &figures);
}
