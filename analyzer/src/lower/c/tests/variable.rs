use super::super::lower_initializers;
use super::{item, print, words};

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let variables = lower_initializers(&item(text.as_bytes()), &words());
    let found: Vec<_> = variables
        .iter()
        .map(|one| {
            let init = one.init.as_ref().map(|init| format!(" = {}", print::expr(init)));
            format!("{}: {}{}", one.name, print::ty(&one.ty), init.unwrap_or_default())
        })
        .collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn type_tables() {
    check(
        "static const TypeInfo lamp_info = {\n .name = TYPE_LAMP,\n \
         .parent = TYPE_SYS_BUS_DEVICE,\n .instance_size = sizeof(LampState),\n .class_init = lamp_class_init,\n .interfaces = \
         (InterfaceInfo[]) {\n { INTERFACE_BULB },\n { }\n },\n};",
        &["lamp_info: TypeInfo = {.name = TYPE_LAMP, .parent = TYPE_SYS_BUS_DEVICE, \
           .instance_size = sizeof, .class_init = lamp_class_init, \
           .interfaces = InterfaceInfo[]{{INTERFACE_BULB}, {}}}"],
    );
    check(
        "static const TypeInfo lamps[] = { { .name = A }, {\n#ifdef B\n .name = B,\n#endif\n } };",
        &["lamps: TypeInfo[] = {{.name = A}, {.name = B}}"],
    );
}

#[test]
fn designators() {
    check(
        "const Ops o = { .impl.min = 1, .valid = { .max = 4 }, [2] = f, .a[1].b = c, old: 5 };",
        &["o: Ops = {.impl = {.min = #}, .valid = {.max = #}, f, .a = {{.b = c}}, .old = #}"],
    );
}

#[test]
fn several_variables() {
    check("int a = 1, *b = &a, c;", &["a:  = #", "b: * = &a", "c: "]);
    check("int lamp_count(void);", &[]);
}

#[test]
fn macros_in_initialisers() {
    check(
        "static Property props[] = {\n LAMP_PROP(\"a\", struct lamp, f)\n LAMP_PROP_END(),\n};",
        &["props: Property[] = {LAMP_PROP(#, lamp, f), LAMP_PROP_END()}"],
    );
    check("const Lamp glue(a, b) = { 1 };", &["glue: Lamp = {#}"]);
    check("static QTAILQ_HEAD(, Lamp) all = INIT(all);", &["all: QTAILQ_HEAD = INIT(all)"]);
    check("static int a G_GNUC_UNUSED = 1;", &["a:  = #"]);
}

#[test]
fn what_does_not_parse_is_unknown() {
    check("int a[] = { 1, @, f(x) };", &["a: [] = {#, ?[], f(x)}"]);
}
