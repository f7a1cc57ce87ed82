//! Devices that subscribe to an event manager.

use devmodel::conformance::Check;
use devmodel::{Cx, DevId, Device, Link, Machine, RealizeCx, RealizeError, UnplugError, Unplugged};
use devmodel_event_manager::{EventLoop, EventThread, Ready, Subscriber};
use event_manager::{EventManager, EventSet, MutEventSubscriber};
use std::io::{PipeReader, PipeWriter, Read as _, Write as _};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use vmm_sys_util::eventfd::{EFD_NONBLOCK, EventFd};

/// Counts what comes in by an eventfd and a pipe.
#[derive(Device)]
#[device(name = "meter", hotpluggable, realize = start)]
struct Meter {
    #[property]
    fails: bool,
    #[property]
    panics: bool,
    #[linked(required)]
    thread: Link<EventThread>,
    #[init(None)]
    bell: Option<EventFd>,
    #[init(None)]
    pipe: Option<PipeWriter>,
    rings: u64,
    bytes: u64,
    calls: u64,
    hung_up: bool,
}

impl Meter {
    fn start(&mut self, cx: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {
        let events = EventLoop::of(&self.thread)?;
        let bell = EventFd::new(EFD_NONBLOCK).map_err(refused)?;
        let (reader, writer) = std::io::pipe().map_err(refused)?;
        self.bell = Some(bell.try_clone().map_err(refused)?);
        self.pipe = Some(writer);
        events.subscribe(cx, bell, EventSet::IN, Self::ring)?;
        events.subscribe(cx, reader, EventSet::IN, Self::byte)?;
        if self.fails { Err(RealizeError::device("as told")) } else { Ok(()) }
    }

    fn ring(&mut self, _: &mut Cx<'_, Self>, ready: Ready<'_, EventFd>) {
        self.calls += 1;
        self.rings += ready.source.read().unwrap_or(0);
        assert!(!self.panics, "as told");
    }

    fn byte(&mut self, _: &mut Cx<'_, Self>, ready: Ready<'_, PipeReader>) {
        self.calls += 1;
        if ready.events.contains(EventSet::HANG_UP) {
            self.hung_up = true;
            return ready.stop();
        }
        let mut data = [0; 16];
        let mut source = ready.source;
        self.bytes += source.read(&mut data).unwrap_or(0) as u64;
    }
}

fn refused(error: std::io::Error) -> RealizeError {
    RealizeError::device(error.to_string())
}

struct Bench {
    manager: EventManager<Subscriber>,
    events: EventLoop,
    machine: Machine,
    id: DevId,
}

impl Bench {
    fn new() -> Self {
        let manager = EventManager::new().expect("there is epoll");
        let events = EventLoop::new(&manager);
        let mut machine = Machine::new();
        let id = add(&mut machine, &events).expect("it can be made");
        Self { manager, events, machine, id }
    }

    fn realized() -> Self {
        let mut bench = Self::new();
        bench.machine.realize(bench.id).expect("nothing fails");
        bench
    }

    /// Lets the loop do all that there is to do.
    fn run(&mut self) {
        for _ in 0..20 {
            self.manager.run_with_timeout(0).expect("epoll works");
        }
    }

    fn meter<R>(&self, look: impl FnOnce(&mut Meter) -> R) -> R {
        self.machine.with::<Meter, _>(self.id, |meter, _| look(meter)).expect("it is realized")
    }

