use super::check;

#[test]
fn places() {
    check("s->bus[i].dev = &s->lamp;", "s->bus[i].dev = &s->lamp;");
    check("*p = (*q)->level;", "*p = *q->level;");
    check("s->irq[LAMP_IRQ]++;", "++s->irq[LAMP_IRQ];");
    check("--i, j += 2;", "(++i , j o= #);");
}

#[test]
fn casts() {
    check("p = (LampState *)opaque;", "p = (LampState*)opaque;");
    check("p = (struct lamp **)q;", "p = (lamp**)q;");
    check("n = (uint32_t)level;", "n = ()level;");
    check("n = (hwaddr)(base + 4);", "n = (hwaddr)(base + #);");
    // FIXME: without its declaration, a type of one word before a sign looks like a variable.
    check("n = (hwaddr)-1;", "n = (hwaddr - #);");
}

#[test]
fn operators() {
    check("n = a + b * c - d;", "n = ((a + (b o c)) - d);");
    check("n = (a) * b;", "n = (a o b);");
    check("n = (a) & b;", "n = (a o b);");
    check("ok = a == NULL || !b && c >= 4;", "ok = ((a == NULL) || (!b && (c < #)));");
    check("n = a ? b : c ?: ~d;", "n = (a ? b : (c ?  : ~d));");
}

#[test]
fn calls() {
    check("lamp_set(s, 0, \"lit\");", "lamp_set(s, #, #);");
    check("s->ops->write(s, (a), b);", "s->ops->write(s, a, b);");
    check("lamp_get(s)(b, c);", "lamp_get(s)(b, c);");
    check("(fn)(a, b);", "fn(a, b);");
    check("LampFunc *fn = f; (fn)(a);", "let fn: LampFunc* = f; fn(a);");
    check("(s)(a);", "s(a);");
    check("trace(\"%\" PRIx64 \" at %d\", a);", "trace(#, a);");
}

#[test]
fn sizes_are_not_evaluated() {
    check("n = sizeof(LampState) + sizeof(*s);", "n = (sizeof + sizeof);");
    check("n = offsetof(LampState, bus);", "n = sizeof;");
    check("n = offsetof(struct lamp, bus[3].dev);", "n = sizeof;");
    check("n = __alignof__(*s);", "n = sizeof;");
}

#[test]
fn compound_literals() {
    check("s->at = (LampPoint){ 1, .y = f(x) };", "s->at = LampPoint{#, .y = f(x)};");
    check("lamp_at(&(LampPoint){ .x = 1 });", "lamp_at(&LampPoint{.x = #});");
    check("p = (const int[]){ 1, 2 };", "p = []{#, #};");
}

#[test]
fn calls_inside_unknown_expressions_are_kept() {
    check("n = ({ int k = f(a); g(k); });", "n = ?[f(a), g(k)];");
    check("n = LAMP_MAX(({ f(a); }), 1);", "n = LAMP_MAX(?[f(a)], #);");
    check("asm volatile(\"nop\" : \"=r\"(a) : \"r\"(f(b)));", "?[#, #, a, #, f(b)];");
}
