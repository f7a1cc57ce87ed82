//! Every sort of region by hand, and what can be done with it.

use devmodel::manual::{Access, Lifecycle, MemoryRegion};
use devmodel::memory::EventFd;
use devmodel::{
    AccessError, Cx, DevId, Machine, Ops, RealizeCx, RealizeError, SysBus, conformance,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

static RINGS: AtomicU32 = AtomicU32::new(0);

struct Bell;

impl EventFd for Bell {
    fn signal(&self) {
        RINGS.fetch_add(1, Ordering::SeqCst);
    }
}

/// One of each.
struct Zoo {
    all: MemoryRegion,
    io: MemoryRegion,
    hole: MemoryRegion,
    ram: MemoryRegion,
    rom: MemoryRegion,
    flash: MemoryRegion,
    window: MemoryRegion,
    banks: [MemoryRegion; 2],
    last: (u64, u8),
}

impl Lifecycle for Zoo {
    const NAME: &'static str = "zoo";
    type Parent = SysBus;

    fn init() -> Self {
        Self {
            all: MemoryRegion::default(),
            io: MemoryRegion::default(),
            hole: MemoryRegion::default(),
            ram: MemoryRegion::default(),
            rom: MemoryRegion::default(),
            flash: MemoryRegion::default(),
            window: MemoryRegion::default(),
            banks: Default::default(),
            last: (0, 0),
        }
    }

    fn realize(&mut self, cx: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {
        self.all.init_container(cx, "all", 0x1_0000)?;
        self.all.export(cx, 0)?;
        let words = Access::new().valid(2, 4).valid_unaligned().implemented(2, 4).big_endian();
        self.io.init_io::<Self>(cx, "io", 0x1000, words.implemented_unaligned())?;
        self.all.add_subregion(cx, 0, &self.io)?;
        cx.add_eventfd(&self.io, (0x20, 2, None), Arc::new(Bell))?;
        self.hole.init_reserved(cx, "hole", 0x1000)?;
        self.all.add_subregion(cx, 0x1000, &self.hole)?;
        self.ram.init_ram(cx, "ram", 0x1000)?;
        self.all.add_subregion(cx, 0x2000, &self.ram)?;
        self.rom.init_rom(cx, "rom", 0x1000)?;
        self.all.add_subregion(cx, 0x3000, &self.rom)?;
        cx.write_ram(&self.rom, 0, &[0x33; 8])
            .map_err(|error| RealizeError::device(error.to_string()))?;
        self.flash.init_rom_device::<Flash>(cx, "flash", 0x1000, Access::new())?;
        self.all.add_subregion(cx, 0x4000, &self.flash)?;
        self.window.init_alias(cx, "window", &self.ram, 0x800, 0x100)?;
        self.all.add_subregion_overlap(cx, 0x1000, &self.window, 1)?;
        for bank in 0..2 {
            self.banks[bank].init_ram(cx, "banks", 0x10)?;
            self.banks[bank].register_vmstate(cx)?;
            self.all.add_subregion(cx, 0x5000 + bank as u64 * 0x100, &self.banks[bank])?;
        }
        Ok(())
    }
}

impl Ops for Zoo {
    type Device = Self;

    fn read(zoo: &mut Self, _: &mut Cx<'_, Self>, offset: u64, size: u8) -> u64 {
        zoo.last = (offset, size);
        0x1234
    }

    fn write(zoo: &mut Self, _: &mut Cx<'_, Self>, offset: u64, size: u8, _: u64) {
        zoo.last = (offset, size);
    }
}

enum Flash {}

impl Ops for Flash {
    type Device = Zoo;

    fn read(_: &mut Zoo, _: &mut Cx<'_, Zoo>, _: u64, _: u8) -> u64 {
        0x80
    }

    fn write(zoo: &mut Zoo, cx: &mut Cx<'_, Zoo>, _: u64, _: u8, value: u64) {
        cx.set_romd(&zoo.flash, value != 0).expect("it is a ROM device");
    }
}

fn zoo() -> (Machine, DevId) {
    let mut machine = Machine::new();
    let id = machine.create::<Zoo>("zoo").expect("it can be created");
    machine.seat(id, &machine.system_bus(), SysBus::at(0x10_0000)).expect("it is its bus");
    machine.realize(id).expect("it can be realized");
    (machine, id)
}

const BASE: u64 = 0x10_0000;

#[test]
fn every_sort_answers_as_it_does_with_the_derive() {
    let (mut machine, id) = zoo();
    let space = machine.address_space();
    let read = |at, size| space.read_uint(BASE + at, size);
    let last = |machine: &mut Machine| machine.with::<Zoo, _>(id, |zoo, _| zoo.last);
    assert_eq!(read(0, 2), Ok(0x3412), "it is big endian");
    assert_eq!(read(0, 1), Err(AccessError::Decode), "a byte is not valid");
    assert!(read(1, 2).is_ok(), "an address that is not aligned is valid");
    assert_eq!(last(&mut machine), Ok((1, 2)), "and the handler is called with it");
    assert_eq!(space.write_uint(BASE + 0x20, 2, 5), Ok(()));
    assert_eq!(RINGS.load(Ordering::SeqCst), 1);
    assert_eq!(last(&mut machine), Ok((1, 2)), "a bell is rung instead");
    assert_eq!(read(0x1800, 4), Err(AccessError::Decode), "a hole rejects");
    assert_eq!(space.write_uint(BASE + 0x2804, 4, 7), Ok(()));
    assert_eq!(read(0x1004, 4), Ok(7), "the window is above the hole");
    assert_eq!(read(0x3000, 4), Ok(0x3333_3333));
    assert_eq!(space.write_uint(BASE + 0x3000, 4, 7), Err(AccessError::Decode), "ROM is only read");
    assert_eq!(read(0x4000, 1), Ok(0));
    assert_eq!(space.write_uint(BASE + 0x4000, 1, 0), Ok(()));
    assert_eq!(read(0x4000, 1), Ok(0x80), "the handler reads now");
}

#[test]
fn handlers_change_what_is_there() {
    let (mut machine, id) = zoo();
    let space = machine.address_space();
    let with = |change: fn(&mut Zoo, &mut Cx<'_, Zoo>)| {
        machine.with::<Zoo, _>(id, change).expect("it is realized");
    };
    with(|zoo, cx| {
        cx.set_address(&zoo.window, 0x8000).expect("it is in a container");
        cx.set_alias_offset(&zoo.window, 0xf00).expect("it is an alias");
        cx.write_ram(&zoo.ram, 0xf00, &[9]).expect("there is room");
        assert_eq!(cx.write_ram(&zoo.ram, 0xfff, &[0; 2]), Err(AccessError::Decode));
        assert_eq!(cx.write_ram(&zoo.hole, 0, &[0]), Err(AccessError::Revoked));
        assert!(cx.ram(&zoo.ram).is_some() && cx.ram(&zoo.io).is_none());
        assert!(cx.pci_spaces(&zoo.all, &zoo.all).is_some());
    });
    assert_eq!(space.read_uint(BASE + 0x8000, 1), Ok(9));
    with(|zoo, cx| cx.set_enabled(&zoo.window, false).expect("it is there"));
    assert!(space.read_uint(BASE + 0x8000, 1).is_err());
    with(|zoo, cx| {
        zoo.io.del_subregion(cx, &zoo.rom);
        zoo.window.del_subregion(cx, &zoo.rom);
    });
    assert_eq!(space.read_uint(BASE + 0x3000, 1), Ok(0x33), "it was in none of these");
    with(|zoo, cx| zoo.all.del_subregion(cx, &zoo.rom));
    assert!(space.read_uint(BASE + 0x3000, 1).is_err());
    with(|zoo, cx| zoo.all.unparent(cx));
    assert!(space.ranges().is_empty());
    machine.unrealize(id).expect("it is realized");
    machine.realize(id).expect("it can be realized again");
    assert_eq!(space.read_uint(BASE + 0x3000, 1), Ok(0x33));
}

#[test]
fn several_regions_of_one_name_are_saved_as_an_array_is() {
    let (mut machine, id) = zoo();
    let space = machine.address_space();
    assert_eq!(space.write_uint(BASE + 0x5108, 8, 7), Ok(()));
    let state = machine.save().expect("it can be saved");
    let names: Vec<_> = state.0["zoo"].memory.keys().cloned().collect();
    assert_eq!(names, ["banks[0]", "banks[1]"]);
    assert_eq!(space.write_uint(BASE + 0x5108, 8, 8), Ok(()));
    machine.load(&state).expect("it is the same device");
    assert_eq!(space.read_uint(BASE + 0x5108, 8), Ok(7));
    let forget = |zoo: &mut Zoo, cx: &mut Cx<'_, Zoo>| zoo.banks[1].unparent(cx);
    machine.with::<Zoo, _>(id, forget).expect("it is realized");
    let state = machine.save().expect("it can be saved");
    let names: Vec<_> = state.0["zoo"].memory.keys().cloned().collect();
    assert_eq!(names, ["banks[0]"], "the name stays");
    let dump = machine.memory().dump().expect("nobody changes it");
    assert!(dump.contains("banks") && dump.contains("flash"), "{dump}");
}

#[test]
fn they_keep_what_the_framework_promises() {
    let check = conformance::Check::<Zoo>::new().seat(|machine, id| {
        machine.seat(id, &machine.system_bus(), SysBus::at(BASE))?;
        Ok(())
    });
    let report = check.run().expect("it keeps what the framework promises");
    // 9 regions, 8 of them in a container, one export, one bell, two saved.
    assert!(report.effects >= 21, "{} effects", report.effects);
}
