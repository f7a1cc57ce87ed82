//! Devices made at random: what they do, and the C text that does it.

use proptest::collection::vec;
use proptest::prelude::*;
use std::fmt::Write as _;

/// Where the memory of a region is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Storage {
    Embedded,
    Array,
    Heap,
}

/// Who owns a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Device,
    Nobody,
    Child,
}

/// A region, how it is made, and where it is added.
#[derive(Clone, Debug)]
pub(crate) struct Region {
    pub(crate) storage: Storage,
    pub(crate) owner: Owner,
    pub(crate) in_realize: bool,
    /// 0: a container, 1: callbacks, 2: an alias.
    pub(crate) kind: u8,
    /// The region that contains it, counted from the first; itself: the machine's memory.
    pub(crate) container: Option<usize>,
    pub(crate) guard: Option<Guard>,
}

/// A condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guard {
    /// A property of the device.
    Property,
    /// The opposite.
    NotProperty,
    /// A flag that the device keeps.
    Flag,
}

/// What a callback does to a region.
#[derive(Clone, Debug)]
pub(crate) struct End {
    pub(crate) region: usize,
    pub(crate) op: Op,
    pub(crate) guard: Option<Guard>,
    /// Asks whether the region is mapped first.
    pub(crate) asks: bool,
}

/// What ends a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    Delete,
    Unparent,
    Free,
}

/// A device.
#[derive(Clone, Debug)]
pub(crate) struct Device {
    pub(crate) regions: Vec<Region>,
    /// How realize fails: after how many additions, and what it undoes.
    pub(crate) failures: Vec<(usize, Vec<End>)>,
    pub(crate) unrealize: Vec<End>,
    pub(crate) finalize: Vec<End>,
}

/// Devices of a few regions.
pub(crate) fn devices() -> impl Strategy<Value = Device> {
    (2..5_usize).prop_flat_map(|count| {
        (
            vec(region(count), count),
            vec((0..=count, vec(end(count), 0..3)), 0..3),
            vec(end(count), 0..5),
            vec(end(count), 0..2),
            proptest::bool::weighted(0.05),
        )
            .prop_map(|(regions, failures, unrealize, finalize, is_late)| {
                let device = Device { regions, failures, unrealize, finalize };
                if is_late { device.with_late_deletion() } else { device }
            })
    })
}

fn region(count: usize) -> impl Strategy<Value = Region> {
    let storage = prop_oneof![
        4 => Just(Storage::Embedded),
        1 => Just(Storage::Array),
        2 => Just(Storage::Heap),
    ];
    let owner =
        prop_oneof![5 => Just(Owner::Device), 1 => Just(Owner::Nobody), 1 => Just(Owner::Child)];
    (storage, owner, any::<bool>(), 0..3_u8, proptest::option::of(0..count), guard()).prop_map(
        |(storage, owner, in_realize, kind, container, guard)| Region {
            storage,
            owner,
            in_realize,
            kind,
            container,
            guard,
        },
    )
}

fn guard() -> impl Strategy<Value = Option<Guard>> {
    prop_oneof![
        4 => Just(None),
        1 => Just(Some(Guard::Property)),
        1 => Just(Some(Guard::NotProperty)),
        1 => Just(Some(Guard::Flag)),
    ]
}

fn end(count: usize) -> impl Strategy<Value = End> {
    let op = prop_oneof![4 => Just(Op::Delete), 2 => Just(Op::Unparent), 1 => Just(Op::Free)];
    (0..count, op, guard(), proptest::bool::weighted(0.2))
        .prop_map(|(region, op, guard, asks)| End { region, op, guard, asks })
}

impl Device {
    /// The same device, where the finalizer deletes what unrealize should.
    fn with_late_deletion(mut self) -> Self {
        let own = |region: &Region| Region {
            storage: Storage::Embedded,
            owner: Owner::Device,
            ..region.clone()
        };
        self.regions[0] = Region { kind: 0, container: None, ..own(&self.regions[0]) };
        self.regions[1] = Region { in_realize: true, container: Some(0), ..own(&self.regions[1]) };
        self.unrealize.retain(|end| end.region > 1);
        self.finalize = vec![End { region: 1, op: Op::Delete, guard: None, asks: false }];
        self
    }

    /// The file that defines it.
    pub(crate) fn text(&self) -> String {
        let mut out = String::from(HEAD);
        self.write_structure(&mut out);
        self.write_init(&mut out);
        self.write_realize(&mut out);
        write_ends(
            &mut out,
            "static void auk_unrealize(DeviceState *dev)",
            "dev",
            &self.unrealize,
            self,
        );
        write_ends(&mut out, "static void auk_finalize(Object *obj)", "obj", &self.finalize, self);
        out.push_str(TAIL);
        out
    }

    fn write_structure(&self, out: &mut String) {
        out.push_str("struct AukState {\n    DeviceState parent_obj;\n\n");
        for (at, region) in self.regions.iter().enumerate() {
            let _ = match region.storage {
                Storage::Embedded => writeln!(out, "    MemoryRegion mr{at};"),
                Storage::Array => writeln!(out, "    MemoryRegion mr{at}[4];"),
                Storage::Heap => writeln!(out, "    MemoryRegion *mr{at};"),
            };
        }
        out.push_str(
            "    NestState nest;\n    bool wide;\n    bool busy;\n    uint64_t limit;\n};\n\n",
        );
    }

