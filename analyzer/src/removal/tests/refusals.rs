//! What is left alone, and why.

use super::device::Device;
use crate::model::Span;
use crate::removal::{FunctionId, Refusal, remove};

/// Why no `unmap` may go from a function with this body.
fn refusal(body: &str) -> Refusal {
    // A brace in the first column would end the function.
    let body = body.replace('\n', "\n    ");
    refusal_in(&format!("void f(S *s)\n{{\n    {body}\n}}\n"))
}

fn refusal_in(text: &str) -> Refusal {
    let device = Device::new(text);
    match device.edits() {
        Ok(edits) => panic!("became\n{}", device.without(&edits)),
        Err(refusal) => refusal,
    }
}

macro_rules! refused {
    ($($test:ident: $body:expr => $variant:ident;)*) => {
        $(#[test]
        fn $test() {
            let refusal = refusal($body);
            assert!(matches!(refusal, Refusal::$variant(..)), "{refusal:?}: {refusal}");
        })*
    };
}

refused! {
    then_branch_of_two_conditions:
        "if (s && s->a) { unmap(s); } else { g(s); }" => EmptiedBranch;
    then_branch_of_a_comparison: "if (s->a < 3) { unmap(s); } else { g(s); }" => EmptiedBranch;
    then_branch_under_a_macro: "if (LOOSE(s)) { unmap(s); } else { g(s); }" => EmptiedBranch;
    then_branch_beside_a_macro: "if (s->a == LOOSE) { unmap(s); } else { g(s); }" => EmptiedBranch;
    then_branch_of_a_chain:
        "if (s->a) { unmap(s); } else if (s->b) { g(s); }" => EmptiedBranch;
    then_branch_that_would_bind_elsewhere:
        "if (s) if (s->a) unmap(s); else g(s); else h(s);" => EmptiedBranch;
    condition_that_is_volatile: "if (s->volatile_status) { unmap(s); } h(s);" => ImpureHeader;
    value_written_again_in_another_configuration:
        "int n = 0;\n#ifdef A\nh(s);\nif (s->a) { unmap(s, &n); }\n#else\nn = 3;\n#endif\ng(n);" => LiveValue;
    value_read_where_the_function_does_not_return:
        "int n = 0;\nunmap(s, &n);\n#ifdef A\nreturn;\n#endif\ng(n);" => LiveValue;
    label_that_keeps_a_statement_in_one_configuration:
        "if (s->a) { goto out; }\ng(s);\nout:\n#ifdef A\nh(s);\n#endif\nunmap(s);" => Label;
    parameter_that_is_only_set: "s = g(0);\nunmap(s);\ng();" => UnreadLocal;
    local_that_is_volatile: "volatile int r = 0;\nunmap(s, r);\nh(s);" => UnreadLocal;
    local_used_in_one_configuration:
        "int r = 0;\nunmap(s, r);\n#ifdef A\ng(r);\n#endif\nh(s);" => PartlyUsed;
    static_local_read_in_the_next_call:
        "static int n;\nif (n == 3) { g(s); }\nif (s->a) { n++; unmap(s, &n); n = 3; }" => LiveValue;
    label_used_in_one_configuration:
        "#ifdef A\nif (s->a) goto out;\n#endif\nh(s);\nif (s->b) { unmap(s); goto out; }\nout:\ng(s);" => PartlyUsed;
    else_that_would_bind_elsewhere:
        "if (s) if (s->a) g(s); else unmap(s); else h(s);" => AmbiguousElse;
    condition_with_effects: "if (g(s)) { unmap(s); } h(s);" => ImpureHeader;
    loop_with_effects: "while (g(s)) { unmap(s); } h(s);" => ImpureHeader;
    loop_without_counter: "while (s->more) { unmap(s); } h(s);" => EndlessLoop;
    loop_without_condition: "for (;;) { unmap(s); } h(s);" => EndlessLoop;
    counter_read_afterwards:
        "int i;\nfor (i = 0; i < s->n; i++) { unmap(s); }\ng(i);" => LiveValue;
    counter_read_in_the_next_turn:
        "int i = 0;\nwhile (g(i)) { h(s); for (; i < s->n; i++) { unmap(s); } }" => LiveValue;
    counter_read_after_a_jump: "int i;\nif (!s) { i = 1; goto out; }\n\
        for (i = 0; i < s->n; i++) { unmap(s); }\nout:\ng(i);" => LiveValue;
    error_read_afterwards: "Error *err = NULL;\nunmap(s, &err);\ng(err);" => LiveValue;
    iterator_read_afterwards:
        "Part *it;\nEACH_SAFE(it, s->list, next) { unmap(s); }\ng(it);" => LiveValue;
    iterator_that_is_no_local:
        "EACH_SAFE(s->it, s->list, next) { unmap(s); }\nh(s);" => ImpureHeader;
    iteration_with_effects:
        "Part *it;\nEACH_SAFE(it, g(s), next) { unmap(s); }\nh(s);" => ImpureHeader;
    iteration_that_is_not_known:
        "Part *it;\nfor_every(it, s->list) { unmap(s); }\nh(s);" => ImpureHeader;
    emptied_guarded_block:
        "WITH_RCU_READ_LOCK_GUARD() { unmap(s); }\nh(s);" => ImpureHeader;
    local_set_by_a_call: "int r;\nr = g(s);\nunmap(s, r);\nh(s);" => UnreadLocal;
    local_initialised_by_a_call: "int r = g(s);\nunmap(s, r);\nh(s);" => UnreadLocal;
    label_before_the_end: "if (!s) goto out;\ng(s);\nout:\nunmap(s);" => Label;
    case_before_the_end: "switch (s->a) {\ncase 1:\ng(s);\nbreak;\ncase 2:\nunmap(s);\n}" => Label;
    conditional_inside_the_call:
        "unmap(s,\n#ifdef A\n1\n#else\n2\n#endif\n);\nh(s);" => Opaque;
    conditional_with_a_first_part:
        "#ifdef A\nunmap(s);\n#elif B\ng(s);\n#endif\nh(s);" => Conditional;
    conditional_before_an_else:
        "#ifdef A\ng(s);\n#elif B\nunmap(s);\n#else\nh(s);\n#endif" => Conditional;
    condition_that_is_conditional:
        "#ifdef A\nif (s->a)\n#endif\nunmap(s);\nh(s);" => Conditional;
    statement_that_defines_a_macro:
        "if (s->a) {\n#define B 1\nunmap(s);\n}\nh(s);" => Conditional;
    conditional_with_alternatives: "#ifdef A\nunmap(s);\n#else\ng(s);\n#endif\nh(s);" => Conditional;
}

