//! The devices that the model knows.

use devmodel::manual::MemoryRegion;
use devmodel::region::{Alias, Container, Io, Ram};
use devmodel::{
    AccessError, Bus, Child, Cx, DevId, Device, Exclusive, IrqOut, Machine, MachineError, Ops,
    PciBus, RealizeCx, RealizeError, Region, SysBus, WeakDev,
};
use std::cell::Cell;

/// How many effects the realize hook of each device has.
pub(crate) const EFFECTS: u8 = 4;
/// What a handler that is to panic says.
pub(crate) const ON_PURPOSE: &str = "on purpose";
/// The value that, written to a register, makes a device eject itself.
pub(crate) const EJECT: u32 = 5;

thread_local! {
    static UNDONE: Cell<usize> = const { Cell::new(0) };
}

/// How many effects of realize are not undone.
pub(crate) fn effects() -> usize {
    UNDONE.get()
}

/// What all of them have in common.
pub(crate) trait Common: Device<Lock = Exclusive> {
    fn value(&mut self) -> u32;
    fn irq(&self) -> &IrqOut;
}

macro_rules! device {
    ($(#[$doc:meta])* $name:ident($($words:tt)*) { $($fields:tt)* }) => {
        $(#[$doc])*
        #[derive(Device)]
        #[device(realize = realize, unrealize = unrealize, $($words)*)]
        pub(crate) struct $name {
            /// At which effect realize fails; 0 for none.
            #[property(default = 0, max = 4)]
            fails_at: u8,
            #[property(default = false)]
            panics: bool,
            #[irq(out)]
            irq: IrqOut,
            #[state]
            value: u32,
            is_live: bool,
            $($fields)*
        }

        impl $name {
            fn realize(&mut self, cx: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {
                for effect in 1..=EFFECTS {
                    fail(self.fails_at == effect, self.panics)?;
                    UNDONE.set(UNDONE.get() + 1);
                    cx.defer(|| UNDONE.set(UNDONE.get() - 1))?;
                }
                self.is_live = true;
                Ok(())
            }

            fn unrealize(&mut self, _: &mut Cx<'_, Self>) {
                self.is_live = false;
            }
        }

        impl Common for $name {
            fn value(&mut self) -> u32 {
                assert!(self.is_live, "a handler runs when its device is not realized");
                self.value
            }

            fn irq(&self) -> &IrqOut {
                &self.irq
            }
        }

        impl Ops for $name {
            type Device = Self;

            fn read(device: &mut Self, _: &mut Cx<'_, Self>, _: u64, _: u8) -> u64 {
                device.value().into()
            }

            fn write(device: &mut Self, cx: &mut Cx<'_, Self>, _: u64, _: u8, value: u64) {
                device.value();
                if value != u64::from(EJECT) {
                    device.value = value as u32;
                } else if cx.eject().is_err() {
                    cx.fail(AccessError::Access);
                }
            }
        }
    };
}

fn fail(now: bool, by_panic: bool) -> Result<(), RealizeError> {
    match (now, by_panic) {
        (false, _) => Ok(()),
        (true, false) => Err(RealizeError::device(ON_PURPOSE)),
        (true, true) => panic!("{ON_PURPOSE}"),
    }
}

device! {
    Plain(name = "plain", parent = SysBus) {
        #[region(io, size = 0x10, export = 0)]
        registers: Region<Io>,
    }
}

device! {
    Part(name = "part") {
        #[region(io, size = 0x10, export = 0)]
        registers: Region<Io>,
    }
}

device! {
    Whole(name = "whole", parent = SysBus, hotpluggable) {
        #[region(container, size = 0x1000, export = 0)]
        all: Region<Container>,
        #[child(in = all, stride = 0x100)]
        parts: [Child<Part>; 2],
    }
}

device! {
    Store(name = "store", parent = SysBus, hotpluggable) {
        #[region(container, size = 0x4000, export = 0)]
        all: Region<Container>,
        #[region(ram, size = 0x1000, in = all)]
        bytes: Region<Ram>,
        #[region(alias(of = bytes, offset = 0x800, size = 0x800), in = all, at = 0x2000)]
        window: Region<Alias>,
    }
}

device! {
    Card(name = "card", parent = PciBus, hotpluggable, unplug = "request") {
        #[region(io, size = 0x10, export = 0)]
        registers: Region<Io>,
    }
}

/// By hand, its region, too: its realize gives the bus its spaces.
#[derive(Device)]
#[device(name = "host", parent = SysBus, hotpluggable, realize = realize, unrealize = unrealize)]
pub(crate) struct Host {
    #[property(default = 0, max = 4)]
    fails_at: u8,
    #[property(default = false)]
    panics: bool,
    #[irq(out)]
    irq: IrqOut,
    #[state]
    value: u32,
    is_live: bool,
    all: MemoryRegion,
    #[bus(PciBus)]
    bus: Bus<PciBus>,
}

impl Host {
    fn realize(&mut self, cx: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {
        self.all.init_container(cx, "all", 0x10000)?;
        self.all.export(cx, 0)?;
        let spaces = cx.pci_spaces(&self.all, &self.all);
        self.bus.with(|bus| bus.set_spaces(spaces));
        for effect in 1..=EFFECTS {
            fail(self.fails_at == effect, self.panics)?;
            UNDONE.set(UNDONE.get() + 1);
            cx.defer(|| UNDONE.set(UNDONE.get() - 1))?;
        }
        self.is_live = true;
        Ok(())
    }

    fn unrealize(&mut self, cx: &mut Cx<'_, Self>) {
        self.is_live = false;
        self.all.unparent(cx);
    }
}

impl Common for Host {
    fn value(&mut self) -> u32 {
        assert!(self.is_live, "a handler runs when its device is not realized");
        self.value
    }

    fn irq(&self) -> &IrqOut {
        &self.irq
    }
}

/// What somebody does with a device from outside.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Task {
    Look,
    Drive(bool),
    Eject,
    Panic,
}

/// A [`WeakDev`] of some type. Whatever it does comes to a value, or to the refusal of an eject.
pub(crate) type Handle = Box<dyn Fn(Task) -> Result<Option<u32>, AccessError>>;

/// A reference to a realized device.
pub(crate) fn reach<D: Common>(machine: &Machine, id: DevId) -> Result<Handle, MachineError> {
    let weak: WeakDev<D> = machine.weak(id)?;
    Ok(Box::new(move |task| {
        weak.with(|device, cx| {
            let value = device.value();
            match task {
                Task::Look => Some(value),
                Task::Eject => cx.eject().is_ok().then_some(value),
                Task::Panic => panic!("{ON_PURPOSE}"),
                Task::Drive(level) => {
                    device.irq().set(level);
                    Some(value)
                }
            }
        })
    }))
}
