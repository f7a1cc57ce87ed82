#[derive(Device)]
#[device(name = "demo", parent = SysBus, lock = "shared", version = 2, identity(vendor = 0x8086))]
#[device(realize = start, unrealize = stop, reset(hold = hold), post_load = self::loaded)]
struct Demo {
    #[property(default = 16, min = 1, max = MOST)]
    depth: u32,
    #[region(container, size = SIZE, export = 0)]
    bar: Region<Container>,
    #[region(io, size = 0x1000, ops = DemoOps, in = bar, valid(1..=4, unaligned), endian = "big")]
    regs: Region<Io>,
    #[region(alias(of = regs, offset = 0x100, size = 0x100), in = bar, at = 0x4000, prio = 1)]
    window: Region<Alias>,
    #[region(ram, size_from = depth * 4096, migrate)]
    buffer: Region<Ram>,
    #[irq(out, count = 2)]
    lines: [IrqOut; 2],
    #[irq(in, handler = pin)]
    wire: IrqIn,
    #[child(in = bar, at = 0x7000)]
    part: Child<Part>,
    #[bus(I2cBus, event = heard)]
    bus: Bus<I2cBus>,
    #[linked]
    clock: Link<Clock>,
    #[state]
    #[vmstate(since = 2)]
    count: u32,
    #[init([0; 64])]
    scratch: [u8; 64],
}
