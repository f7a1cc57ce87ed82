use super::super::{Item, lower_function};
use super::{function, words};
use crate::model::{FileId, Function, Span, StmtKind};

/// The text of every statement of the outermost block.
fn texts<'t>(text: &'t str, function: &Function) -> Vec<&'t str> {
    function.body.iter().map(|stmt| &text[stmt.span.range()]).collect()
}

#[track_caller]
fn check(body: &str, expected: &[&str]) {
    let text = format!("void f(void)\n{{\n{body}\n}}");
    assert_eq!(texts(&text, &function(&text)), expected);
}

#[test]
fn statements_end_with_their_semicolon_or_brace() {
    check(" /* a */ f( x ) ; // b", &["f( x ) ;"]);
    check("if (a)\n  f();\nelse { }", &["if (a)\n  f();\nelse { }"]);
    check("out : f();", &["out :", "f();"]);
    check("switch (a) { }", &["switch (a) { }"]);
}

#[test]
fn words_that_were_blanked_belong_to_their_statement() {
    check("g_autofree char *p = q;", &["g_autofree char *p = q;"]);
    check("f();\n  g_autoptr(Lamp) p = q;", &["f();", "g_autoptr(Lamp) p = q;"]);
    check("#ifdef A\n  int b;\n#endif", &["int b;"]);
    check("WITH_QEMU_LOCK_GUARD(&l) { }", &["WITH_QEMU_LOCK_GUARD(&l) { }"]);
    check("QLIST_FOREACH(a, b, c) { }", &["QLIST_FOREACH(a, b, c) { }"]);
}

#[test]
fn semicolons_that_were_put_in_do_not_count() {
    check("LAMP_CHECK(s)\n f();", &["LAMP_CHECK(s)", "f();"]);
}

#[test]
fn declarators_have_their_stars_and_initialisers() {
    let text = "void f(void)\n{\n  Lamp a, *b = c, *const d[2];\n  g_autoptr(Lamp) e = f;\n}";
    let mut found = Vec::new();
    function(text).each_statement(&mut |stmt| {
        if let StmtKind::Declaration(locals) = &stmt.kind {
            found.extend(locals.iter().map(|local| &text[local.span.range()]));
        }
    });
    assert_eq!(found, ["a", "*b = c", "*const d[2]", "e = f"]);
}

#[test]
fn parentheses_belong_to_expressions_but_not_to_conditions() {
    let text = "void f(void) { if ((a) == (b)) g((c), d); }";
    let mut found = Vec::new();
    function(text).each_statement(&mut |stmt| {
        stmt.each_expression(&mut |expr| {
            expr.each(&mut |part| found.push(&text[part.span.range()]));
        });
    });
    assert_eq!(found, ["(a) == (b)", "(a)", "(b)", "g((c), d)", "g", "(c)", "d"]);
}

#[test]
fn offsets_are_those_of_the_file() {
    let text = "int x;\n\nstatic int f(Lamp *l)\n{\n    return l->n;\n}\nint y;";
    let span = Span::new(8, text.len() as u32 - 7);
    let item = Item { file: FileId(3), text: text.as_bytes(), span };
    let function = lower_function(&item, &words());
    assert_eq!((function.location.file, function.location.span), (FileId(3), span));
    assert_eq!(&text[function.name_span.range()], "f");
    assert_eq!(&text[function.body_span.range()], "{\n    return l->n;\n}");
    assert_eq!(texts(text, &function), ["return l->n;"]);
}
