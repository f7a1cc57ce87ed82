use super::super::lower_record;
use super::{item, print, words};
use crate::model::Record;

fn record(text: &str) -> Option<Record> {
    lower_record(&item(text.as_bytes()), &words())
}

fn fields(record: &Record) -> String {
    let own: Vec<_> = record
        .fields
        .iter()
        .map(|field| format!("{}: {}", field.name, print::ty(&field.ty)))
        .collect();
    let inner = record.nested.iter().map(|inner| format!("; {} {{{}}}", inner.name, fields(inner)));
    own.join(", ") + &inner.collect::<String>()
}

#[track_caller]
fn check(text: &str, name: &str, alias: Option<&str>, expected: &str) {
    let Some(record) = record(text) else { panic!("no record: {text}") };
    assert_eq!(record.name, name, "{text}");
    assert_eq!(record.alias.as_deref(), alias, "{text}");
    assert_eq!(fields(&record), expected, "{text}");
}

#[test]
fn names() {
    check("struct LampState { int a; };", "LampState", None, "a: ");
    check("typedef struct LampState { int a; } LampState;", "LampState", Some("LampState"), "a: ");
    check("typedef struct { int a; } Lamp;", "Lamp", Some("Lamp"), "a: ");
    check("typedef union lamp { int a; } QEMU_PACKED Lamp;", "lamp", Some("Lamp"), "a: ");
    check("typedef struct lamp { int a; } Lamp, *LampPtr;", "lamp", Some("Lamp"), "a: ");
    assert!(record("enum Lamp { A, B };").is_none());
    assert!(record("typedef struct Lamp Lamp;").is_none());
}

#[test]
fn types_of_fields() {
    check(
        "struct L { SysBusDevice parent; MemoryRegion io[2], *mr; struct bus *b; \
         void (*f)(int); };",
        "L",
        None,
        "parent: SysBusDevice, io: MemoryRegion[], mr: MemoryRegion*, b: bus*, f: ",
    );
    check("struct L { uint32_t a : 4; unsigned b; };", "L", None, "a: , b: ");
}

#[test]
fn macros_among_fields() {
    check(
        "struct L { QLIST_ENTRY(L) next; QTAILQ_HEAD(, Lamp) all; DECLARE_BITMAP(m, 8); \
         int a; };",
        "L",
        None,
        "next: QLIST_ENTRY, all: QTAILQ_HEAD, a: ",
    );
    check("struct L {\n#ifdef A\n int a;\n#else\n int b;\n#endif\n};", "L", None, "a: , b: ");
}

#[test]
fn structures_inside_structures() {
    check("struct L { union { int a; Bus b; }; int c; };", "L", None, "a: , b: Bus, c: ");
    check("struct L { struct { Bus b; } in[2]; };", "L", None, "in: L.in[]; L.in {b: Bus}");
    check("struct L { struct in { Bus b; } *p; };", "L", None, "p: L.p*; L.p {b: Bus}");
    check(
        "typedef struct l { struct { struct { int a; } y; } x; } L;",
        "l",
        Some("L"),
        "x: L.x; L.x {y: L.x.y; L.x.y {a: }}",
    );
}

#[test]
fn embedded_fields() {
    let Some(record) = record("struct L { Bus a; Bus *b; int c; };") else { panic!("no record") };
    let embedded: Vec<_> = record.fields.iter().map(crate::model::Field::is_embedded).collect();
    assert_eq!(embedded, [true, false, false]);
}
