//! What the derive generates, as its users see it.

use devmodel::region::{Alias, Container, Io, Ram, Reserved};
use devmodel::{
    Bus, BusEvent, Child, Cx, DefaultValue, DevId, Device, Endian, Entered, Inside, IrqDirection,
    IrqIn, IrqOut, Link, Machine, Meta, NoBus, Ops, RealizeCx, RealizeError, Region, RegionKind,
    ResetPhase, Size, Sizes, StateError, SysBus, Unplug, Value, ValueKind,
};

const BAR: u64 = 0x8000;

#[derive(Device)]
#[device(name = "demo", parent = SysBus, lock = "mutex", hotpluggable, version = 2)]
#[device(identity(vendor = 0x8086, device = 0x7010), unplug = "request", user_creatable = false)]
#[device(realize = start, unrealize = stop, finalize = end, post_load = loaded)]
#[device(reset(hold = hold))]
struct Demo {
    #[property(default = 16, min = 1, max = 64)]
    fifo_depth: u32,
    #[property(name = "label", default = "none")]
    text: String,
    #[property]
    quiet: bool,
    #[region(container, size = BAR, export = 0)]
    bar: Region<Container>,
    #[region(io, size = 0x1000, ops = DemoOps, in = bar, valid(1..=4, unaligned), impl(4))]
    regs: Region<Io>,
    #[region(io, size = 0x10, in = bar, at = 0x2000, stride = 0x100, endian = "big")]
    ports: [Region<Io>; 3],
    #[region(alias(of = regs, offset = 0x100, size = 0x100), in = bar, at = 0x40, prio = -1)]
    window: Region<Alias>,
    #[region(ram, size_from = fifo_depth * 4096, migrate, enabled = false, unmergeable)]
    buffer: Region<Ram>,
    #[irq(out, count = 2)]
    lines: [IrqOut; 2],
    #[irq(in, handler = pin)]
    wires: [IrqIn; 40],
    #[child(in = bar, at = 0x7000)]
    part: Child<Part>,
    #[bus(NoBus, event = heard)]
    #[init(Bus::new(NoBus))]
    bus: Bus<NoBus>,
    #[linked(required)]
    clock: Link<Part>,
    #[state]
    #[init(7)]
    count: u32,
    #[state]
    #[vmstate(since = 2)]
    late: u8,
    #[state]
    #[vmstate(skip)]
    cache: u8,
    scratch: Vec<u8>,
}

struct DemoOps;

impl Demo {
    fn start(&mut self, _: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {
        self.scratch.push(self.cache);
        Ok(())
    }

    fn stop(&mut self, _: &mut Cx<'_, Self>) {
        self.scratch.clear();
    }

    fn end(&mut self) {}

    fn hold(&mut self, _: &mut Cx<'_, Self>) {
        self.lines[0].set(self.quiet);
    }

    fn loaded(&mut self, _: &mut Cx<'_, Self>, version: u32) -> Result<(), StateError> {
        if version == 1 { Err(StateError::device("too old")) } else { Ok(()) }
    }

    fn pin(device: Entered<'_, Self>, _: &mut Cx<'_, Self>, pin: u16, level: bool) {
        device.count = u32::from(pin) + u32::from(level);
    }

    fn heard(_: Entered<'_, Self>, _: &mut Cx<'_, Self>, _: BusEvent) {}
}

impl Ops for DemoOps {
    type Device = Demo;

    fn read(demo: Entered<'_, Demo>, _: &mut Cx<'_, Demo>, _: u64, _: u8) -> u64 {
        u64::from(demo.count)
    }

    fn write(demo: Entered<'_, Demo>, _: &mut Cx<'_, Demo>, _: u64, _: u8, value: u64) {
        demo.count = value as u32;
    }
}

impl Ops for Demo {
    type Device = Self;

    fn read(_: Entered<'_, Self>, cx: &mut Cx<'_, Self>, _: u64, _: u8) -> u64 {
        u64::from(cx.element())
    }

