use super::{check, function, print, with_body};

#[test]
fn declarations() {
    check("int i, j = 0;", "let i: , j:  = #;");
    check("LampState *a = b, **c, d[4];", "let a: LampState* = b, c: LampState**, d: LampState[];");
    check("struct lamp *const p = q;", "let p: lamp* = q;");
    check("void (*fn)(LampState *s) = f;", "let fn:  = f;");
    check("LampState *(*fn)(void);", "let fn: ;");
    check("static const char *const names[] = { \"a\" };", "let names: *[] = {#};");
    check("typeof(s->level) n = 1;", "let n:  = #;");
    check("extern int lamp_count(void);", "let ;");
}

#[test]
fn branches() {
    check("if (a) f(); else if (b) { g(); } else ;", "if a f(); else if b {g();} else ;");
    check("if ((a)) { }", "if a {}");
}

#[test]
fn loops() {
    check("for (unsigned i = 0; i < 4; i++) f(i);", "loop (let i:  = #;|(i < #)|++i) f(i);");
    check("for (i = 0, j = 1;;) { break; }", "loop ((i = # , j = #);||) {break;}");
    check("while (*p) p++;", "loop (|*p|) ++p;");
    check("do { continue; } while (--n);", "do (|++n|) {continue;}");
}

#[test]
fn cases_stand_beside_their_statements() {
    check(
        "switch (a) { case 1: f(); break; case LAMP_A ... LAMP_B: { g(); } default: ; }",
        "switch a {case #: f(); break; case ?[LAMP_A, LAMP_B]: {g();} case : ;}",
    );
    check("switch (a) { case 1: case 2: int x = 3; }", "switch a {case #: case #: let x:  = #;}");
}

#[test]
fn labels_stand_before_their_statements() {
    check("goto out; out: f(); return;", "goto out; out: f(); return ;");
    check("if (a) { goto out; } out: ", "if a {goto out;} out:");
    check("if (a) again: f();", "if a {again: f();}");
}

#[test]
fn a_body_that_does_not_parse_is_opaque() {
    for body in ["if (a { f(); }", "a b c d;", "f(;", "} f(); {"] {
        let function = with_body(body);
        assert!(function.opaque && function.body.is_empty(), "{body}");
        assert_eq!(function.name, "lamp_update", "{body}");
    }
}

#[test]
fn conditional_code_is_kept_where_it_can_be() {
    let text = "int f(void)\n{\n#ifdef A\n a();\n#else\n b();\n#endif\n c();\n}";
    let lowered = function(text);
    assert_eq!(print::statements(&lowered.body), "a(); b(); c();");
    let lines: Vec<_> = lowered.directives.iter().map(|span| &text[span.range()]).collect();
    assert_eq!(lines, ["#ifdef A", "#else", "#endif"]);
}

#[test]
fn dead_branches_are_not_code() {
    check("#if 0\n a();\n#else\n b();\n#endif", "b();");
    check("#if 1\n a();\n#else\n b();\n#endif", "a();");
    check("#if 0\n a(\n#endif\n b();", "b();");
}

#[test]
fn a_branch_is_chosen_where_branches_split_a_statement() {
    check("#ifdef A\n if (a) {\n#else\n if (b) {\n#endif\n c();\n }", "if a {c();}");
    check(
        "#ifdef X\n x();\n#else\n y();\n#endif\n#ifdef A\n if (a) {\n#else\n {\n#endif\n c(); }",
        "x(); y(); if a {c();}",
    );
    check("#ifdef A\n if (a) {\n#endif\n c();\n#ifdef A\n }\n#endif", "if a {c();}");
}

#[test]
fn definitions_inside_a_function_are_blank() {
    check("#define LAMP(x) do { \\\n   f(x); \\\n} while (0)\n LAMP(1);", "LAMP(#);");
    check("#define OPEN { \\\n\n f();", "f();");
}
