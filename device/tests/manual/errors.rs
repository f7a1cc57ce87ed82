//! What is refused, with a typed error, in builds with and without memory.

use devmodel::manual::{Access, Lifecycle, MemoryRegion};
use devmodel::{Cx, Machine, MemoryError, NoBus, Ops, RealizeCx, RealizeError};

/// Does what a test says in its realize.
struct Told {
    a: MemoryRegion,
    b: MemoryRegion,
    order: Order,
}

type Order = fn(&mut Told, &mut RealizeCx<'_, Told>) -> Result<(), RealizeError>;

impl Lifecycle for Told {
    const NAME: &'static str = "told";
    type Parent = NoBus;

    fn init() -> Self {
        let (a, b) = (MemoryRegion::default(), MemoryRegion::default());
        Self { a, b, order: |_, _| Ok(()) }
    }

    fn realize(&mut self, cx: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {
        (self.order)(self, cx)
    }
}

impl Ops for Told {
    type Device = Self;

    fn read(_: &mut Self, _: &mut Cx<'_, Self>, _: u64, _: u8) -> u64 {
        0
    }

    fn write(_: &mut Self, _: &mut Cx<'_, Self>, _: u64, _: u8, _: u64) {}
}

/// Realizes a device that does this. Nothing is left if it fails.
fn realize(order: Order) -> Result<(), RealizeError> {
    let mut machine = Machine::new();
    let id = machine.create::<Told>("device").expect("it can be created");
    // Handlers run in realized devices only.
    machine.realize(id).expect("it does nothing yet");
    machine.with::<Told, _>(id, |device, _| device.order = order).expect("it is realized");
    machine.unrealize(id).expect("it is realized");
    let counts = machine.counts();
    let done = machine.realize(id);
    let ports = counts.ports();
    assert_eq!(ports, usize::from(done.is_ok()));
    #[cfg(feature = "memory")]
    assert!(done.is_ok() || machine.memory().resident() == 2, "only the board's regions are left");
    done
}

fn refused(order: Order, error: MemoryError) {
    assert_eq!(realize(order), Err(RealizeError::Memory(error)));
}

#[test]
fn a_live_region_is_not_made_again() {
    let twice: Order = |device, cx| {
        device.a.init_container(cx, "a", 16)?;
        device.a.init_container(cx, "a", 16)
    };
    refused(twice, MemoryError::AlreadyMade);
    let twice: Order = |device, cx| {
        device.a.init_io::<Told>(cx, "a", 16, Access::new())?;
        device.a.init_ram(cx, "a", 16)
    };
    refused(twice, MemoryError::AlreadyMade);
}

#[test]
fn what_was_removed_is_made_again() {
    let order: Order = |device, cx| {
        device.a.init_container(cx, "a", 16)?;
        device.a.unparent(cx);
        device.a.unparent(cx);
        device.a.init_reserved(cx, "a", 16)?;
        device.b.init_container(cx, "b", 32)?;
        device.b.add_subregion(cx, 0, &device.a)
    };
    assert_eq!(realize(order), Ok(()));
}

#[test]
fn a_region_that_was_not_made_is_no_region() {
    let steps: [Order; 9] = [
        |device, cx| device.a.export(cx, 0),
        |device, cx| device.a.register_vmstate(cx),
        |device, cx| device.a.set_unmergeable(cx),
        |device, cx| device.a.add_subregion(cx, 0, &device.b),
        |device, cx| {
            device.a.init_container(cx, "a", 16)?;
            device.a.add_subregion_overlap(cx, 0, &device.b, 1)
        },
        |device, cx| {
            device.b.init_container(cx, "b", 16)?;
            device.a.add_subregion(cx, 0, &device.b)
        },
        |device, cx| device.b.init_alias(cx, "b", &device.a, 0, 16),
        |device, cx| Ok(cx.set_enabled(&device.a, false)?),
        |device, cx| {
            device.a.init_container(cx, "a", 16)?;
            device.a.unparent(cx);
            Ok(cx.set_enabled(&device.a, false)?)
        },
    ];
    for step in steps {
        refused(step, MemoryError::NoSuchRegion);
    }
}

#[test]
fn only_memory_is_saved() {
    let order: Order = |device, cx| {
        device.a.init_reserved(cx, "a", 16)?;
        device.a.register_vmstate(cx)
    };
    refused(order, MemoryError::NoContent);
}

#[test]
fn an_export_has_one_region_and_a_region_one_export() {
    let two_regions: Order = |device, cx| {
        device.a.init_ram(cx, "a", 16)?;
        device.b.init_ram(cx, "b", 16)?;
        device.a.export(cx, 1)?;
        device.b.export(cx, 1)
    };
    assert_eq!(realize(two_regions), Err(RealizeError::Export(1)));
    let two_numbers: Order = |device, cx| {
        device.a.init_ram(cx, "a", 16)?;
        device.a.export(cx, 1)?;
        device.a.export(cx, 2)
    };
    assert_eq!(realize(two_numbers), Err(RealizeError::Export(2)));
    let one_of_each: Order = |device, cx| {
        device.a.init_ram(cx, "a", 16)?;
        device.a.export(cx, 1)?;
        device.a.unparent(cx);
        device.b.init_ram(cx, "b", 16)?;
        device.b.export(cx, 1)
    };
    assert_eq!(realize(one_of_each), Ok(()));
}

#[cfg(feature = "memory")]
#[test]
fn the_memory_refuses_what_it_always_refuses() {
    refused(|device, cx| device.a.init_container(cx, "a", 0), MemoryError::ZeroSize);
    let into_itself: Order = |device, cx| {
        device.a.init_container(cx, "a", 16)?;
        device.a.add_subregion(cx, 0, &device.a)
    };
    refused(into_itself, MemoryError::AliasCycle);
    let twice: Order = |device, cx| {
        device.a.init_container(cx, "a", 16)?;
        device.b.init_reserved(cx, "b", 4)?;
        device.a.add_subregion(cx, 0, &device.b)?;
        device.a.add_subregion(cx, 8, &device.b)
    };
    refused(twice, MemoryError::AlreadyMapped);
    let no_alias: Order = |device, cx| {
        device.a.init_container(cx, "a", 16)?;
        Ok(cx.set_alias_offset(&device.a, 4)?)
    };
    refused(no_alias, MemoryError::NotAnAlias);
    let no_rom: Order = |device, cx| {
        device.a.init_ram(cx, "a", 16)?;
        Ok(cx.set_romd(&device.a, false)?)
    };
    refused(no_rom, MemoryError::NotARomDevice);
}

/// A region that somehow got into another device is none of its regions.
#[test]
fn a_region_of_another_device_is_no_region() {
    let mut machine = Machine::new();
    let [first, second] = ["first", "second"].map(|name| {
        let id = machine.create::<Told>(name).expect("it can be created");
        machine.realize(id).expect("it does nothing yet");
        id
    });
    let order: Order = |device, cx| device.a.init_container(cx, "a", 16);
    machine.with::<Told, _>(first, |device, _| device.order = order).expect("it is realized");
    machine.unrealize(first).expect("it is realized");
    machine.realize(first).expect("it makes a region");
    let taken = machine.with::<Told, _>(first, |device, _| std::mem::take(&mut device.a));
    let taken = taken.expect("it is realized");
    let found = machine.with::<Told, _>(second, |_, cx| {
        taken.unparent(cx);
        cx.set_enabled(&taken, false)
    });
    assert_eq!(found, Ok(Err(MemoryError::NoSuchRegion)));
    let found = machine.with::<Told, _>(first, |_, cx| cx.set_enabled(&taken, false));
    assert_eq!(found, Ok(Ok(())), "it is still that of the first");
}

#[test]
fn sizes_of_accesses_are_checked() {
    for (min, max) in [(0, 4), (3, 4), (4, 2), (8, 16)] {
        let made = std::panic::catch_unwind(|| Access::new().valid(min, max));
        assert!(made.is_err(), "{min} to {max}");
        let made = std::panic::catch_unwind(|| Access::new().implemented(min, max));
        assert!(made.is_err(), "{min} to {max}");
    }
    assert_ne!(Access::new().valid(1, 8).implemented(8, 8), Access::new());
    assert_eq!(Access::default(), Access::new());
}