    fn ring(&self) {
        self.meter(|meter| meter.bell.as_ref().map(|bell| bell.write(1)));
    }
}

fn add(machine: &mut Machine, events: &EventLoop) -> Result<DevId, RealizeError> {
    let id = machine.create::<Meter>("meter")?;
    link(machine, id, events)?;
    Ok(id)
}

fn link(machine: &mut Machine, id: DevId, events: &EventLoop) -> Result<(), RealizeError> {
    let thread = match machine.find("thread") {
        Some(thread) => thread,
        None => EventThread::plug(machine, "thread", events)?,
    };
    machine.link(id, "thread", Some(thread))?;
    Ok(())
}

#[test]
fn events_reach_the_device() {
    let mut bench = Bench::realized();
    bench.ring();
    bench.ring();
    bench.meter(|meter| {
        let pipe = meter.pipe.as_mut().expect("it was made");
        pipe.write_all(b"abc").expect("there is room");
    });
    bench.run();
    let (rings, bytes, calls) = bench.meter(|meter| (meter.rings, meter.bytes, meter.calls));
    assert_eq!((rings, bytes, calls), (2, 3, 2));
    assert_eq!((bench.events.subscribers(), bench.events.failed()), (2, 0));
}

#[test]
fn a_handler_can_have_enough() {
    let mut bench = Bench::realized();
    bench.meter(|meter| meter.pipe = None);
    bench.run();
    let (hung_up, calls) = bench.meter(|meter| (meter.hung_up, meter.calls));
    assert!(hung_up);
    assert_eq!(calls, 1, "it is not called again, although the pipe stays hung up");
}

#[test]
fn unplug_ends_the_subscriptions() {
    let mut bench = Bench::realized();
    bench.run();
    let bell = bench.meter(|meter| meter.bell.take()).expect("it was made");
    let (id, counts) = (bench.id, bench.machine.counts());
    assert_eq!(bench.machine.unplug(id), Ok(Unplugged::Gone));
    assert_eq!(
        (counts.devices(), counts.ports()),
        (1, 1),
        "the thread alone, before the loop runs"
    );
    bell.write(1).expect("it is still open here");
    bench.run();
    assert_eq!(bench.events.subscribers(), 0);
}

#[test]
fn a_device_can_be_realized_again() {
    let mut bench = Bench::realized();
    for round in 1..=3 {
        bench.ring();
        bench.run();
        assert_eq!(bench.meter(|meter| meter.rings), round);
        bench.machine.unrealize(bench.id).expect("it is realized");
        bench.run();
        assert_eq!(bench.events.subscribers(), 0);
        bench.machine.realize(bench.id).expect("nothing fails");
    }
}

#[test]
fn a_realize_that_fails_ends_the_subscriptions() {
    let mut bench = Bench::new();
    bench.machine.set(bench.id, "fails", true).expect("it is not realized");
    let failed = bench.machine.realize(bench.id);
    assert_eq!(failed, Err(RealizeError::device("as told")));
    assert_eq!(bench.events.subscribers(), 2, "the loop has not run yet");
    bench.run();
    assert_eq!(bench.events.subscribers(), 0);
}

#[test]
fn a_handler_that_panics_is_not_called_again() {
    let mut bench = Bench::new();
    bench.machine.set(bench.id, "panics", true).expect("it is not realized");
    bench.machine.realize(bench.id).expect("it does not panic yet");
    bench.ring();
    bench.run();
    let poison = bench.machine.poison(bench.id).expect("it is there");
    assert_eq!(poison.as_deref(), Some("as told"));
    assert_eq!(bench.machine.unplug(bench.id), Ok(Unplugged::Gone));
    bench.run();
    assert_eq!(bench.events.subscribers(), 0);
}

#[test]
fn the_event_manager_may_go_first() {
    let Bench { manager, events, mut machine, id } = Bench::realized();
    drop(manager);
    assert_eq!(events.subscribers(), 0, "they were still on their way");
    assert_eq!(machine.unplug(id), Ok(Unplugged::Gone));
    let id = add(&mut machine, &events).expect("the name is free");
    assert!(matches!(machine.realize(id), Err(RealizeError::Device(_))));
}

#[test]
fn the_machine_may_go_first() {
    let Bench { mut manager, events, machine, .. } = Bench::realized();
    manager.run_with_timeout(0).expect("epoll works");
    let counts = machine.counts();
    drop(machine);
    assert_eq!((counts.devices(), counts.ports()), (0, 0));
    manager.run_with_timeout(0).expect("epoll works");
    assert_eq!(events.subscribers(), 0);
}

#[test]
fn what_can_not_be_watched_is_counted() {
    #[derive(Device)]
    #[device(name = "reader", realize = start)]
    struct Reader {
        #[linked(required)]
        thread: Link<EventThread>,
    }

    impl Reader {
        fn start(&mut self, cx: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {
            let file = std::fs::File::open(env!("CARGO_MANIFEST_PATH")).map_err(refused)?;
            EventLoop::of(&self.thread)?.subscribe(cx, file, EventSet::IN, |_, _, _| ())
        }
    }

    let mut bench = Bench::new();
    let id = bench.machine.create::<Reader>("reader").expect("the name is free");
    link(&mut bench.machine, id, &bench.events).expect("it is not realized");
    bench.machine.realize(id).expect("nobody knows yet");
    bench.run();
    assert_eq!(bench.events.failed(), 1);
    assert_eq!(bench.machine.destroy(id), Ok(Unplugged::Gone));
    bench.run();
    assert_eq!(bench.events.subscribers(), 0);
}

#[test]
fn other_types_of_subscribers_will_do() {
    type Shared = Arc<Mutex<dyn MutEventSubscriber + Send>>;
    let mut manager = EventManager::<Shared>::new().expect("there is epoll");
    let events = EventLoop::with(&manager, |subscriber| Arc::new(Mutex::new(subscriber)));
    let mut machine = Machine::new();
    let id = add(&mut machine, &events).expect("it can be made");
    machine.realize(id).expect("nothing fails");
    let ring = |meter: &mut Meter, _: &mut Cx<'_, Meter>| meter.bell.as_ref().map(|b| b.write(5));
    machine.with::<Meter, _>(id, ring).expect("it is realized");
    for _ in 0..3 {
        manager.run_with_timeout(0).expect("epoll works");
    }
    assert_eq!(machine.with::<Meter, _>(id, |meter, _| meter.rings), Ok(5));
}

#[test]
fn a_device_whose_thread_is_gone_is_not_realized() {
    let mut bench = Bench::new();
    let thread = bench.machine.find("thread").expect("it was plugged");
    let gone: Result<_, UnplugError> = bench.machine.unplug(thread);
    assert_eq!(gone, Ok(Unplugged::Gone));
    assert_eq!(bench.machine.realize(bench.id), Err(RealizeError::Link("thread")));
}

/// Every path of the life of a device that subscribes, while the loop runs on its own thread.
#[test]
fn it_keeps_what_the_framework_promises() {
    let (events, stop, thread) = start_thread();
    let report = Check::<Meter>::new()
        .seat({
            let events = events.clone();
            move |machine, id| link(machine, id, &events)
        })
        .rounds(5)
        .run()
        .expect("it keeps what the framework promises");
    assert!(report.effects >= 2, "each subscription has failed once: {report:?}");
    drop(stop);
    thread.join().expect("the loop did not panic");
    assert_eq!((events.subscribers(), events.failed()), (0, 0));
}

/// Events come all the time, on another thread, while the device comes and goes.
#[test]
fn a_busy_device_can_be_unplugged() {
    let (events, stop, thread) = start_thread();
    let mut machine = Machine::new();
    let counts = machine.counts();
    for _ in 0..200 {
        let id = add(&mut machine, &events).expect("the name is free");
        machine.realize(id).expect("nothing fails");
        let bell = machine.with::<Meter, _>(id, |meter, _| meter.bell.take());
        let bell = bell.expect("it is realized").expect("it was made");
        while machine.with::<Meter, _>(id, |meter, _| meter.rings) == Ok(0) {
            bell.write(1).expect("it is open");
        }
        bell.write(1).expect("it is open");
        machine.unplug_wait(id, Duration::from_secs(30)).expect("no handler lasts");
    }
    drop((machine, stop));
    thread.join().expect("the loop did not panic");
    assert_eq!((counts.devices(), counts.ports()), (0, 0));
    assert_eq!((events.subscribers(), events.failed()), (0, 0));
}

/// An event loop on a thread of its own; it ends, when all is done, once the sender is dropped.
fn start_thread() -> (EventLoop, Sender<()>, std::thread::JoinHandle<()>) {
    let (give, take) = channel();
    let (stop, stopped) = channel();
    let thread = std::thread::spawn(move || {
        let mut manager = EventManager::<Subscriber>::new().expect("there is epoll");
        give.send(EventLoop::new(&manager)).expect("somebody waits");
        while !is_over(&stopped) {
            manager.run_with_timeout(10).expect("epoll works");
        }
        while manager.run_with_timeout(0).expect("epoll works") > 0 {}
    });
    (take.recv().expect("the thread runs"), stop, thread)
}

fn is_over(stopped: &Receiver<()>) -> bool {
    stopped.try_recv() == Err(std::sync::mpsc::TryRecvError::Disconnected)
}
