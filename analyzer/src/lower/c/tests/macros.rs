use super::{check, with_body};

#[test]
fn iteration_macros_are_loops() {
    check("QLIST_FOREACH(l, &s->lamps, next) { f(l); }", "loop (|l = ?[&s->lamps, next]|) {f(l);}");
    check("LAMP_FOREACH(l) { }", "loop (|l = ?[]|) {}");
    check("QLIST_FOREACH(l, list, next) f(l);", "loop (|l = ?[list, next]|) f(l);");
    check(
        "if (a) QLIST_FOREACH(l, list, next) if (b) f(l);",
        "if a loop (|l = ?[list, next]|) if b f(l);",
    );
    check("EACH_LAMP(0x4, f(x)) { }", "loop (|?[#, f(x)]|) {}");
    check("FOREVER() { f(); }", "loop (|?[]|) {f();}");
}

#[test]
fn guards_are_blocks() {
    check("WITH_RCU_READ_LOCK_GUARD() { f(); }", "{WITH_RCU_READ_LOCK_GUARD(); {f();}}");
    check("WITH_QEMU_LOCK_GUARD(&s->lock) { f(); }", "{WITH_QEMU_LOCK_GUARD(&s->lock); {f();}}");
}

#[test]
fn a_guard_with_an_alternative_is_opaque() {
    assert!(with_body("LAMP_IF { f(); } else { g(); }").opaque);
}

#[test]
fn owning_declarations_are_declarations() {
    check("g_autofree char *p = f();", "let p: * = f();");
    check("g_autoptr(LampState) l = f();", "let l: LampState* = f();");
    check("g_auto(GStrv) v = f();", "let v: GStrv = f();");
    check("g_autoptr(GList) a = NULL, b = NULL;", "let a: GList* = NULL, b: GList = NULL;");
    check("QLIST_HEAD(, LampState) lamps;", "let lamps: QLIST_HEAD;");
}

#[test]
fn types_as_arguments_are_names() {
    check("l = container_of(p, struct lamp, bus);", "l = container_of(p, lamp, bus);");
    check("l = g_new0(LampState *, n);", "l = g_new0(LampState, n);");
    check("c = va_arg(ap, const char *);", "c = va_arg(ap, char);");
    check("n = va_arg(ap, unsigned int);", "n = va_arg(ap, int);");
    check("n = va_arg(ap, unsigned);", "n = va_arg(ap, unsigned);");
}

#[test]
fn arguments_that_are_no_expressions() {
    check("LAMP_OP(a, ==, b);", "LAMP_OP(a, #, b);");
    check("LAMP_OP(a, , b);", "LAMP_OP(a, #, b);");
    check("LAMP_FIELD(a, 64BIT);", "LAMP_FIELD(a, 64BIT);");
    check("LAMP_SET(.lit = f(x));", "LAMP_SET(lit = f(x));");
}

#[test]
fn missing_semicolons() {
    check("LAMP_CHECK(s)\n f();", "LAMP_CHECK(s); f();");
    check("LAMP_CHECK\n LAMP_TEST\n f();", "LAMP_CHECK; LAMP_TEST; f();");
    check("if (a) { LAMP_CHECK(s) }", "if a {LAMP_CHECK(s);}");
    check("LAMP_CASES(1) :\n f();", "case #: f();");
}

#[test]
fn strings_with_macros_among_them() {
    check("f(A B \"x\" C D \"y\");", "f(#);");
    check("f(\"x\" stringify(LAMP) \"y\", g(a));", "f(#, g(a));");
}