    fn write_init(&self, out: &mut String) {
        out.push_str("static void auk_init(Object *obj)\n{\n    AukState *s = AUK(obj);\n\n");
        out.push_str("    object_initialize_child(obj, \"nest\", &s->nest, TYPE_NEST);\n");
        for at in (0..self.regions.len()).filter(|&at| !self.regions[at].in_realize) {
            self.write_making(out, at);
        }
        out.push_str("}\n\n");
    }

    fn write_realize(&self, out: &mut String) {
        out.push_str("static void auk_realize(DeviceState *dev, Error **errp)\n{\n");
        out.push_str("    AukState *s = AUK(dev);\n\n");
        for at in 0..=self.regions.len() {
            for (number, (_, ends)) in
                self.failures.iter().enumerate().filter(|(_, (after, _))| *after == at)
            {
                let _ = writeln!(out, "    if (s->limit > {number}) {{");
                out.push_str("        error_setg(errp, \"beyond\");\n");
                ends.iter().for_each(|end| self.write_end(out, end, "        "));
                out.push_str("        return;\n    }\n");
            }
            if self.regions.get(at).is_some_and(|region| region.in_realize) {
                self.write_making(out, at);
            }
        }
        out.push_str("}\n\n");
    }

    /// How C names a region's address.
    fn address(&self, at: usize, element: &str) -> String {
        match self.regions[at].storage {
            Storage::Embedded => format!("&s->mr{at}"),
            Storage::Array => format!("&s->mr{at}[{element}]"),
            Storage::Heap => format!("s->mr{at}"),
        }
    }

    fn write_making(&self, out: &mut String, at: usize) {
        let region = &self.regions[at];
        if region.storage == Storage::Heap {
            let _ = writeln!(out, "    s->mr{at} = g_new0(MemoryRegion, 1);");
        }
        let mut body = String::new();
        let address = self.address(at, "i");
        let owner = match region.owner {
            Owner::Device => "OBJECT(s)",
            Owner::Nobody => "NULL",
            Owner::Child => "OBJECT(&s->nest)",
        };
        let _ = match region.kind {
            0 => writeln!(body, "memory_region_init({address}, {owner}, \"mr\", 64);"),
            1 => writeln!(body, "memory_region_init_io({address}, {owner}, NULL, s, \"mr\", 64);"),
            _ => writeln!(
                body,
                "memory_region_init_alias({address}, {owner}, \"mr\", get_system_io(), 0, 64);"
            ),
        };
        if let Some(container) = region.container {
            let container = self.container(at, container);
            let add = format!("memory_region_add_subregion({container}, 0, {address});\n");
            body.push_str(&guarded(region.guard, &add));
        }
        write_each(out, region.storage, &body, "    ");
    }

    fn container(&self, at: usize, container: usize) -> String {
        if container < at && self.regions[container].kind == 0 {
            self.address(container, "0")
        } else {
            "get_system_memory()".to_owned()
        }
    }

    fn write_end(&self, out: &mut String, end: &End, indent: &str) {
        let region = &self.regions[end.region];
        let address = self.address(end.region, "i");
        let call = match (end.op, region.container) {
            (Op::Delete, Some(container)) => {
                let container = self.container(end.region, container);
                format!("memory_region_del_subregion({container}, {address});\n")
            }
            (Op::Free, _) if region.storage == Storage::Heap => format!("g_free({address});\n"),
            _ => format!("object_unparent(OBJECT({address}));\n"),
        };
        let asked = if end.asks {
            format!("if (memory_region_is_mapped({address})) {{\n    {call}}}\n")
        } else {
            call
        };
        write_each(out, region.storage, &guarded(end.guard, &asked), indent);
    }
}

fn guarded(guard: Option<Guard>, body: &str) -> String {
    let condition = match guard {
        None => return body.to_owned(),
        Some(Guard::Property) => "s->wide",
        Some(Guard::NotProperty) => "!s->wide",
        Some(Guard::Flag) => "s->busy",
    };
    let inner: String = body.lines().map(|line| format!("    {line}\n")).collect();
    format!("if ({condition}) {{\n{inner}}}\n")
}

fn write_each(out: &mut String, storage: Storage, body: &str, indent: &str) {
    let (open, inner) = match storage {
        Storage::Array => ("for (int i = 0; i < 4; i++) {\n", "    "),
        _ => ("", ""),
    };
    if !open.is_empty() {
        let _ = write!(out, "{indent}{open}");
    }
    for line in body.lines() {
        let _ = writeln!(out, "{indent}{inner}{line}");
    }
    if !open.is_empty() {
        let _ = writeln!(out, "{indent}}}");
    }
}

fn write_ends(out: &mut String, head: &str, object: &str, ends: &[End], device: &Device) {
    let _ = write!(out, "{head}\n{{\n    AukState *s = AUK({object});\n\n");
    ends.iter().for_each(|end| device.write_end(out, end, "    "));
    out.push_str("    auk_count(s);\n}\n\n");
}

const HEAD: &str = "\
#define TYPE_AUK \"auk\"
OBJECT_DECLARE_SIMPLE_TYPE(AukState, AUK)

";

const TAIL: &str = "\
static const Property auk_properties[] = {
    DEFINE_PROP_BOOL(\"wide\", AukState, wide, false),
};

static void auk_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = auk_realize;
    dc->unrealize = auk_unrealize;
    device_class_set_props(dc, auk_properties);
}

static const TypeInfo auk_info = {
    .name = TYPE_AUK,
    .parent = TYPE_DEVICE,
    .instance_size = sizeof(AukState),
    .instance_init = auk_init,
    .instance_finalize = auk_finalize,
    .class_init = auk_class_init,
};

static void auk_register_types(void)
{
    type_register_static(&auk_info);
}

type_init(auk_register_types)
";