    fn write(_: Entered<'_, Self>, _: &mut Cx<'_, Self>, _: u64, _: u8, _: u64) {}
}

#[derive(Device)]
#[device(lock = "shared", abstract)]
struct Part {
    #[region(reserved, size = 0x100, export = 0)]
    hole: Region<Reserved>,
    // The device that it is a part of: references may go in circles.
    #[linked]
    whole: Link<Demo>,
}

#[test]
fn meta_says_what_the_struct_says() {
    let Meta { name, bus, version, hotpluggable, user_creatable, is_abstract, unplug, .. } =
        *Demo::META;
    assert_eq!((name, bus, version), ("demo", Some("SysBus"), 2));
    assert_eq!((hotpluggable, user_creatable, is_abstract), (true, false, false));
    assert_eq!(unplug, Unplug::Request);
    assert_eq!(Demo::META.identity("device"), Some(0x7010));
    let part = Part::META;
    assert_eq!((part.name, part.bus, part.version), ("Part", None, 1));
    assert_eq!((part.hotpluggable, part.user_creatable, part.is_abstract), (false, true, true));
    assert_eq!((part.unplug, part.identity), (Unplug::Sync, [].as_slice()));
}

#[test]
fn meta_lists_regions() {
    let names: Vec<&str> = Demo::META.regions.iter().map(|region| region.name).collect();
    assert_eq!(names, ["bar", "regs", "ports", "window", "buffer"]);
    let [bar, regs, ports, window, buffer] = Demo::META.regions else {
        unreachable!("five names");
    };
    assert_eq!(
        (bar.kind, bar.size, bar.export),
        (RegionKind::Container, Size::Fixed(BAR), Some(0))
    );
    assert_eq!((bar.inside, bar.count, bar.enabled), (None, 1, true));
    assert_eq!(regs.inside, Some(Inside { field: 0, at: 0, stride: 0x1000, priority: 0 }));
    assert_eq!(regs.spec.valid, Sizes { min: 1, max: 4, unaligned: true });
    assert_eq!(regs.spec.implemented, Sizes { min: 4, max: 4, unaligned: false });
    assert_eq!((ports.count, ports.spec.endian), (3, Endian::Big));
    assert_eq!(ports.inside, Some(Inside { field: 0, at: 0x2000, stride: 0x100, priority: 0 }));
    assert_eq!(window.kind, RegionKind::Alias { of: 1, offset: 0x100 });
    assert_eq!(window.inside.map(|inside| inside.priority), Some(-1));
    assert_eq!((buffer.size, buffer.migrate), (Size::Computed, true));
    assert_eq!((buffer.enabled, buffer.unmergeable), (false, true));
}

#[test]
fn meta_lists_properties() {
    let [depth, label, quiet] = Demo::META.properties else {
        unreachable!("three properties");
    };
    assert_eq!((depth.name, depth.kind), ("fifo-depth", ValueKind::Number));
    assert_eq!((depth.default, depth.min, depth.max), (DefaultValue::Number(16), 1, 64));
    assert_eq!((label.name, label.default), ("label", DefaultValue::Text("none")));
    assert_eq!((quiet.name, quiet.default), ("quiet", DefaultValue::Bool(false)));
}

#[test]
fn meta_lists_what_else_is_there() {
    let [lines, wires] = Demo::META.irqs else {
        unreachable!("two fields of lines");
    };
    assert_eq!((lines.name, lines.direction, lines.count), ("lines", IrqDirection::Out, 2));
    assert_eq!((wires.name, wires.direction, wires.count), ("wires", IrqDirection::In, 40));
    let part = &Demo::META.children[0];
    assert_eq!((part.name, part.count, part.device.name), ("part", 1, "Part"));
    assert_eq!(part.inside.map(|inside| inside.at), Some(0x7000));
    assert_eq!((Demo::META.buses[0].name, Demo::META.buses[0].bus), ("bus", "none"));
    let clock = &Demo::META.links[0];
    assert_eq!((clock.name, clock.target, clock.required), ("clock", "Part", true));
    let states: Vec<(&str, u32, bool)> =
        Demo::META.states.iter().map(|state| (state.name, state.since, state.skip)).collect();
    assert_eq!(states, [("count", 1, false), ("late", 2, false), ("cache", 1, true)]);
}

#[test]
fn devices_that_contain_others_are_deeper() {
    assert_eq!((Part::DEPTH, Demo::DEPTH, Row::<Rack, 2>::DEPTH), (1, 2, 3));
}

#[derive(Device)]
struct Rack {
    #[child]
    parts: [Child<Part>; 3],
}

/// Parameters of types and numbers.
#[derive(Device)]
struct Row<T: Device, const N: usize>
where
    T: Send,
{
    #[child]
    items: [Child<T>; N],
    #[region(container, size = 0x100 * N as u64, export = 0)]
    all: Region<Container>,
    #[region(reserved, size = 0x10, in = all, stride = 0x100)]
    each: [Region<Reserved>; N],
    #[state]
    r#type: u8,
    marker: std::marker::PhantomData<T>,
}

#[test]
fn parameters_and_raw_names_are_carried_over() {
    let meta = <Row<Rack, 40>>::META;
    assert_eq!((meta.name, meta.children[0].count, meta.regions[1].count), ("Row", 40, 40));
    assert_eq!(meta.regions[0].size, Size::Fixed(0x2800));
    assert_eq!((meta.children[0].device.name, meta.states[0].name), ("Rack", "type"));
    let row = <Row<Rack, 3> as Device>::__init();
    let keys: Vec<(u16, u16)> =
        row.each.iter().map(|each| (each.key().field, each.key().element)).collect();
    assert_eq!((row.r#type, keys), (0, vec![(1, 0), (1, 1), (1, 2)]));
    assert_eq!(row.all.key().field, 0);
    let _ = (row.marker, row.items);
}

type Width = u16;
type Pair = [Region<Ram>; 2];

/// Types under other names, and constants in attributes.
#[derive(Device)]
struct Renamed {
    #[property(default = Self::WIDTH, max = Self::WIDTH * 2)]
    width: Width,
    #[property(default = i64::MIN + 1)]
    least: i64,
    #[region(ram, size = 4 * Self::WIDTH as u64, export = 0)]
    pair: Pair,
    #[region(ram, size_from = { let pages = width + 1; pages * 0x1000 }, export = 2)]
    computed: Region<Ram>,
}

impl Renamed {
    const WIDTH: Width = 8;
}

#[test]
fn constants_and_other_names_for_types_work() {
    let meta = Renamed::META;
    assert_eq!((meta.properties[0].default, meta.properties[0].max), (DefaultValue::Number(8), 16));
    assert_eq!(meta.properties[1].default, DefaultValue::Number(i128::from(i64::MIN) + 1));
    assert_eq!((meta.regions[0].count, meta.regions[0].size), (2, Size::Fixed(32)));
    let mut renamed = Renamed::__init();
    assert_eq!((renamed.width, renamed.least), (8, i64::MIN + 1));
    assert_eq!(renamed.__region_size(1), 9 * 0x1000);
    renamed.__set_property(0, &Value::from(3_u8));
    assert_eq!(renamed.__property(0), Value::Number(3));
    assert_eq!(renamed.__region_size(1), 4 * 0x1000);
    assert_eq!(renamed.pair.len(), 2);
    assert_eq!(renamed.computed.key().field, 1);
}

/// What a macro passes on may be in invisible parentheses, and have another hygiene.
macro_rules! block {
    ($name:ident, $text:literal, $size:expr, $ty:ty, $buffer:ty, $hook:ident) => {
        #[derive(Device)]
        #[device(name = $text, finalize = $hook)]
        struct $name {
            #[property(default = $size)]
            pages: $ty,
            #[region(ram, size_from = pages * 4096, export = 0)]
            buffer: $buffer,
            #[region(reserved, size = $size, export = 1)]
            hole: Region<Reserved>,
        }

        impl $name {
            fn $hook(&mut self) {}
        }
    };
}

block!(Block, "block", 2, u16, Region<Ram>, gone);

#[test]
fn a_macro_may_declare_devices() {
    let mut block = Block::__init();
    assert_eq!((Block::META.name, Block::META.regions[0].count), ("block", 1));
    assert_eq!((block.__region_size(0), Block::META.regions[1].size), (8192, Size::Fixed(2)));
    block.__finalize();
}

#[derive(Device)]
struct Nothing;

#[test]
fn a_device_may_be_empty() {
    let Nothing = Nothing::__init();
    assert_eq!((Nothing::META.name, Nothing::META.regions.len()), ("Nothing", 0));
}

#[derive(Device)]
#[device(version = 2, post_load = loaded)]
struct Counter {
    #[property(default = 3)]
    start: u32,
    #[state]
    #[init(41 + 1)]
    count: u32,
    #[state]
    #[vmstate(since = 2)]
    flags: [u8; 4],
    #[state]
    #[vmstate(skip)]
    cache: u32,
    loads: u32,
}

impl Counter {
    fn loaded(&mut self, _: &mut Cx<'_, Self>, version: u32) -> Result<(), StateError> {
        self.loads += version;
        Ok(())
    }
}

fn realized<D: Device>(machine: &mut Machine) -> DevId {
    let id = machine.create::<D>("device").unwrap();
    machine.realize(id).unwrap();
    id
}

/// The state of a counter, and what is none.
fn counter(machine: &Machine, id: DevId) -> (u32, [u8; 4], u32, u32) {
    let state = |counter: &mut Counter| {
        (counter.count, counter.flags, counter.cache, counter.loads + counter.start)
    };
    machine.with::<Counter, _>(id, |counter, _| state(counter)).unwrap()
}

fn scribble(machine: &Machine, id: DevId) {
    let write = |counter: &mut Counter| {
        *counter = Counter { start: 4, count: 1, flags: [2; 4], cache: 3, loads: 10 };
    };
    machine.with::<Counter, _>(id, |counter, _| write(counter)).unwrap();
}

#[test]
fn reset_sets_state_back_and_nothing_else() {
    let mut machine = Machine::new();
    let id = realized::<Counter>(&mut machine);
    assert_eq!(counter(&machine, id), (42, [0; 4], 0, 3));
    scribble(&machine, id);
    machine.reset(id).unwrap();
    assert_eq!(counter(&machine, id), (42, [0; 4], 0, 14));
}

#[test]
fn saved_state_is_what_is_not_skipped() {
    let mut machine = Machine::new();
    let id = realized::<Counter>(&mut machine);
    scribble(&machine, id);
    let mut saved = machine.save().unwrap();
    machine.reset(id).unwrap();
    machine.load(&saved).unwrap();
    assert_eq!(counter(&machine, id), (1, [2; 4], 0, 16));

    let old = saved.0.get_mut("device").unwrap();
    assert_eq!(old.fields.keys().collect::<Vec<_>>(), ["count", "flags"]);
    old.version = 1;
    old.fields.remove("flags");
    machine.reset(id).unwrap();
    machine.load(&saved).unwrap();
    assert_eq!(counter(&machine, id), (1, [0; 4], 0, 17));
}

#[derive(Device)]
#[device(reset(enter = enter, exit = exit))]
struct Hooked {
    #[state]
    count: u32,
    phases: Vec<ResetPhase>,
}

impl Hooked {
    fn enter(&mut self, _: &mut Cx<'_, Self>) {
        self.count += 1;
        self.phases.push(ResetPhase::Enter);
    }

    fn exit(&mut self, _: &mut Cx<'_, Self>) {
        self.phases.push(ResetPhase::Exit);
    }
}

#[test]
fn a_hook_replaces_the_setting_back() {
    let mut machine = Machine::new();
    let id = realized::<Hooked>(&mut machine);
    machine.reset(id).unwrap();
    machine.reset(id).unwrap();
    let seen = machine.with::<Hooked, _>(id, |hooked, _| (hooked.count, hooked.phases.clone()));
    let twice = [ResetPhase::Enter, ResetPhase::Exit].repeat(2);
    assert_eq!(seen, Ok((2, twice)));
}

#[derive(Device)]
struct Leaf;

#[derive(Device)]
struct Wired {
    #[irq(out)]
    out: [IrqOut; 2],
    #[irq(in, handler = Self::other)]
    other: IrqIn,
    #[irq(in, handler = pin)]
    pins: [IrqIn; 2],
    #[child]
    parts: [Child<Leaf>; 2],
    #[linked]
    next: Link<Leaf>,
    heard: Vec<(u16, bool)>,
}

impl Wired {
    fn other(_: Entered<'_, Self>, _: &mut Cx<'_, Self>, _: u16, _: bool) {}

    fn pin(wired: Entered<'_, Self>, _: &mut Cx<'_, Self>, pin: u16, level: bool) {
        wired.heard.push((pin, level));
    }
}

#[test]
fn lines_children_and_links_reach_their_fields() {
    let mut machine = Machine::new();
    let id = machine.create::<Wired>("device").unwrap();
    let leaf = machine.create::<Leaf>("leaf").unwrap();
    machine.realize(leaf).unwrap();
    machine.connect((id, "out", 1), (id, "pins", 1)).unwrap();
    machine.link(id, "next", Some(leaf)).unwrap();
    machine.realize(id).unwrap();
    machine.with::<Wired, _>(id, |wired, _| wired.out[1].raise()).unwrap();
    let heard = machine.with::<Wired, _>(id, |wired, _| {
        let are_there = wired.parts.iter().all(|part| part.with(|_, _| ()).is_ok());
        (wired.heard.clone(), are_there, wired.next.is_connected())
    });
    assert_eq!(heard, Ok((vec![(1, true)], true, true)));
}

/// Three fields of registers, with two handlers.
#[derive(Device)]
#[device(parent = SysBus)]
struct Registers {
    #[region(container, size = 0x100, export = 0)]
    all: Region<Container>,
    #[region(io, size = 4, in = all)]
    own: Region<Io>,
    #[region(io, size = 4, ops = OtherRegisters, in = all, at = 4, stride = 8)]
    others: [Region<Io>; 2],
    written: Vec<(&'static str, u16, u64, u64)>,
}

struct OtherRegisters;

impl Ops for Registers {
    type Device = Self;

    fn read(_: Entered<'_, Self>, _: &mut Cx<'_, Self>, offset: u64, size: u8) -> u64 {
        0x10 + offset + u64::from(size)
    }

    fn write(device: Entered<'_, Self>, cx: &mut Cx<'_, Self>, offset: u64, _: u8, value: u64) {
        device.written.push(("own", cx.element(), offset, value));
    }
}

impl Ops for OtherRegisters {
    type Device = Registers;

    fn read(_: Entered<'_, Registers>, cx: &mut Cx<'_, Registers>, offset: u64, _: u8) -> u64 {
        0x20 + 0x10 * u64::from(cx.element()) + offset
    }

    fn write(
        device: Entered<'_, Registers>,
        cx: &mut Cx<'_, Registers>,
        offset: u64,
        _: u8,
        value: u64,
    ) {
        device.written.push(("other", cx.element(), offset, value));
    }
}

#[cfg(feature = "memory")]
#[test]
fn accesses_reach_the_handler_of_their_region() {
    let mut machine = Machine::new();
    let id = machine.create::<Registers>("device").unwrap();
    let bus = machine.system_bus();
    machine.seat(id, &bus, SysBus::at(0x1000)).unwrap();
    machine.realize(id).unwrap();
    let space = machine.address_space();
    let read = |at, size| space.read_uint(at, size);
    assert_eq!((read(0x1000, 4), read(0x1001, 1)), (Ok(0x14), Ok(0x12)));
    assert_eq!((read(0x1004, 4), read(0x100e, 1)), (Ok(0x20), Ok(0x32)));
    space.write_uint(0x1002, 2, 7).unwrap();
    space.write_uint(0x100c, 4, 8).unwrap();
    let written = machine.with::<Registers, _>(id, |device, _| device.written.clone());
    assert_eq!(written, Ok(vec![("own", 0, 2, 7), ("other", 1, 0, 8)]));
}

#[derive(Device)]
struct Lone {
    #[linked]
    none: Link<Leaf>,
}

#[test]
fn a_link_takes_its_own_type_alone() {
    let mut machine = Machine::new();
    let id = machine.create::<Lone>("lone").unwrap();
    let other = machine.create::<Counter>("other").unwrap();
    assert!(machine.link(id, "none", Some(other)).is_err());
    machine.realize(id).unwrap();
    assert_eq!(machine.with::<Lone, _>(id, |lone, _| lone.none.is_connected()), Ok(false));
}

/// A place where neither the prelude nor the name of the crate can be relied on.
#[no_implicit_prelude]
mod bare {
    mod devmodel {}
    mod core {}
    mod std {}

    pub(crate) mod inner {
        pub(crate) use ::devmodel as renamed;
    }

    use inner::renamed::{
        Bus, BusEvent, Child, Cx, Entered, IrqIn, IrqOut, Link, NoBus, Ops, RealizeCx,
        RealizeError, Region, StateError, region,
    };

    #[derive(inner::renamed::Device)]
    #[device(crate = inner::renamed, parent = inner::renamed::SysBus, version = 2)]
    #[device(realize = start, unrealize = stop, finalize = end, post_load = loaded)]
    #[device(reset(enter = stop, hold = stop, exit = stop), identity(id = 1), lock = "shared")]
    pub(crate) struct Hidden {
        #[property(default = 1, min = MIN, max = 4)]
        depth: u8,
        #[property(default = "text")]
        label: ::std::string::String,
        #[region(container, size = SIZE, export = 0)]
        bar: Region<region::Container>,
        #[region(io, size = SIZE / 2, in = bar, valid(4), endian = "big")]
        regs: Region<region::Io>,
        #[region(alias(of = regs, size = 4), in = bar, at = SIZE / 2)]
        window: [Region<region::Alias>; 2],
        #[region(ram, size_from = depth * 4096)]
        buffer: Region<region::Ram>,
        #[irq(out)]
        line: IrqOut,
        #[irq(in, handler = pin)]
        wire: IrqIn,
        #[child(in = bar, at = SIZE - 8)]
        part: Child<Absolute>,
        #[bus(NoBus, event = heard)]
        bus: Bus<NoBus>,
        #[linked]
        other: Link<Absolute>,
        #[state]
        #[vmstate(since = 2)]
        count: u8,
        #[init(3)]
        plain: u8,
    }

    const MIN: u8 = 1;
    const SIZE: u64 = 0x100;

    impl Hidden {
        fn start(
            &mut self,
            _: &mut RealizeCx<'_, Self>,
        ) -> ::core::result::Result<(), RealizeError> {
            self.plain = self.count;
            ::core::result::Result::Ok(())
        }

        fn stop(&mut self, _: &mut Cx<'_, Self>) {}

        fn end(&mut self) {}

        fn loaded(
            &mut self,
            _: &mut Cx<'_, Self>,
            _: u32,
        ) -> ::core::result::Result<(), StateError> {
            ::core::result::Result::Ok(())
        }

        fn pin(_: Entered<'_, Self>, _: &mut Cx<'_, Self>, _: u16, _: bool) {}

        fn heard(_: Entered<'_, Self>, _: &mut Cx<'_, Self>, _: BusEvent) {}
    }

    impl Ops for Hidden {
        type Device = Self;

        fn read(_: Entered<'_, Self>, _: &mut Cx<'_, Self>, _: u64, _: u8) -> u64 {
            0
        }

        fn write(_: Entered<'_, Self>, _: &mut Cx<'_, Self>, _: u64, _: u8, _: u64) {}
    }

    #[derive(::devmodel::Device)]
    pub(crate) struct Absolute {
        #[region(reserved, size = 8, export = 0)]
        hole: Region<region::Reserved>,
    }
}

#[test]
fn paths_are_absolute_and_the_crate_may_be_elsewhere() {
    assert_eq!(bare::Hidden::META.name, "Hidden");
    assert_eq!(bare::Hidden::META.regions.len(), 4);
    assert_eq!(bare::Absolute::META.name, "Absolute");
}
