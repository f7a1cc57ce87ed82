//! The thread of the DMA controller, in builds with and without memory.

use devmodel::{Machine, SysBus};
use devmodel_devices::DmaEngine;
use std::time::{Duration, Instant};

#[test]
fn it_ends_with_every_way_out() {
    let mut machine = Machine::new();
    let id = machine.create::<DmaEngine>("engine").expect("it can be created");
    machine.seat(id, &machine.system_bus(), SysBus::nowhere()).expect("it is its bus");
    for _ in 0..20 {
        machine.realize(id).expect("it can be realized");
        assert_eq!(machine.counts().ports(), 1);
        machine.unrealize(id).expect("it is realized");
        // The thread had a reference to the port.
        assert_eq!(machine.counts().ports(), 0);
    }
    machine.realize(id).expect("it can be realized");
    let (counts, end) = (machine.counts(), Instant::now() + Duration::from_secs(60));
    drop(machine);
    while counts.ports() > 0 {
        assert!(Instant::now() < end, "the thread is still there");
    }
}

/// The machine goes while the thread is in the engine: what realize did is undone on that thread, which
/// must not wait for itself.
#[cfg(feature = "memory")]
mod busy {
    use devmodel::region::Io;
    use devmodel::{Cx, DevId, Device, Machine, Ops, Region, SysBus, bus::SysBusAddress};
    use devmodel_devices::DmaEngine;
    use devmodel_devices::dma_engine::spec::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::time::{Duration, Instant};

    const LONG: Duration = Duration::from_secs(60);
    const ENGINE: u64 = 0x1000;
    const GATE: u64 = 0x8000;

    /// Who reads it waits.
    #[derive(Device)]
    #[device(name = "gate", parent = SysBus)]
    struct Gate {
        #[region(io, size = 4, export = 0)]
        registers: Region<Io>,
        ends: Option<(Sender<()>, Receiver<()>)>,
    }

    impl Ops for Gate {
        type Device = Self;

        fn read(gate: &mut Self, _: &mut Cx<'_, Self>, _: u64, _: u8) -> u64 {
            if let Some((inside, may_go)) = &gate.ends {
                let _ = inside.send(());
                let _ = may_go.recv_timeout(LONG);
            }
            0
        }

        fn write(_: &mut Self, _: &mut Cx<'_, Self>, _: u64, _: u8, _: u64) {}
    }

    fn add<D: Device<Parent = SysBus>>(machine: &mut Machine, at: SysBusAddress) -> DevId {
        let id = machine.create::<D>(D::META.name).expect("it can be created");
        machine.seat(id, &machine.system_bus(), at).expect("it is its bus");
        machine.realize(id).expect("it can be realized");
        id
    }

    #[test]
    fn the_thread_does_not_wait_for_itself() {
        let panics = Arc::new(AtomicUsize::new(0));
        let count = panics.clone();
        std::panic::set_hook(Box::new(move |_| {
            count.fetch_add(1, Ordering::SeqCst);
        }));
        let mut machine = Machine::new();
        add::<DmaEngine>(&mut machine, SysBus::at(ENGINE));
        let gate = add::<Gate>(&mut machine, SysBus::at(GATE));
        let ((inside, is_inside), (go, may_go)) = (channel(), channel());
        let ends = Some((inside, may_go));
        machine.with::<Gate, _>(gate, |gate, _| gate.ends = ends).expect("it is sound");
        let (space, counts) = (machine.address_space(), machine.counts());
        let set =
            |register, value| space.write_uint(ENGINE + register, 4, value).expect("it answers");
        set(CONFIGURATION, ENABLE.into());
        set(CHANNELS + SOURCE, GATE);
        set(CHANNELS + CONTROL, 1);
        set(CHANNELS + CHANNEL_CONFIGURATION, CHANNEL_ENABLE.into());
        is_inside.recv_timeout(LONG).expect("the engine reads the gate");
        drop(machine);
        assert_ne!(counts.devices(), 0, "the thread is in them");
        drop(go);
        let end = Instant::now() + LONG;
        while (counts.devices(), counts.ports()) != (0, 0) {
            assert!(Instant::now() < end, "something is left: {counts:?}");
        }
        assert_eq!(panics.load(Ordering::SeqCst), 0);
    }
}
