//! Random devices by hand: what their attributes say is what their calls did.

use super::support::{converted, file, formatted, is_safe, rewritten};
use devmodel_analyzer::lifecycle::ConversionKind;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use syn::{Fields, Item, Meta};

/// A region as it is meant.
#[derive(Clone, Debug)]
struct Wanted {
    kind: usize,
    is_array: bool,
    /// How it is exported, or lies in the container.
    place: Place,
    is_hidden: bool,
    is_migrated: bool,
    valid: Option<(u8, u8)>,
    is_big: bool,
    /// Something else that realize does before it.
    noise: u8,
}

#[derive(Clone, Debug)]
enum Place {
    Nowhere,
    Exported,
    Inside { priority: i8 },
}

const KINDS: [&str; 5] = ["io", "ram", "rom", "reserved", "rom_device"];
const WHOLE: u64 = 0x10000;

fn wanted() -> impl Strategy<Value = Wanted> {
    let place = prop_oneof![
        Just(Place::Nowhere),
        Just(Place::Exported),
        (-1_i8..2).prop_map(|priority| Place::Inside { priority }),
    ];
    let valid = prop::option::of(prop::sample::select(vec![(1_u8, 4_u8), (4, 4), (2, 8)]));
    (
        0..KINDS.len(),
        any::<bool>(),
        place,
        any::<bool>(),
        any::<bool>(),
        valid,
        any::<bool>(),
        0..4_u8,
    )
        .prop_map(|(kind, is_array, place, is_hidden, is_migrated, valid, is_big, noise)| {
            Wanted {
                kind,
                is_array,
                place,
                is_hidden: is_hidden && !is_array,
                is_migrated,
                valid,
                is_big,
                noise,
            }
        })
}

impl Wanted {
    fn has_registers(&self) -> bool {
        matches!(KINDS[self.kind], "io" | "rom_device")
    }

    fn has_content(&self) -> bool {
        matches!(KINDS[self.kind], "ram" | "rom" | "rom_device")
    }

    /// The calls, in this order, with `r` for the region and `i` for its number.
    fn calls(&self, number: usize) -> String {
        let name = format!("f{number}");
        let region = if self.is_array { format!("self.{name}[i]") } else { format!("self.{name}") };
        let mut calls = String::new();
        let kind = KINDS[self.kind];
        match self.has_registers() {
            true => {
                let mut access = "Access::new()".to_owned();
                if let Some((min, max)) = self.valid {
                    write!(access, ".valid({min}, {max})").expect("it is a string");
                }
                if self.is_big {
                    access.push_str(".big_endian()");
                }
                write!(calls, "{region}.init_{kind}::<Self>(cx, \"{name}\", 0x40, {access})?;")
            }
            false => write!(calls, "{region}.init_{kind}(cx, \"{name}\", 0x40)?;"),
        }
        .expect("it is a string");
        if self.is_migrated && self.has_content() {
            write!(calls, "{region}.register_vmstate(cx)?;").expect("it is a string");
        }
        let step = if self.is_array { " + i as u64 * 0x80" } else { "" };
        match &self.place {
            Place::Nowhere => {}
            Place::Exported => {
                let step = if self.is_array { " + i as u8" } else { "" };
                write!(calls, "{region}.export(cx, {}{step})?;", 10 * number)
                    .expect("it is a string");
            }
            Place::Inside { priority: 0 } => {
                write!(calls, "self.all.add_subregion(cx, {}{step}, &{region})?;", self.at(number))
                    .expect("it is a string");
            }
            Place::Inside { priority } => {
                write!(
                    calls,
                    "self.all.add_subregion_overlap(cx, {}{step}, &{region}, {priority})?;",
                    self.at(number)
                )
                .expect("it is a string");
            }
        }
        if self.is_hidden {
            write!(calls, "cx.set_enabled(&{region}, false)?;").expect("it is a string");
        }
        if self.is_array { format!("for i in 0..2 {{ {calls} }}") } else { calls }
    }

    fn at(&self, number: usize) -> u64 {
        0x1000 * (number as u64 + 1)
    }