#[test]
fn uses_that_nobody_understands() {
    let text = "\
void f(S *s)
{
    unmap(s);
}

void (*table[])(S *) = { f };
";
    assert!(matches!(refusal_in(text), Refusal::UnknownUses(_)));
}

#[test]
fn broken_functions_are_left_alone() {
    let device = Device::new("void f(S *s)\n{\n    unmap(s);\n    g(s;\n    h(s);\n}\n");
    let [function] = device.functions() else {
        panic!("one function, not {}", device.functions().len());
    };
    let call = Span::new(function.body_span.start + 6, function.body_span.start + 15);
    assert_eq!(device.text_of(call), "unmap(s);");
    let result = remove(&device, &[(FunctionId(0), vec![call])]);
    assert!(matches!(result, Err(Refusal::Opaque(_))), "{result:?}");
}

#[test]
fn automatic_locals_stay() {
    let body = |local: &str| {
        let text = format!("void f(S *s)\n{{\n    {local};\n\n    unmap(s, p);\n    g(s);\n}}\n");
        let device = Device::new(&text);
        let edits = device.edits().expect("nothing forbids it");
        device.without(&edits).contains(local)
    };
    assert!(body("g_autolist p = NULL"));
    assert!(body("g_autoptr(Part) p = NULL"));
    assert!(body("g_autofree char *p = NULL"));
    assert!(!body("static int p"));
    assert!(!body("const struct Part *p = s->part"));
}