    /// What else realize does.
    fn noise(&self) -> &'static str {
        [
            "",
            "self.n += 1;",
            "// Why not.\nself.check()?;",
            "if self.n > 9 { return Err(RealizeError::device(\"n\")); }",
        ][usize::from(self.noise)]
    }

    /// Word by word.
    fn words(&self, number: usize) -> BTreeMap<String, String> {
        let mut words = BTreeMap::new();
        let mut say = |word: &str, value: String| drop(words.insert(word.to_owned(), value));
        say(KINDS[self.kind], String::new());
        say("size", "0x40".into());
        match &self.place {
            Place::Nowhere => {}
            Place::Exported => say("export", (10 * number).to_string()),
            Place::Inside { priority } => {
                say("in", "all".into());
                say("at", self.at(number).to_string());
                if self.is_array {
                    say("stride", "0x80".into());
                }
                if *priority != 0 {
                    say("prio", priority.to_string());
                }
            }
        }
        if self.is_hidden {
            say("enabled", "false".into());
        }
        if let Some((min, max)) = self.valid.filter(|_| self.has_registers()) {
            say("valid", if min == max { format!("({min})") } else { format!("({min}..={max})") });
        }
        if self.is_big && self.has_registers() {
            say("endian", "\"big\"".into());
        }
        if self.is_migrated && self.has_content() {
            say("migrate", String::new());
        }
        words
    }
}

/// The device by hand.
fn by_hand(wanted: &[Wanted], stop: &[usize]) -> String {
    let mut fields = "all: MemoryRegion, n: u32,".to_owned();
    let mut realize = format!("self.all.init_container(cx, \"all\", {WHOLE:#x})?;");
    for (number, one) in wanted.iter().enumerate() {
        let ty = if one.is_array { "[MemoryRegion; 2]" } else { "MemoryRegion" };
        write!(fields, "f{number}: {ty},").expect("it is a string");
        write!(realize, "\n{}\n{}", one.noise(), one.calls(number)).expect("it is a string");
    }
    let stop: String = stop
        .iter()
        .filter(|&&number| number < wanted.len())
        .map(|number| match wanted[*number].is_array {
            true => format!("for f in &self.f{number} {{ f.unparent(cx); }}"),
            false => format!("self.all.del_subregion(cx, &self.f{number});"),
        })
        .collect();
    let access = if wanted.iter().any(Wanted::has_registers) { "Access, " } else { "" };
    formatted(&format!(
        "use devmodel::manual::{{{access}MemoryRegion}};
use devmodel::{{Cx, Device, RealizeCx, RealizeError, SysBus}};

#[derive(Debug, Device)]
#[device(name = \"plover\", parent = SysBus, realize = start, unrealize = stop)]
struct Plover {{ {fields} }}

impl Plover {{
    fn start(&mut self, cx: &mut RealizeCx<'_, Self>) -> Result<(), RealizeError> {{
        {realize}
        Ok(())
    }}

    fn stop(&mut self, cx: &mut Cx<'_, Self>) {{ {stop} }}
}}
"
    ))
}

/// The attributes of the fields of the first structure, word by word.
fn described(text: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let file = syn::parse_file(text).expect("the result parses");
    let item = file.items.iter().find_map(|item| match item {
        Item::Struct(item) => Some(item),
        _ => None,
    });
    let Fields::Named(fields) = &item.expect("there is a device").fields else {
        panic!("it has fields with names")
    };
    let described = fields.named.iter().filter_map(|field| {
        let attribute = field.attrs.iter().find(|attribute| attribute.path().is_ident("region"))?;
        let Meta::List(list) = &attribute.meta else { return None };
        Some((field.ident.as_ref()?.to_string(), words(&list.tokens.to_string())))
    });
    described.collect()
}

fn words(list: &str) -> BTreeMap<String, String> {
    let list = list.replace(' ', "");
    let words = list.split(',').map(|word| {
        let end = word.find(['=', '(']).unwrap_or(word.len());
        let (name, value) = word.split_at(end);
        (name.to_owned(), value.strip_prefix('=').unwrap_or(value).to_owned())
    });
    words.collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn attributes_say_what_calls_did(
        wanted in prop::collection::vec(wanted(), 1..5),
        stop in prop::collection::vec(0..5_usize, 0..4),
    ) {
        let before = by_hand(&wanted, &stop);
        let after = converted(&before);
        let mut expected: BTreeMap<_, _> =
            wanted.iter().enumerate().map(|(number, one)| (format!("f{number}"), one.words(number))).collect();
        expected.insert("all".to_owned(), words(&format!("container, size = {WHOLE:#x}")));
        prop_assert_eq!(described(&after), expected, "{}\n{}", before, after);
        prop_assert!(!after.contains("MemoryRegion") && !after.contains("manual"), "{}", after);
        prop_assert_eq!(formatted(&after), after.clone());
        // In whatever order.
        let teardown = |one: &_| is_safe(one) && kind(one) == ConversionKind::Teardown;
        let torn = rewritten(&[file("src/device.rs", &before)], &teardown);
        let torn = String::from_utf8(torn[0].text.clone()).expect("it is text");
        prop_assert_eq!(converted(&torn), after);
    }
}

fn kind(one: &devmodel_analyzer::lifecycle::Conversion) -> ConversionKind {
    one.kind
}
